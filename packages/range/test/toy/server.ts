import type { SendRequest } from '../../src/plain-request'
import { authorize, consent } from './authorize'
import { authenticate, register } from './clients'
import type { Trait } from './faults'
import { newToy, parameters, RESOURCE_CREDENTIAL, Refusal, random, SCOPES, type Toy } from './state'
import { token } from './token'
import { publicJwk, verified } from './tokens'

export type ToyServer = {
  readonly issuer: string
  /** It listens nowhere: this asks it. */
  readonly sendRequest: SendRequest
  /** Moves its clock. */
  readonly wait: (milliseconds: number) => Promise<void>
}

/**
 * A small authorization server, correct unless it is given faults.
 *
 * @param documentBase where clients may publish their documents
 */
export function toyServer(
  faults: readonly Trait[] = [],
  documentBase = 'https://documents.invalid',
  issuer = 'http://localhost:4321',
): ToyServer {
  const toy = newToy(issuer, new Set(faults), documentBase)
  return {
    issuer: toy.issuer,
    sendRequest: async (url, { signal: _signal, ...sent }) => {
      const request = new Request(url, sent)
      return answer(toy, request).catch((error: unknown) =>
        error instanceof Refusal
          ? json(toy, { error: error.code }, error.status)
          : new Response('broken', { status: 500 }),
      )
    },
    wait: async (milliseconds) => {
      toy.clock.now += milliseconds
    },
  }
}

async function answer(toy: Toy, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const path = url.pathname
  if (request.method === 'OPTIONS') return json(toy, {})
  if (path.startsWith('/.well-known/')) return json(toy, metadata(toy, request, path))
  if (path === '/jwks') return json(toy, { keys: [publicJwk(toy)] })
  if (path === '/authorize') return withCors(toy, request, await authorize(toy, url))
  if (path === '/consent') return consent(toy, request)
  if (path === '/token') return json(toy, await token(toy, request))
  if (path === '/register') return json(toy, await register(toy, request), 201)
  if (path.startsWith('/register/')) return json(toy, registration(toy, request, path.slice(10)))
  if (path === '/introspect') return json(toy, await introspect(toy, request))
  if (path === '/revoke') return json(toy, await revoke(toy, request))
  if (path === '/userinfo') return json(toy, userinfo(toy, request, url))
  if (path === '/device') return json(toy, await device(toy, request))
  return new Response(null, { status: 404 })
}

function metadata(toy: Toy, request: Request, path: string) {
  const forwarded = request.headers.get('x-forwarded-host')
  const base = forwarded && toy.has('a host from a header') ? `https://${forwarded}` : toy.issuer
  const isOpenId = path.includes('openid')
  const token = toy.has('two documents that differ') && isOpenId ? '/other' : '/token'
  return {
    issuer: toy.has('metadata of another issuer') ? 'https://other.example' : toy.issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: base + token,
    registration_endpoint: `${base}/register`,
    introspection_endpoint: `${base}/introspect`,
    revocation_endpoint: `${base}/revoke`,
    userinfo_endpoint: `${base}/userinfo`,
    device_authorization_endpoint: `${base}/device`,
    ...(toy.has('a token endpoint in the clear') && { end_session_endpoint: 'http://auth.example/end' }),
    jwks_uri: `${base}/jwks`,
    scopes_supported: SCOPES,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'private_key_jwt'],
    code_challenge_methods_supported: toy.has('no word about PKCE') ? [] : ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
  }
}

function registration(toy: Toy, request: Request, id: string) {
  const client = toy.clients.get(id)
  const isOwn = request.headers.get('authorization') === `Bearer ${client?.managementToken}`
  if (!client || !(isOwn || toy.has('registrations are open to read')))
    throw new Refusal('invalid_token', 401)
  return { client_id: client.id, redirect_uris: client.redirectUris }
}

async function introspect(toy: Toy, request: Request) {
  const isKnown = request.headers.get('authorization') === `Bearer ${RESOURCE_CREDENTIAL}`
  if (!isKnown && !toy.has('introspection for everybody')) throw new Refusal('invalid_client', 401)
  const form = new URLSearchParams(await request.text())
  const claims = verified(toy, form.get('token') ?? '')
  return claims ? { active: true, ...claims } : { active: false }
}

async function revoke(toy: Toy, request: Request) {
  const form = parameters(toy, new URLSearchParams(await request.text()))
  const client = authenticate(toy, request, form)
  const known = toy.refreshTokens.get(form.get('token') ?? '')
  const isOwn = known?.grant.clientId === client.id || toy.has('any client revokes')
  if (known && isOwn && !toy.has('a revocation does nothing')) known.grant.ended = true
  return {}
}

function userinfo(toy: Toy, request: Request, url: URL) {
  const inQuery = toy.has('access tokens in the URL') ? url.searchParams.get('access_token') : null
  const presented = /^Bearer (.*)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? inQuery
  const claims = verified(toy, presented ?? '')
  if (!claims) throw new Refusal('invalid_token', 401)
  return { sub: claims.sub }
}

async function device(toy: Toy, request: Request) {
  const form = new URLSearchParams(await request.text())
  const client = authenticate(toy, request, form)
  const code = random()
  toy.devices.set(code, client.id)
  const user = toy.has('four digits for a device') ? '1234' : 'WDJB-MJHT'
  return { device_code: code, user_code: user, verification_uri: `${toy.issuer}/activate`, expires_in: 600 }
}

function json(toy: Toy, body: object, status = 200): Response {
  const isKept = toy.has('tokens that caches keep')
  const credentials = {
    'access-control-allow-origin': 'https://attacker.example',
    'access-control-allow-credentials': 'true',
  }
  const cors = toy.has('CORS with credentials') ? credentials : { 'access-control-allow-origin': '*' }
  return Response.json(body, {
    status,
    headers: { ...cors, 'cache-control': isKept ? 'max-age=60' : 'no-store' },
  })
}

function withCors(toy: Toy, request: Request, response: Response): Response {
  if (toy.has('CORS at authorization') && request.headers.has('origin'))
    response.headers.set('access-control-allow-origin', '*')
  return response
}
