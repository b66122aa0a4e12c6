import { oneServer } from './one-server'

/**
 * One server of an organization of this slug, whose users log in at a SAML provider.
 *
 * @param settings more lines of YAML for the server
 */
export const samlConfiguration = (
  slug: string,
  metadata: string,
  settings: readonly string[] = [],
  resource?: string,
) =>
  oneServer({ slug, connection: ['type: saml', `metadata: ${JSON.stringify(metadata)}`], settings, resource })
