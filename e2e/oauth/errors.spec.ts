import { type Login, newClientId, obtainCode, REDIRECT } from '../support/attack-login'
import { basic, obtainTokens, postForm, redeem, redemption, type Tokens } from '../support/attack-tokens'
import { type HostRequest, hostFetch } from '../support/host-fetch'
import { expectOAuthError } from '../support/oauth-error'
import { expect, makePkce, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET, type World } from '../support/world'

/** What the requests below are wrong about. No row may use any of it up. */
type Scene = {
  readonly world: World
  /** An unused code of the public client, and one that was used. */
  readonly login: Login
  readonly spent: Login
  /** Of a login with one scope of two, and of one that has ended. */
  readonly narrow: Tokens
  readonly narrowClient: string
  readonly dead: Tokens
  /** A client that did not register for refreshing. */
  readonly once: string
}

let scene: Scene

test.beforeAll(async ({ world }) => {
  const { root } = world.issuers
  const metadata = { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }
  const narrowClient = await newClientId(root)
  const [once, narrowed, spent, login] = await Promise.all([
    register(root, { ...metadata, grant_types: ['authorization_code'] }),
    obtainCode(world, { clientId: narrowClient, parameters: { scope: 'profile:read' } }),
    obtainCode(world),
    obtainCode(world),
  ])
  const narrow = await obtainTokens(root, narrowed)
  const dead = await obtainTokens(root, spent)
  await redeem(root, spent)
  scene = { world, login, spent, narrow, narrowClient, dead, once: once.client_id ?? '' }
})

type Form = Readonly<Record<string, string | undefined>>

/** A wrong request to an endpoint that takes a form, and what RFC 6749 §5.2 or its own RFC calls the mistake. */
type FormError = readonly [
  what: string,
  wrong: (scene: Scene) => Form | readonly [Form, Record<string, string>],
  status: 400 | 401,
  error: string,
]

const refreshing = (token: string, changes: Form = {}): Form => ({
  grant_type: 'refresh_token',
  client_id: 'cli',
  refresh_token: token,
  ...changes,
})
const NOT_PROVEN = basic('confidential', 'wrong')

const TOKEN: readonly FormError[] = [
  ['no client', () => ({ grant_type: 'refresh_token' }), 401, 'invalid_client'],
  ['an unknown client', () => refreshing('x', { client_id: 'unknown' }), 401, 'invalid_client'],
  ['an unknown client in the header', () => [{}, basic('unknown', 'x')], 401, 'invalid_client'],
  ['a header that is not Basic', () => [{}, { authorization: 'Digest x' }], 401, 'invalid_client'],
  ['a missing secret', () => refreshing('x', { client_id: 'confidential' }), 401, 'invalid_client'],
  [
    'a wrong secret',
    () => refreshing('x', { client_id: 'confidential', client_secret: 'x' }),
    401,
    'invalid_client',
  ],
  ['a wrong secret in the header', () => [{}, NOT_PROVEN], 401, 'invalid_client'],
  ['a secret of a public client', () => refreshing('x', { client_secret: 'x' }), 401, 'invalid_client'],
  ['a proof that is no JWT', () => refreshing('x', { client_assertion: 'x' }), 401, 'invalid_client'],
  ['two proofs', () => [{ client_secret: 'x' }, NOT_PROVEN], 400, 'invalid_request'],
  ['two clients', () => [{ client_id: 'cli' }, NOT_PROVEN], 400, 'invalid_request'],
  ['no grant type', () => ({ client_id: 'cli' }), 400, 'invalid_request'],
  [
    'a grant type of old',
    () => ({ client_id: 'cli', grant_type: 'password' }),
    400,
    'unsupported_grant_type',
  ],
  [
    'a grant type of others',
    ({ narrow, once }) => refreshing(narrow.refresh_token, { client_id: once }),
    400,
    'unauthorized_client',
  ],
  ['no code', ({ login }) => redemption(login, { code: undefined }), 400, 'invalid_request'],
  ['an empty code', ({ login }) => redemption(login, { code: '' }), 400, 'invalid_request'],
  ['no verifier', ({ login }) => redemption(login, { code_verifier: undefined }), 400, 'invalid_request'],
  ['a malformed verifier', ({ login }) => redemption(login, { code_verifier: 'x' }), 400, 'invalid_grant'],
  [
    'a wrong verifier',
    ({ login }) => redemption(login, { code_verifier: makePkce().verifier }),
    400,
    'invalid_grant',
  ],
  ['an unknown code', ({ login }) => redemption(login, { code: 'vst_code_x' }), 400, 'invalid_grant'],
  ['a spent code', ({ spent }) => redemption(spent), 400, 'invalid_grant'],
  [
    'another redirect URI',
    ({ login }) => redemption(login, { redirect_uri: 'http://127.0.0.1/callback' }),
    400,
    'invalid_grant',
  ],
  [
    'the code of another client',
    ({ login, once }) => redemption(login, { client_id: once }),
    400,
    'invalid_grant',
  ],
  [
    'the resource of others',
    ({ login, world }) => redemption(login, { resource: world.resources.path }),
    400,
    'invalid_target',
  ],
  ['no resource at all', ({ login }) => redemption(login, { resource: 'notes' }), 400, 'invalid_target'],
  ['no refresh token', () => refreshing(''), 400, 'invalid_request'],
  ['an unknown refresh token', () => refreshing('vst_rt_x'), 400, 'invalid_grant'],
  ['a dead refresh token', ({ dead }) => refreshing(dead.refresh_token), 400, 'invalid_grant'],
  [
    'a refresh with more scope',
    ({ narrow, narrowClient }) =>
      refreshing(narrow.refresh_token, { client_id: narrowClient, scope: 'profile:read notes:write' }),
    400,
    'invalid_scope',
  ],
  [
    'a refresh for others',
    ({ narrow, narrowClient, world }) =>
      refreshing(narrow.refresh_token, { client_id: narrowClient, resource: world.resources.host }),
    400,
    'invalid_target',
  ],
]

