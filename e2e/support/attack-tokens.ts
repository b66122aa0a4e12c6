import type { Login } from './attack-login'
import { hostFetch } from './host-fetch'
import { RESOURCE_SECRET, type World } from './world'

/** Both kinds of tokens as a client got them. */
export type Tokens = { readonly access_token: string; readonly refresh_token: string; readonly scope: string }

type Headers = Readonly<Record<string, string>>
export type Form = Readonly<Record<string, string>>

/** Posts a form to an endpoint under an issuer, also one that only browsers resolve. */
export function postForm(issuer: string, path: string, form: Form, headers: Headers = {}) {
  return hostFetch(issuer + path, { method: 'POST', body: new URLSearchParams(form), headers })
}

/** The form that redeems the code of a login; an override that is undefined leaves the parameter out. */
export function redemption(
  login: Login,
  changes: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const form = {
    grant_type: 'authorization_code',
    client_id: login.clientId,
    redirect_uri: login.redirectUri,
    code: login.code,
    code_verifier: login.verifier,
    ...changes,
  }
  return Object.fromEntries(
    Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

export const redeem = (
  issuer: string,
  login: Login,
  changes: Readonly<Record<string, string | undefined>> = {},
  headers: Headers = {},
) => postForm(issuer, '/oauth/token', redemption(login, changes), headers)

/** Redeems a code as its owner; fails when it is not good for tokens any more. */
export async function obtainTokens(issuer: string, login: Login, headers: Headers = {}): Promise<Tokens> {
  const changes = 'authorization' in headers ? { client_id: undefined } : {}
  const response = await redeem(issuer, login, changes, headers)
  if (response.status !== 200) throw new Error(`the token endpoint answered ${response.status}`)
  return response.json()
}

export const refresh = (
  issuer: string,
  refreshToken: string,
  changes: Readonly<Record<string, string>> = {},
  headers: Headers = {},
) =>
  postForm(
    issuer,
    '/oauth/token',
    { grant_type: 'refresh_token', client_id: 'cli', refresh_token: refreshToken, ...changes },
    headers,
  )

/** Asks the default server about a token, as its resource server. */
export async function introspect(world: World, token: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${RESOURCE_SECRET}` }
  const response = await postForm(world.issuers.root, '/oauth/introspect', { token }, headers)
  if (response.status !== 200) throw new Error(`introspection answered ${response.status}`)
  return response.json()
}

/** The `Authorization` header of a client with a secret (RFC 6749 §2.3.1). */
export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})

/** The status and the error code of an answer, to compare in one line. */
export async function outcome(response: Response): Promise<string> {
  const body = await response.json()
  return `${response.status} ${body.error ?? 'ok'}`
}
