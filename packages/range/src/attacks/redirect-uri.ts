import { type Attack, each } from '../attack'
import { NotOffered } from '../errors'
import type { Client } from '../settings'
import type { Target } from '../target'

const REFERENCE = 'OAuth 2.1 §2.3.1, RFC 9700 §4.1.3'

/** Asks for a code at an address that was not registered; any redirect there is one too many. */
async function isSent(target: Target, client: Client, redirect_uri: string | undefined) {
  const { arrival } = await target.visit(client, { redirect_uri })
  if (!arrival) return undefined
  const what = arrival.searchParams.has('code') ? 'a code' : 'the user'
  return `${what} is sent to ${arrival.origin === 'null' ? arrival.href.slice(0, 60) : arrival.origin + arrival.pathname} for ${redirect_uri ?? 'no redirect URI'}`
}

const bent = (
  id: string,
  gets: string,
  variants: (registered: URL) => readonly string[],
  more: Partial<Attack> = {},
): Attack => ({
  id,
  gets,
  reference: REFERENCE,
  severity: 'critical',
  decides: 'the browser is sent to a redirect URI that is not the registered one to the letter',
  run: async (target) => {
    const client = await target.client()
    const registered = new URL(client.redirectUri)
    return each(variants(registered), (variant) => isSent(target, client, variant))
  },
  ...more,
})

const ATTACKER = 'https://attacker.example'

export const redirectUriAttacks: readonly Attack[] = [
  bent(
    'redirect-uri-host',
    'the codes of every user who follows a link',
    ({ hostname, pathname, protocol }) => [
      `${ATTACKER}${pathname}`,
      `${protocol}//${hostname}.attacker.example${pathname}`,
      `${ATTACKER}/?next=${protocol}//${hostname}${pathname}`,
      `${protocol}//sub.${hostname}${pathname}`,
    ],
  ),
  bent(
    'redirect-uri-userinfo',
    'the codes, by a host that hides behind the client’s name',
    ({ hostname, pathname, protocol }) => [
      `${protocol}//${hostname}@attacker.example${pathname}`,
      `${protocol}//${hostname}%40attacker.example${pathname}`,
      `${protocol}//${hostname}\\@attacker.example${pathname}`,
    ],
  ),
  bent(
    'redirect-uri-path',
    'the codes, by an open redirect or an upload elsewhere at the client’s host',
    ({ href, origin, pathname }) => [
      `${href}/more`,
      `${href}/../other`,
      `${href}?next=${ATTACKER}`,
      `${origin}/`,
      `${origin}/other`,
      `${origin}${pathname.toUpperCase()}`,
    ],
    { severity: 'high' },
  ),
  bent(
    'redirect-uri-port',
    'the codes, by another service at the client’s host',
    ({ protocol, hostname, pathname }) => [`${protocol}//${hostname}:8443${pathname}`],
    {
      severity: 'high',
      run: async (target) => {
        const client = await target.client()
        const { protocol, hostname, pathname } = new URL(client.redirectUri)
        if (protocol === 'http:') throw new NotOffered('ports of loopback addresses are free (RFC 8252 §7.3)')
        return isSent(target, client, `${protocol}//${hostname}:8443${pathname}`)
      },
    },
  ),
  bent(
    'redirect-uri-scheme',
    'the codes, read from the network or by a script',
    ({ href, host, pathname }) => [
      ...(href.startsWith('https:') ? [`http://${host}${pathname}`] : []),
      `javascript://${host}${pathname}%0aalert(1)`,
      `data:text/html,${host}${pathname}`,
    ],
  ),
  bent(
    'redirect-uri-fragment',
    'the code in a fragment, which survives redirects',
    ({ href }) => [`${href}#fragment`, `${href}#`],
    { severity: 'medium', reference: 'RFC 6749 §3.1.2' },
  ),
  {
    id: 'redirect-uri-missing',
    gets: 'the choice between the addresses of a client',
    reference: 'RFC 6749 §3.1.2.3',
    severity: 'low',
    decides: 'a client with two redirect URIs is redirected to one of them without naming it',
    run: async (target) => {
      const { redirectUri } = await target.client()
      const redirect_uris = [redirectUri, 'https://second.client.example/callback']
      const client = await target.registered({ redirect_uris })
      return isSent(target, client, undefined)
    },
  },
  {
    id: 'open-redirect',
    gets: 'a link of the server’s host that leads to the attacker’s',
    reference: 'RFC 6749 §4.1.2.1, RFC 9700 §4.11.2',
    severity: 'high',
    decides: 'a request that is invalid anyhow is redirected to an address that no client registered',
    run: async (target) => {
      const client = await target.client()
      const wrong = [
        { client_id: 'unknown-client' },
        { response_type: 'nonsense' },
        { scope: 'no such scope' },
        { prompt: 'none' },
      ]
      return each(wrong, async (changes) => {
        const { arrival } = await target.visit(client, { ...changes, redirect_uri: `${ATTACKER}/callback` })
        return arrival && `${Object.values(changes)[0]} leads to ${arrival.origin}`
      })
    },
  },
]