const REVOCATION: readonly FormError[] = [
  ['no client', () => ({ token: 'x' }), 401, 'invalid_client'],
  ['an unknown client', () => ({ token: 'x', client_id: 'unknown' }), 401, 'invalid_client'],
  ['a wrong secret in the header', () => [{ token: 'x' }, NOT_PROVEN], 401, 'invalid_client'],
  ['no token', () => ({ client_id: 'cli' }), 400, 'invalid_request'],
]

const INTROSPECTION: readonly FormError[] = [
  ['no credential', () => ({ token: 'x' }), 401, 'invalid_client'],
  ['a wrong credential', () => [{ token: 'x' }, basic('first', 'wrong')], 401, 'invalid_client'],
  [
    'a wrong bearer token',
    () => [{ token: 'x' }, { authorization: 'Bearer vst_rs_wrong' }],
    401,
    'invalid_client',
  ],
  [
    'a client for a resource server',
    () => [{ token: 'x' }, basic('confidential', CONFIDENTIAL_SECRET)],
    401,
    'invalid_client',
  ],
]

const FORMS = { token: TOKEN, revoke: REVOCATION, introspect: INTROSPECTION }

for (const [endpoint, errors] of Object.entries(FORMS))
  for (const [what, wrong, status, error] of errors)
    test(`${endpoint}: ${what} is ${status} ${error} [RFC-29 RFC-34]`, async ({ world }) => {
      const request = wrong(scene)
      const [form, headers] = isPair(request) ? request : [request, {}]
      const sent = JSON.parse(JSON.stringify(form))
      const response = await postForm(world.issuers.root, `/oauth/${endpoint}`, sent, headers)
      expect(challengeOf(response)).toBe(status === 401 ? schemeFor(endpoint, headers) : undefined)
      expect(response.headers.get('retry-after')).toBeNull()
      expect(await expectOAuthError(response, [status])).toBe(error)
    })

const isPair = (request: ReturnType<FormError[1]>): request is readonly [Form, Record<string, string>] =>
  Array.isArray(request)

const challengeOf = (response: Response) =>
  /^(Basic realm|Bearer error)="[^"]+"/.exec(response.headers.get('www-authenticate') ?? '')?.[1]

/**
 * Only a client that used the header gets a challenge with its scheme (RFC 6749 §5.2, RFC 7662 §2.3): for a page's
 * `fetch` a challenge would open the browser's password dialogue.
 */
