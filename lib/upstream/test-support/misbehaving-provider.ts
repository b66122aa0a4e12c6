/**
 * A small OpenID provider that follows the rules (PKCE, client authentication, single-use codes) until a test makes it
 * break one. For tests only.
 */
import { hash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { listenOnNewPort } from './new-port'
import { aboutPkce, isOurClient } from './provider-client'
import { graphAnswer } from './provider-graph'
import { makeKeys, type ProviderKey, publishedKeys, signIdToken } from './provider-keys'
import { type Refreshing, refreshTokens } from './provider-refresh'

/** Replaces an endpoint's answer; `hang` accepts the request and never answers. */
export type Answer = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | object
  readonly hang?: boolean
}

export type Misbehaviour = {
  /** Replaces the answer to a path, or to every metadata path under `metadata`. */
  readonly answers?: Partial<
    Record<
      'metadata' | 'rfc8414' | 'ssf' | 'jwks' | 'token' | 'refresh' | 'userinfo' | 'revoke' | 'graph',
      Answer
    >
  >
  /** Merged into the metadata. */
  readonly metadata?: object
  /** Each login is that of the next of so many users; by default there is one. Userinfo knows the first. */
  readonly users?: number
  /** Changes the claims of the ID token; an `undefined` claim is left out. */
  readonly idTokenClaims?: Readonly<Record<string, unknown>>
  /** The ID token as it is sent; null sends none. */
  readonly idToken?: string | null
  readonly signWith?: ProviderKey
  /** The keys published; by default all honest ones. */
  readonly publish?: readonly ProviderKey[]
  readonly withoutKeyIds?: boolean
  readonly userinfo?: object
  /** Memberships that it says as Microsoft Graph, page by page. */
  readonly memberships?: readonly (readonly object[])[]
  /** Merged into the token endpoint's answer. */
  readonly tokenAnswer?: { readonly expires_in?: number | undefined; readonly [member: string]: unknown }
  /** How it refreshes, unless `answers.refresh` says otherwise. */
  readonly refreshing?: Refreshing
  /** Seconds that its clock is ahead: of the `Date` header and of the ID tokens. */
  readonly clockAhead?: number
  /** Sends the token endpoint's answer form-encoded whatever was asked for. */
  readonly formEncoded?: boolean
  /** Where it stumbles over PKCE. */
  readonly refusesPkce?: 'authorize' | 'token'
  /** What it says to a client that proves itself by Basic; it takes the secret in the body alone. */
  readonly refusesBasic?: Answer
}

export type RecordedRequest = {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: URLSearchParams
}

export type MisbehavingProvider = {
  readonly origin: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly requests: RecordedRequest[]
  /** Everything issued that must not appear in an error. */
  readonly secrets: string[]
  misbehave(how: Misbehaviour): void
  stop(): Promise<void>
}

type Login = Record<'subject' | 'nonce' | 'redirectUri', string> & { readonly challenge: string | null }

type State = {
  how: Misbehaviour
  readonly origin: string
  readonly provider: Omit<MisbehavingProvider, 'misbehave' | 'stop'>
  readonly codes: Map<string, Login>
  logins: number
  readonly refreshTokens: ReturnType<typeof refreshTokens>
}

const PATH = '/tenant'

/**
 * Starts the provider on a free loopback port; its issuer has a path.
 *
 * @param tls speaks https with this certificate
 * @param name what it is called, if it is not known by its address
 */
