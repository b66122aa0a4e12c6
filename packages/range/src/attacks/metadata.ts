import { type Attack, each } from '../attack'
import { NotOffered } from '../errors'
import { isJson, type Json, listOf, textOf } from '../json'
import type { Target } from '../target'
import { metadataUrls } from '../well-known'

const EVIL_HOST = 'attacker.example'

const isLoopback = ({ hostname }: URL) => /^(localhost|127\.0\.0\.1|\[::1\]|.*\.localhost)$/.test(hostname)

/** Every metadata document of the issuer, by its address. */
async function documents({ http, issuer }: Target): Promise<readonly (readonly [string, Json])[]> {
  const found: (readonly [string, Json])[] = []
  for (const url of metadataUrls(issuer)) {
    const { status, json } = await http.send(url)
    if (status === 200 && textOf(json, 'issuer') !== undefined) found.push([url, json])
  }
  return found
}

export const metadataAttacks: readonly Attack[] = [
  {
    id: 'metadata-issuer',
    gets: 'clients that take the attacker’s endpoints for those of the server',
    reference: 'RFC 8414 §3.3',
    severity: 'high',
    decides: 'a metadata document names another issuer than the one it was asked for',
    run: async (target) =>
      each(await documents(target), async ([url, json]) =>
        textOf(json, 'issuer') === target.issuer ? undefined : `${url} is of ${textOf(json, 'issuer')}`,
      ),
  },
  {
    id: 'metadata-differs',
    gets: 'clients of one document that are led elsewhere than those of the other',
    reference: 'RFC 8414 §3, §5',
    severity: 'low',
    decides: 'the documents of OAuth and OpenID Connect name different endpoints',
    run: async (target) => {
      const [first, ...others] = await documents(target)
      if (!first || others.length === 0) throw new NotOffered('there is one metadata document')
      const names = ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'registration_endpoint']
      return each(others, async ([url, json]) => {
        const name = names.find((one) => json[one] !== undefined && json[one] !== first[1][one])
        return name && `${url} has another ${name}`
      })
    },
  },
  {
    id: 'metadata-insecure',
    gets: 'codes and tokens from the network',
    reference: 'OAuth 2.1 §1.5',
    severity: 'high',
    decides: 'an endpoint is published without TLS, and not on loopback',
    run: async ({ metadata }) =>
      each(Object.entries(metadata), async ([name, value]) => {
        if (!/_endpoint$|_uri$/.test(name) || typeof value !== 'string' || !URL.canParse(value))
          return undefined
        const url = new URL(value)
        return url.protocol === 'https:' || isLoopback(url) ? undefined : `${name} is ${value}`
      }),
  },
  {
    id: 'metadata-pkce',
    gets: 'clients that leave PKCE out, because nothing says that it is supported',
    reference: 'MCP Authorization, RFC 8414 §2',
    severity: 'medium',
    decides: 'code_challenge_methods_supported does not have S256',
    run: async ({ metadata }) =>
      listOf(metadata, 'code_challenge_methods_supported').includes('S256')
        ? undefined
        : 'S256 is not published',
  },
  {
    id: 'metadata-host',
    gets: 'his own endpoints in a document that a cache keeps for everybody',
    reference: 'RFC 8414 §6.2',
    severity: 'high',
    decides: 'a host in a header of the request comes back in the metadata',
    run: async ({ http, issuer }) => {
      const [url = ''] = metadataUrls(issuer)
      const headers = { 'x-forwarded-host': EVIL_HOST, 'x-host': EVIL_HOST, forwarded: `host=${EVIL_HOST}` }
      return each(Object.entries(headers), async ([name, value]) => {
        const { text } = await http.send(url, { headers: { [name]: value } })
        return text.includes(EVIL_HOST) ? `${name} is believed` : undefined
      })
    },
  },
  {
    id: 'jwks-private',
    gets: 'the key that signs tokens',
    reference: 'RFC 7517 §4',
    severity: 'critical',
    decides: 'the key set has private or symmetric keys',
    run: async ({ http, metadata }) => {
      const url = textOf(metadata, 'jwks_uri')
      if (url === undefined) throw new NotOffered('no keys are published')
      const { keys } = (await http.send(url)).json
      const isPrivate = (key: unknown) =>
        isJson(key) && ['d', 'p', 'q', 'k'].some((name) => key[name] !== undefined)
      return Array.isArray(keys) && keys.some(isPrivate) ? 'a private key is published' : undefined
    },
  },
  {
    id: 'resource-metadata',
    gets: 'clients that bring tokens of one server to another',
    reference: 'RFC 9728 §3.3, §7.6',
    severity: 'medium',
    decides: 'the resource’s metadata name another resource, or not this issuer',
    run: async ({ http, settings, issuer }) => {
      if (settings.resource === undefined) throw new NotOffered('no resource was given')
      const { origin, pathname, hostname } = new URL(settings.resource)
      if (/\.(example|invalid|test)$/.test(hostname)) throw new NotOffered('the resource is not served')
      const path = pathname === '/' ? '' : pathname
      const answer = await http
        .send(`${origin}/.well-known/oauth-protected-resource${path}`)
        .catch(() => undefined)
      if (answer?.status !== 200) throw new NotOffered('the resource serves no metadata')
      if (textOf(answer.json, 'resource') !== settings.resource) return `they are of ${answer.json.resource}`
      return listOf(answer.json, 'authorization_servers').includes(issuer)
        ? undefined
        : 'they do not name the issuer'
    },
  },
]