function schemeFor(
  endpoint: string,
  { authorization }: Readonly<Record<string, string>>,
): string | undefined {
  if (!authorization) return undefined
  return endpoint === 'introspect' && authorization.startsWith('Bearer') ? 'Bearer error' : 'Basic realm'
}

test('after all these mistakes the code and the refresh token are as good as before', async ({ world }) => {
  const { root } = world.issuers
  expect((await redeem(root, scene.login)).status).toBe(200)
  const form = refreshing(scene.narrow.refresh_token, { client_id: scene.narrowClient }) as Record<
    string,
    string
  >
  expect((await postForm(root, '/oauth/token', form)).status).toBe(200)
})

/** Wrong metadata, and what RFC 7591 §3.2.2 calls it. */
const REGISTRATION: readonly (readonly [what: string, body: unknown, error: string])[] = [
  ['no redirect URIs', { client_name: 'Nowhere to go' }, 'invalid_redirect_uri'],
  ['an empty list of redirect URIs', { redirect_uris: [] }, 'invalid_redirect_uri'],
  ['a string instead of the list', { redirect_uris: REDIRECT }, 'invalid_redirect_uri'],
  [
    'one redirect URI of two that runs script',
    { redirect_uris: [REDIRECT, 'javascript:alert(1)'] },
    'invalid_redirect_uri',
  ],
  [
    'an authentication method that is not offered',
    { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'tls_client_auth' },
    'invalid_client_metadata',
  ],
  [
    'a signing client without keys',
    { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'private_key_jwt' },
    'invalid_client_metadata',
  ],
  [
    'only grant types that are not offered',
    { redirect_uris: [REDIRECT], grant_types: ['password'] },
    'invalid_client_metadata',
  ],
  [
    'only response types that are not offered',
    { redirect_uris: [REDIRECT], response_types: ['token'] },
    'invalid_client_metadata',
  ],
  [
    'a name that is no string',
    { redirect_uris: [REDIRECT], client_name: { en: 'x' } },
    'invalid_client_metadata',
  ],
  [
    'a name without end',
    { redirect_uris: [REDIRECT], client_name: 'x'.repeat(5_000) },
    'invalid_client_metadata',
  ],
  ['a list instead of the object', [{ redirect_uris: [REDIRECT] }], 'invalid_client_metadata'],
]

for (const [what, body, error] of REGISTRATION)
  test(`register: ${what} is 400 ${error} [RFC-38]`, async ({ world }) => {
    const response = await hostFetch(`${world.issuers.root}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(await expectOAuthError(response, [400])).toBe(error)
  })

/** Endpoints and the methods they have (RFC 9110 §15.5.6). */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  '/oauth/token': ['POST'],
  '/oauth/register': ['POST'],
  '/oauth/revoke': ['POST'],
  '/oauth/introspect': ['POST'],
  '/oauth/jwks': ['GET', 'HEAD'],
  '/.well-known/oauth-authorization-server': ['GET', 'HEAD'],
}

for (const [path, methods] of Object.entries(METHODS))
  test(`${path} names its methods in the answer to another one`, async ({ world }) => {
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !methods.includes(method))
    for (const method of others) {
      const response = await hostFetch(world.issuers.root + path, { method })
      expect(response.headers.get('allow')?.split(', ')).toEqual([methods[0], 'OPTIONS'])
      expect(await expectOAuthError(response, [405])).toBe('invalid_request')
    }
  })

test('a path under no issuer is 404, in plain words', async ({ world }) => {
  const { root } = world.issuers
  const requests: [string, HostRequest][] = [
    ['/s/unknown/oauth/token', { method: 'POST', body: new URLSearchParams({ client_id: 'cli' }) }],
    ['/s/unknown/oauth/jwks', {}],
    ['/.well-known/oauth-authorization-server/s/unknown', {}],
    ['/.well-known/oauth-protected-resource/unknown', {}],
  ]
  for (const [path, request] of requests) {
    const response = await hostFetch(root + path, request)
    expect(response.status, path).toBe(404)
    expect(response.headers.get('access-control-allow-origin'), path).toBe('*')
    expect(response.headers.get('cache-control'), path).toContain('no-store')
    expect(await response.json(), path).toEqual({ error: 'not_found' })
  }
})
