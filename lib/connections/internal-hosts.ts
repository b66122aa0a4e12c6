import type { Config } from '@/lib/config'
import { type CertificateEnds, certificateEnds } from '@/lib/http/fetch/certificate-ends'
import { type PublicFetchPolicy, publicFetch } from '@/lib/http/fetch/public-fetch'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import type { ConnectionConfig } from '@/lib/upstream/connection-config'
import type { ConnectionFetch } from '@/lib/upstream/upstream-http'

type Reaching = Pick<Config, 'loopback' | 'internalHosts' | 'outgoingProxy'>
type Reached = Pick<ConnectionConfig, 'organizationId' | 'mayBeInternal' | 'certificateAuthorities'>

/**
 * What asks for a connection: undefined where it may reach internal hosts and nothing is in between, otherwise a `fetch`
 * that reaches only public ones and those that the installation lists (`UPSTREAM_PRIVATE_HOSTS`), goes through the proxy,
 * and trusts the connection's own authorities. Decision 0047.
 */
export function fetchFor(config: Reaching) {
  return (connection: Reached): ConnectionFetch | undefined => {
    const policy = policyOf(config, connection)
    const { anywhere, proxy, authorities } = policy
    if (anywhere && !proxy && !authorities) return undefined
    const reach = `${anywhere ? 'anywhere' : 'public'} ${authorities ? hashSecret(authorities) : ''}`
    return { fetch: publicFetch(policy), reach }
  }
}

/** What reads when the certificates of a connection's hosts end: on the same way, and of the same hosts alone. */
export function certificateEndsFor(config: Reaching) {
  return (connection: Reached): CertificateEnds => certificateEnds(policyOf(config, connection))
}

function policyOf(
  { loopback, internalHosts: { rule, listed }, outgoingProxy: proxy }: Reaching,
  { organizationId: owner, mayBeInternal, certificateAuthorities: authorities }: Reached,
): PublicFetchPolicy {
  const anywhere = rule === 'allow' || (mayBeInternal === true && rule !== 'deny')
  return { allowLoopback: loopback, listed, anywhere, owner, proxy, authorities }
}
