import { type Attack, each } from '../attack'
import { NotOffered } from '../errors'
import { type Answer, encodeFields } from '../http'
import { textOf } from '../json'
import { gotTokens, type Target } from '../target'

const ORIGIN = 'https://attacker.example'

const keptBy = (answer: Answer, what: string) =>
  /no-store/i.test(answer.headers.get('cache-control') ?? '') ? undefined : `${what} may be kept by caches`

/** Whether a page of the attacker may read an answer that the user's cookies were sent for. */
const readable = ({ headers }: Answer) =>
  headers.get('access-control-allow-credentials') === 'true' &&
  [ORIGIN, 'null'].includes(headers.get('access-control-allow-origin') ?? '')

const redemption = async (target: Target) => {
  const { client, code, verifier } = await target.logIn()
  return {
    grant_type: 'authorization_code',
    client_id: client.id,
    code,
    code_verifier: verifier,
    redirect_uri: client.redirectUri,
  }
}

export const tokenEndpointAttacks: readonly Attack[] = [
  {
    id: 'token-get',
    gets: 'codes and tokens from the logs of proxies',
    reference: 'RFC 6749 §3.2, OAuth 2.1 §3.2',
    severity: 'medium',
    decides: 'a code is redeemed by GET, or by parameters in the URL',
    run: (target) =>
      each(['GET', 'POST'], async (method) => {
        const url = `${target.endpoint('token')}?${encodeFields(await redemption(target))}`
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const answer = await target.http.send(url, {
          method,
          ...(method === 'POST' && { headers, body: '' }),
        })
        return gotTokens(answer) ? `tokens for ${method} with everything in the URL` : undefined
      }),
  },
  {
    id: 'token-in-query',
    gets: 'access tokens from logs and histories',
    reference: 'OAuth 2.1 §5.1.1, RFC 9700 §4.3.2, MCP Authorization',
    severity: 'medium',
    decides: 'the userinfo endpoint takes an access token in its URL',
    run: async (target) => {
      const url = target.endpoint('userinfo')
      const { access } = await target.tokens()
      if (!(await asksUser(target, access))) throw new NotOffered('the user’s data need another scope')
      const answer = await target.http.send(`${url}?${new URLSearchParams({ access_token: access })}`)
      return answer.status === 200 && textOf(answer.json, 'sub') ? 'a token in the URL is taken' : undefined
    },
  },
  {
    id: 'token-cache',
    gets: 'tokens from a cache between',
    reference: 'RFC 6749 §5.1, RFC 7591 §3.2.1',
    severity: 'medium',
    decides: 'an answer with tokens or secrets has no Cache-Control: no-store',
    run: async (target) => {
      const { answer } = await target.tokens()
      const registration = await target.register().catch(() => undefined)
      const issued = registration?.status === 201 ? keptBy(registration, 'the registration') : undefined
      return each([keptBy(answer, 'tokens'), issued], async (one) => one)
    },
  },
  {
    id: 'cors-credentials',
    gets: 'answers that are meant for the user, on his own page',
    reference: 'Fetch §3.2, RFC 9700 §2.6',
    severity: 'high',
    decides: 'an answer to a foreign origin allows it to send the user’s cookies',
    run: async ({ metadata, http }) =>
      each(Object.entries(metadata), async ([name, url]) => {
        if (typeof url !== 'string' || !/_endpoint$|^jwks_uri$/.test(name) || !URL.canParse(url))
          return undefined
        const preflight = { 'access-control-request-method': 'POST', origin: ORIGIN }
        const answers = [
          await http.send(url, { method: 'OPTIONS', headers: preflight }),
          await http.send(url, { method: 'POST', headers: { origin: ORIGIN } }),
        ]
        return answers.some(readable) ? `${name} allows credentials to every origin` : undefined
      }),
  },
  {
    id: 'cors-authorize',
    gets: 'the answer of the authorization endpoint, read by a script',
    reference: 'RFC 9700 §2.6',
    severity: 'medium',
    decides: 'the authorization endpoint supports CORS',
    run: async (target) => {
      const url = target.authorizeUrl(await target.client())
      const { headers } = await target.http.send(url, { headers: { origin: ORIGIN } })
      const allowed = headers.get('access-control-allow-origin')
      return allowed === null ? undefined : `it allows ${allowed}`
    },
  },
  {
    id: 'client-authentication',
    gets: 'tokens as a confidential client, without its secret',
    reference: 'RFC 6749 §3.2.1, §10.1',
    severity: 'critical',
    decides: 'a client with a secret redeems a code without it, or with a wrong one',
    run: async (target) => {
      const client = await target.confidentialClient()
      const { id, redirectUri } = client
      const wrong = [
        { id, redirectUri },
        { id, redirectUri, secret: 'wrong' },
        { id, redirectUri, secret: '' },
      ]
      return each(wrong, async (impostor) => {
        const login = await target.logIn(client)
        const answer = await target.redeem(login, {}, impostor)
        return gotTokens(answer) ? `tokens with ${impostor.secret ?? 'no'} secret` : undefined
      })
    },
  },
]

/** Whether the userinfo endpoint answers to a token in the header. */
export async function asksUser(
  { http, endpoint }: Pick<Target, 'http' | 'endpoint'>,
  token: string,
): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await http.send(endpoint('userinfo'), { headers })
  return answer.status === 200 && textOf(answer.json, 'sub') !== undefined
}
