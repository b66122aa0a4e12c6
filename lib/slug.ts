/**
 * What the console has pages of its own for, beside those of one organization, connection or server: a new one of such
 * a slug would have none. `slug.test.ts` compares with the routes.
 */
export const RESERVED_SLUGS: Readonly<Record<'organization' | 'connection' | 'server', readonly string[]>> = {
  organization: [
    'account',
    'forbidden',
    'invitations',
    'operators',
    'organizations',
    'search',
    'second-factor',
    'setup',
    'sign-in',
  ],
  connection: ['new'],
  server: ['new'],
}

/**
 * A slug from a name: `Müller & Söhne` becomes `muller-sohne`, `Straße` becomes `strasse`.
 *
 * @param length characters that it may have
 * @returns empty when the name has no letter or digit that a slug can have
 */
export function slugFrom(name: string, length: number): string {
  const letters = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
  const words = letters.replace(/[^a-z0-9]+/g, '-').replace(/^-+/, '')
  return words.slice(0, length).replace(/-+$/, '')
}

/** The slug itself, or with the first number behind it that is not taken: `files-2`. */
export function freeSlug(slug: string, taken: readonly string[]): string {
  if (!taken.includes(slug)) return slug
  for (let number = 2; ; number++) if (!taken.includes(`${slug}-${number}`)) return `${slug}-${number}`
}