export async function startMisbehavingProvider(
  how: Misbehaviour = {},
  tls?: { readonly key: string; readonly cert: string },
  name = '127.0.0.1',
): Promise<MisbehavingProvider> {
  await makeKeys()
  const listener: RequestListener = (request, response) => {
    answer(state, request, response).catch(() => response.destroy())
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  const origin = `${tls ? 'https' : 'http'}://${name}:${await listenOnNewPort(server)}`
  const clientSecret = `secret+/${secret()}`
  const provider = {
    origin,
    issuer: `${origin}${PATH}`,
    clientId: 'vestibule-client',
    clientSecret,
    requests: [],
    secrets: [clientSecret],
  }
  const state: State = { how, origin, provider, codes: new Map(), logins: 0, refreshTokens: refreshTokens() }
  return {
    ...provider,
    misbehave: (next) => {
      state.how = next
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Milliseconds, by its own clock. */
const timeOf = ({ how }: State) => Date.now() + (how.clockAhead ?? 0) * 1000

const secret = () => randomBytes(16).toString('hex')

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(`${state.origin}${request.url}`)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = new URLSearchParams(Buffer.concat(chunks).toString())
  state.provider.requests.push({ path: url.pathname, headers: request.headers, body })

  const answers = state.how.answers ?? {}
  response.setHeader('date', new Date(timeOf(state)).toUTCString())
  switch (url.pathname) {
    case `${PATH}/.well-known/openid-configuration`:
      return send(response, answers.metadata ?? { body: metadata(state) })
    case `/.well-known/oauth-authorization-server${PATH}`:
      return send(response, answers.rfc8414 ?? { status: 404 })
    case '/.well-known/ssf-configuration':
      return send(response, answers.ssf ?? { status: 404 })
    case '/moved-metadata':
      return send(response, { body: metadata(state) })
    case '/jwks':
      return send(
        response,
        answers.jwks ?? { body: await publishedKeys(state.how.publish, state.how.withoutKeyIds) },
      )
    case '/authorize':
      return send(response, authorize(state, url.searchParams))
    case '/token':
      return send(response, await tokenAnswer(state, body, request.headers.authorization))
    case '/revoke':
      return send(response, answers.revoke ?? { body: '' })
    case '/v1.0/me/transitiveMemberOf':
      return send(response, answers.graph ?? graphAnswer(state.how.memberships, url, request.headers))
    case '/userinfo':
      return send(response, answers.userinfo ?? userinfo(state, request.headers.authorization))
    default:
      return send(response, { status: 404 })
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '', hang }: Answer): void {
  if (hang) return
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
    ...headers,
  })
  response.end(text)
}

const metadata = (state: State) => ({
  issuer: state.provider.issuer,
  authorization_endpoint: `${state.origin}/authorize`,
  token_endpoint: `${state.origin}/token`,
  jwks_uri: `${state.origin}/jwks`,
  userinfo_endpoint: `${state.origin}/userinfo`,
  revocation_endpoint: `${state.origin}/revoke`,
  ...state.how.metadata,
})

/** Signs in without a page, and returns unrequested parameters as well. */
function authorize(state: State, parameters: URLSearchParams): Answer {
  const redirectUri = parameters.get('redirect_uri') ?? ''
  if (state.how.refusesPkce === 'authorize' && parameters.has('code_challenge'))
    return backTo(redirectUri, { ...aboutPkce('code_challenge'), state: parameters.get('state') ?? '' })
  const code = `code-${secret()}`
  state.provider.secrets.push(code)
  state.codes.set(code, {
    subject: `user-${(state.logins++ % (state.how.users ?? 1)) + 1}`,
    nonce: parameters.get('nonce') ?? '',
    challenge: parameters.get('code_challenge'),
    redirectUri,
  })
  return backTo(redirectUri, { code, state: parameters.get('state') ?? '', session_state: 'x' })
}

function backTo(redirectUri: string, parameters: Readonly<Record<string, string>>): Answer {
  const location = new URL(redirectUri)
  location.search = new URLSearchParams(parameters).toString()
  return { status: 302, headers: { location: location.href } }
}

async function tokenAnswer(state: State, body: URLSearchParams, authorization?: string): Promise<Answer> {
  const { answers = {}, refreshing = {} } = state.how
  if (body.get('grant_type') !== 'refresh_token')
    return answers.token ?? (await token(state, body, authorization))
  await refreshing.gate
  if (answers.refresh) return answers.refresh
  if (!isOurClient(state.provider, body, authorization))
    return { status: 401, body: { error: 'invalid_client' } }
  if (refreshing.refusesScope && body.has('scope')) return { status: 400, body: { error: 'invalid_scope' } }
  if (refreshing.wantsScope && !body.has('scope'))
    return { status: 400, body: { error: refreshing.wantsScope } }
  const refreshed = state.refreshTokens.refresh(body, refreshing)
  if (!refreshed)
    return { status: 400, body: { error: 'invalid_grant', error_description: 'raw upstream text' } }
  const { idTokenClaims } = refreshing
  const idToken = idTokenClaims && (await honestIdToken(state, { nonce: '' }, idTokenClaims))
  state.provider.secrets.push(refreshed.access_token, ...(idToken ? [idToken] : []))
  return { body: { ...refreshed, ...(idToken && { id_token: idToken }), ...refreshing.answer } }
}

async function token(state: State, body: URLSearchParams, authorization?: string): Promise<Answer> {
  const { refusesBasic, refusesPkce } = state.how
  if (refusesBasic && authorization) return refusesBasic
  if (refusesPkce === 'token' && body.has('code_verifier'))
    return { status: 400, body: aboutPkce('code_verifier') }
  if (!isOurClient(state.provider, body, authorization))
    return { status: 401, body: { error: 'invalid_client' } }
  const login = state.codes.get(body.get('code') ?? '')
  state.codes.delete(body.get('code') ?? '')
  const challenge = hash('sha256', body.get('code_verifier') ?? '', 'base64url')
  const redeemable =
    login &&
    login.redirectUri === body.get('redirect_uri') &&
    (!login.challenge || login.challenge === challenge)
  if (!redeemable)
    return { status: 400, body: { error: 'invalid_grant', error_description: 'raw upstream text' } }

  const accessToken = `access-${secret()}`
  const idToken = state.how.idToken === undefined ? await honestIdToken(state, login) : state.how.idToken
  state.provider.secrets.push(accessToken, ...(idToken ? [idToken] : []))
  const answer = {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: 300,
    refresh_token: state.refreshTokens.first(),
    ...(idToken !== null && { id_token: idToken }),
    ...state.how.tokenAnswer,
  }
  if (!state.how.formEncoded) return { body: answer }
  const form = new URLSearchParams(Object.entries(answer).map(([name, value]) => [name, String(value)]))
  return {
    body: form.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  }
}

function honestIdToken(
  state: State,
  login: Pick<Login, 'nonce'> & Partial<Login>,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(timeOf(state) / 1000)
  const claims = {
    iss: state.provider.issuer,
    aud: state.provider.clientId,
    sub: login.subject ?? 'user-1',
    email: 'user@example.com',
    email_verified: true,
    name: 'Una User',
    iat: now,
    exp: now + 300,
    nonce: login.nonce,
    ...state.how.idTokenClaims,
    ...changes,
  }
  return signIdToken(claims, state.how.signWith ?? 'rs256', {
    clientSecret: state.provider.clientSecret,
    withoutKeyId: state.how.withoutKeyIds ?? false,
  })
}

function userinfo(state: State, authorization?: string): Answer {
  if (!authorization?.startsWith('Bearer access-')) return { status: 401 }
  return { body: state.how.userinfo ?? { sub: 'user-1' } }
}
