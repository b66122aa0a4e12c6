import type { Config } from '@/lib/config'
import { publicFetch } from '@/lib/http/fetch/public-fetch'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import type { ConnectionConfig } from '@/lib/upstream/connection-config'
import type { ConnectionFetch } from '@/lib/upstream/upstream-http'

/**
 * What asks for a connection: undefined where it may reach internal hosts and nothing is in between, otherwise a `fetch`
 * that reaches only public ones and those that the installation lists (`UPSTREAM_PRIVATE_HOSTS`), goes through the proxy,
 * and trusts the connection's own authorities. Decision 0047.
 */
export function fetchFor({
  loopback,
  internalHosts: { rule, listed },
  outgoingProxy: proxy,
}: Pick<Config, 'loopback' | 'internalHosts' | 'outgoingProxy'>) {
  return ({
    mayBeInternal,
    certificateAuthorities: authorities,
  }: Pick<ConnectionConfig, 'mayBeInternal' | 'certificateAuthorities'>): ConnectionFetch | undefined => {
    const anywhere = rule === 'allow' || (mayBeInternal === true && rule !== 'deny')
    if (anywhere && !proxy && !authorities) return undefined
    const reach = `${anywhere ? 'anywhere' : 'public'} ${authorities ? hashSecret(authorities) : ''}`
    return { fetch: publicFetch({ allowLoopback: loopback, listed, anywhere, proxy, authorities }), reach }
  }
}
