import { type Attack, each } from '../attack'
import { NotOffered } from '../errors'
import type { Target } from '../target'

const STATE = 'a&code=injected#x%20"\'<ä>'

/** The response to a request that the client has to hear an error about; NotOffered where only the user does. */
async function errorResponse(target: Target, state: string): Promise<URL> {
  const { arrival } = await target.visit(await target.client(), { state, response_type: 'nonsense' })
  if (!arrival) throw new NotOffered('errors are not sent to the client')
  return arrival
}

const changed = ({ searchParams }: URL) => {
  const states = searchParams.getAll('state')
  return states.length === 1 && states[0] === STATE
    ? undefined
    : `it came back as ${states.join(', ') || 'nothing'}`
}

export const responseAttacks: readonly Attack[] = [
  {
    id: 'mix-up',
    gets: 'codes of another server, from clients that speak to several',
    reference: 'RFC 9207 §2, RFC 9700 §4.4',
    severity: 'medium',
    decides: 'authorization responses, or their errors, do not name the issuer, or name another one',
    run: async (target) => {
      const { response } = await target.logIn()
      const error = await errorResponse(target, 'state').catch(() => undefined)
      return each(error ? [response, error] : [response], async ({ searchParams }) => {
        const kind = searchParams.has('code') ? 'response' : 'error response'
        const issuers = searchParams.getAll('iss')
        if (issuers.length === 0) return `the ${kind} has no iss`
        return issuers.length === 1 && issuers[0] === target.issuer
          ? undefined
          : `the ${kind} has iss ${issuers}`
      })
    },
  },
  {
    id: 'state',
    gets: 'a login of his own in the user’s client (CSRF)',
    reference: 'RFC 6749 §4.1.2, §10.12',
    severity: 'high',
    decides: 'the state does not come back as it was sent, or comes out of its parameter',
    run: async (target) => {
      const { response } = await target.logIn(undefined, { state: STATE })
      if (response.searchParams.getAll('code').includes('injected')) return 'it put a code into the response'
      return changed(response)
    },
  },
  {
    id: 'state-in-errors',
    gets: 'clients that cannot tell whose error they are told',
    reference: 'RFC 6749 §4.1.2.1',
    severity: 'low',
    decides: 'the state of an error response is not that of the request',
    run: async (target) => changed(await errorResponse(target, STATE)),
  },
  {
    id: 'implicit',
    gets: 'access tokens from the browser’s history and from referrers',
    reference: 'OAuth 2.1 §10.1, RFC 9700 §2.1.2',
    severity: 'high',
    decides: 'a response type with tokens in the front channel is answered with one',
    run: async (target) => {
      const client = await target.client()
      return each(['token', 'code token', 'id_token token'], async (response_type) => {
        const { arrival } = await target.visit(client, { response_type, nonce: 'n' })
        return arrival?.href.includes('access_token=')
          ? `response_type=${response_type} gives a token`
          : undefined
      })
    },
  },
  {
    id: 'password-grant',
    gets: 'tokens by guessing passwords, past every login page',
    reference: 'OAuth 2.1 §10.2, RFC 9700 §2.4',
    severity: 'high',
    decides: 'the token endpoint takes the user’s password',
    run: async (target) => {
      const { username, password } = target.settings
      if (username === undefined || password === undefined) throw new NotOffered('no password was given')
      const { id } = await target.client()
      const form = {
        grant_type: 'password',
        client_id: id,
        username,
        password,
        scope: target.scopes.join(' '),
      }
      const answer = await target.http.form(target.endpoint('token'), form)
      return answer.status === 200 ? 'a password was exchanged for tokens' : undefined
    },
  },
  {
    id: 'duplicate-parameters',
    gets: 'a request that a filter and the server read differently',
    reference: 'RFC 6749 §3.1, §3.2',
    severity: 'low',
    decides: 'a parameter that is there twice, with different values, gets a code or tokens',
    run: async (target) => {
      const client = await target.client()
      const twice = {
        client_id: 'another',
        redirect_uri: 'https://attacker.example/',
        state: 'second',
        scope: 'second',
      }
      const atAuthorize = await each(Object.entries(twice), async ([name, value]) => {
        const { arrival } = await target.visit(client, {}, [[name, value]])
        return arrival?.searchParams.has('code') ? `${name} twice gets a code` : undefined
      })
      if (atAuthorize) return atAuthorize
      const { code, verifier } = await target.logIn(client)
      const answer = await target.http.form(target.endpoint('token'), [
        ['grant_type', 'authorization_code'],
        ['client_id', client.id],
        ['redirect_uri', client.redirectUri],
        ['code_verifier', verifier],
        ['code', code],
        ['code', 'another'],
      ])
      return answer.status === 200 ? 'two codes in one request get tokens' : undefined
    },
  },
]
