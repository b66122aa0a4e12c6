import { testLogins } from '@/lib/connections/test-support/test-logins'
import { limitedFetcher } from '@/lib/http/fetch/safe-fetch-limits'
import type { Management } from '@/lib/management/management'
import { createSetupLink } from '../links'

/** Setup links of an installation on this machine, and a provider that their holders may enter. */
export function testLinks() {
  const { management: services, prepare, provider, store, wait } = testLogins()

  /** @param inside host names that lead into our own network */
  function management({ loopback = true, inside = [] as readonly string[] } = {}): Management {
    const resolve = async (host: string) => [inside.includes(host) ? '10.1.2.3' : '127.0.0.1']
    const fetcher = limitedFetcher({ allowLoopback: loopback, ...(inside.length > 0 && { resolve }) })
    const made = services()
    return { ...made, config: { ...made.config, loopback }, ports: { ...made.ports, fetcher } }
  }

  /** A link to the connection of Acme, or to a new one of the given name. */
  async function link(newConnection?: string) {
    const { acme, globex } = await prepare()
    const what = newConnection === undefined ? { connection: 'idp' } : { newConnection }
    const { url, id } = await createSetupLink(acme, { label: 'Jane', ...what }, management())
    return { acme, globex, id, token: url.split('/').at(-1) ?? '' }
  }

  const entered = (changes: object = {}) => ({
    preset: 'oidc',
    answers: { issuer: provider().issuer },
    clientId: provider().clientId,
    clientSecret: { set: provider().clientSecret },
    ...changes,
  })

  return { management, link, entered, provider, store, wait }
}
