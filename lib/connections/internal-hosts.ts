import type { Config } from '@/lib/config'
import { publicFetch } from '@/lib/http/fetch/public-fetch'
import type { ConnectionConfig } from '@/lib/upstream/connection-config'
import type { Fetch } from '@/lib/upstream/upstream-http'

/**
 * What asks for a connection: undefined where it may reach internal hosts, otherwise a `fetch` that reaches only public
 * ones and those that the installation lists (`UPSTREAM_PRIVATE_HOSTS`). Decision 0047.
 */
export function fetchFor({ loopback, internalHosts }: Pick<Config, 'loopback' | 'internalHosts'>) {
  const { rule, listed } = internalHosts
  const limited: Fetch = publicFetch({ allowLoopback: loopback, listed })
  return ({ mayBeInternal }: Pick<ConnectionConfig, 'mayBeInternal'>): Fetch | undefined => {
    if (rule === 'allow') return undefined
    return mayBeInternal && rule !== 'deny' ? undefined : limited
  }
}
