import { pathIssuer } from '@/lib/oauth/protocol/urls'
import type { ConfigurationRows, ServerRow } from '@/lib/store/configuration/rows'
import type { OrganizationSettings } from './schema/settings'

/** Names the sandbox's organization, connection and server. */
export const SANDBOX = 'sandbox'

/**
 * The sandbox has the default place only until an operator's own server wants it. Then it moves to a path, which no
 * other server may: its clients and tokens may be lost. Decision 0045.
 *
 * @returns the moved sandbox server; undefined when it may stay where it is
 */
export function displacedSandbox(
  organizations: readonly OrganizationSettings[],
  stored: ConfigurationRows,
  publicUrl: string,
): ServerRow | undefined {
  const wanted = organizations.some(({ servers }) =>
    servers.some((server) => server.default && server.slug !== SANDBOX),
  )
  const sandbox = stored.servers.find(({ slug, isDefault }) => slug === SANDBOX && isDefault)
  return wanted && sandbox
    ? { ...sandbox, isDefault: false, issuer: pathIssuer(publicUrl, SANDBOX) }
    : undefined
}
