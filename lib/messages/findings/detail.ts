import type { Language } from '../catalogue'
import { DETAILS_DE } from './details-de'

/** A detail of a timeline in a language, and in which it is after all: of what is not known, the rest stays English. */
export function detailIn(
  detail: string,
  language: Language,
): { readonly text: string; readonly lang: Language } {
  if (language === 'en') return { text: detail, lang: 'en' }
  for (const [pattern, german] of PATTERNS) {
    const found = pattern.exec(detail)
    if (!found) continue
    const values = found.slice(1, -1)
    const said = german.replaceAll('*', () => valueIn(values.shift() ?? ''))
    // What others wrote comes after the sentence: codes of the provider.
    return { text: said + (found.at(-1) ?? ''), lang: language }
  }
  return { text: detail, lang: 'en' }
}

const valueIn = (value: string) => (Object.hasOwn(VALUES_DE, value) && VALUES_DE[value]) || value

/** What is asked at an identity provider. */
const VALUES_DE: Readonly<Record<string, string>> = {
  metadata: 'Metadaten',
  'key set': 'Schlüsselsatz',
  'token endpoint': 'Token-Endpunkt',
  'userinfo endpoint': 'Userinfo-Endpunkt',
  'revocation endpoint': 'Widerrufs-Endpunkt',
  'group memberships': 'Gruppenmitgliedschaften',
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The longer sentences first: one may begin like another. */
const PATTERNS = Object.entries(DETAILS_DE)
  .toSorted(([one], [other]) => other.length - one.length)
  .map(
    ([english, german]) =>
      [new RegExp(`^${english.split('*').map(escaped).join('(.*?)')}( .*)?$`, 's'), german] as const,
  )
