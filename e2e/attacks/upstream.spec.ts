import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { freePort } from '@/test/free-port'
import {
  expectFailedLogin as expectFailedPage,
  expectPage,
  expectRedirectedError,
} from '../support/attack-answers'
import {
  type Consent,
  decide,
  locationOf,
  openConsent,
  REDIRECT,
  redirectQuery,
} from '../support/attack-login'
import { addServer, type ExtraServer } from '../support/attack-server'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import type { World } from '../support/world'

let provider: MisbehavingProvider
let server: ExtraServer

test.beforeAll(async ({ world }) => {
  provider = await startMisbehavingProvider()
  server = await addServer(world, provider)
})
test.afterAll(() => provider.stop())
test.beforeEach(() => provider.misbehave({}))

const newUrl = ({ issuer }: ExtraServer) =>
  authorizeUrl(issuer, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
    state: 'the-state',
  })

/** A login whose user has pressed Allow and comes back from the provider. */
async function returnFromProvider(
  world: World,
  visitor: Visitor,
): Promise<{ consent: Consent; callback: string }> {
  const consent = await openConsent(visitor, newUrl(server))
  const allowed = await decide(world, visitor, consent)
  return { consent, callback: locationOf(await visitor.go(locationOf(allowed))) }
}

/** The client gets state and issuer; the operator sees why, and nothing was issued. */
async function expectFailedLogin(
  world: World,
  answer: Response,
  consent: Consent,
  expected: {
    readonly error: string
    readonly reason: string
    readonly step?: string
    readonly at?: ExtraServer
  },
): Promise<void> {
  const { error, reason, step = 'callback', at = server } = expected
  const told = { error, redirectUri: REDIRECT, state: 'the-state', issuer: at.issuer }
  const page = await expectFailedPage(answer, told)
  expect(page).toContain(consent.reference)
  const { stdout } = await world.app.cli(['timeline', consent.reference])
  expect(stdout).toMatch(new RegExp(`${step} +failed +${reason}\\b`))
  expect(stdout).toMatch(/Outcome: +failed/)
  expect(stdout).not.toMatch(/\b(callback|code|token) +ok\b/)
  for (const text of [stdout, page, world.app.output()])
    for (const secret of ['raw upstream text', ...provider.secrets]) expect(text).not.toContain(secret)
}

const IN_THE_PAST = Math.floor(Date.now() / 1000) - 3600

/** What a provider, or an attacker between it and us, may send instead of an honest response. */
const LIES: readonly (readonly [string, Misbehaviour, string])[] = [
  ['for another login of ours', { idTokenClaims: { nonce: 'another' } }, 'upstream_nonce_mismatch'],
  ['for no login in particular', { idTokenClaims: { nonce: undefined } }, 'upstream_nonce_missing'],
  ['for another client', { idTokenClaims: { aud: 'another' } }, 'upstream_audience_mismatch'],
  ['for nobody', { idTokenClaims: { aud: undefined } }, 'upstream_audience_mismatch'],
  ['of another issuer', { idTokenClaims: { iss: 'https://evil.example' } }, 'upstream_issuer_mismatch'],
  ['with a foreign key under the honest id', { signWith: 'stranger' }, 'upstream_signature_invalid'],
  ['without a signature', { signWith: 'none' }, 'upstream_signature_invalid'],
  ['with the public key as a secret', { signWith: 'hs256-public-key' }, 'upstream_signature_invalid'],
  ['with our client secret as key', { signWith: 'hs256-client-secret' }, 'upstream_signature_invalid'],
  [
    'that has expired',
    { idTokenClaims: { iat: IN_THE_PAST, exp: IN_THE_PAST + 60, nonce: 'another' } },
    'upstream_token_expired',
  ],
  ['of an hour ago', { idTokenClaims: { iat: IN_THE_PAST, exp: IN_THE_PAST + 60 } }, 'upstream_clock_skew'],
  ['about nobody', { idTokenClaims: { sub: undefined } }, 'upstream_'],
  ['that is none', { idToken: 'raw upstream text' }, 'upstream_'],
  ['that is missing', { idToken: null }, 'upstream_'],
]

for (const [what, how, reason] of LIES)
  test(`an ID token ${what} signs no user in`, async ({ world }) => {
    const visitor = newVisitor()
    const { consent, callback } = await returnFromProvider(world, visitor)
    provider.misbehave(how)
    const answer = await visitor.go(callback)
    await expectFailedLogin(world, answer, consent, {
      error: 'server_error',
      reason: reason.endsWith('_') ? `${reason}\\w+` : reason,
    })
    // Nor when the provider has come to its senses.
    provider.misbehave({})
    await expectPage(await visitor.go(callback))
  })

const TROUBLE: readonly (readonly [string, Misbehaviour, string, string])[] = [
  ['is broken', { answers: { token: { status: 500 } } }, 'temporarily_unavailable', 'upstream_unreachable'],
  [
    'is overloaded',
    { answers: { token: { status: 429 } } },
    'temporarily_unavailable',
    'upstream_unreachable',
  ],
  [
    'does not know us any more',
    {
      answers: {
        token: { status: 401, body: { error: 'invalid_client', error_description: 'raw upstream text' } },
      },
    },
    'server_error',
    'upstream_client_rejected',
  ],
  [
    'refuses its own code',
    {
      answers: {
        token: { status: 400, body: { error: 'invalid_grant', error_description: 'raw upstream text' } },
      },
    },
    'server_error',
    'upstream_error',
  ],
  [
    'answers with a page',
    { answers: { token: { status: 200, body: '<p>raw upstream text</p>' } } },
    'server_error',
    'upstream_response_invalid',
  ],
  [
    'sends us elsewhere',
    { answers: { token: { status: 307, headers: { location: 'http://127.0.0.1:1/token' } } } },
    'server_error',
    'upstream_response_invalid',
  ],
  [
    'answers without end',
    { answers: { token: { body: { access_token: 'x'.repeat(2 * 1024 * 1024) } } } },
    'server_error',
    'upstream_response_invalid',
  ],
]

for (const [what, how, error, reason] of TROUBLE)
  test(`a provider that ${what} ends the login and issues nothing [PX-16]`, async ({ world }) => {
    const visitor = newVisitor()
    const { consent, callback } = await returnFromProvider(world, visitor)
    provider.misbehave(how)
    await expectFailedLogin(world, await visitor.go(callback), consent, { error, reason })
  })

test('a provider that says no ends the login in its own name, not in its own words [AS-23]', async ({
  world,
}) => {
  const answers: [string, string, string][] = [
    ['access_denied', 'access_denied', 'upstream_denied'],
    ['temporarily_unavailable', 'temporarily_unavailable', 'upstream_unreachable'],
    ['login_required', 'access_denied', 'upstream_interaction_required'],
    ['<script>raw upstream text</script>', 'server_error', 'upstream_error'],
  ]
  for (const [error, told, reason] of answers)
    await test.step(error, async () => {
      const visitor = newVisitor()
      const { consent, callback } = await returnFromProvider(world, visitor)
      const denied = new URL(callback)
      denied.searchParams.delete('code')
      denied.searchParams.append('error', error)
      denied.searchParams.append('error_description', 'raw upstream text')
      await expectFailedLogin(world, await visitor.go(denied.href), consent, { error: told, reason })
      await expectPage(await visitor.go(callback))
    })
})

test('the provider’s own code reaches the operator, with what to do, and nobody else', async ({ world }) => {
  const visitor = newVisitor()
  const { consent, callback } = await returnFromProvider(world, visitor)
  const denied = new URL(callback)
  denied.searchParams.delete('code')
  denied.searchParams.append('error', 'access_denied')
  denied.searchParams.append('error_description', 'AADSTS50105: raw upstream text')
  const page = await expectFailedPage(await visitor.go(denied.href), {
    error: 'access_denied',
    redirectUri: REDIRECT,
    state: 'the-state',
    issuer: server.issuer,
  })
  expect(page).toContain('ask your administrator')
  expect(page).not.toContain('AADSTS')
  const { stdout } = await world.app.cli(['timeline', consent.reference])
  expect(stdout).toContain('AADSTS50105')
  expect(stdout).toContain('assign them or a group of theirs in Entra')
})

test('a client that wants no pages is told of a failure at once, with its reference', async ({ world }) => {
  const visitor = newVisitor()
  const { callback } = await returnFromProvider(world, visitor)
  await visitor.go(callback)
  provider.misbehave({ answers: { token: { status: 401, body: { error: 'invalid_client' } } } })
  const silent = await visitor.go(`${newUrl(server)}&prompt=none`)
  // The user is known by now, and allowed this before, but a registered client is asked each time.
  const answer = await visitor.go(locationOf(silent))
  expectRedirectedError(answer, {
    error: 'consent_required',
    redirectUri: REDIRECT,
    state: 'the-state',
    issuer: server.issuer,
  })
  expect(redirectQuery(answer).get('error_description')).toMatch(/\(reference [0-9A-Z]{4}-[0-9A-Z]{4}\)/)
})

test('a provider outage is reported to the client at once, and leaves no cookie behind', async ({
  world,
}) => {
  const issuer = `http://127.0.0.1:${await freePort()}`
  const at = await addServer(world, { issuer, clientId: 'x', clientSecret: 'x' })
  const visitor = newVisitor()
  const consent = await openConsent(visitor, newUrl(at))
  const answer = await decide(world, visitor, consent)
  expect(visitor.cookies('vst_state_')).toEqual([])
  await expectFailedLogin(world, answer, consent, {
    error: 'temporarily_unavailable',
    reason: 'upstream_unreachable',
    step: 'decision',
    at,
  })
})

test('a provider with false metadata gets no redirect [H-21]', async ({ world }) => {
  const liar = await startMisbehavingProvider()
  const at = await addServer(world, liar)
  const lies: [Misbehaviour, string][] = [
    [{ metadata: { issuer: 'https://evil.example' } }, 'upstream_issuer_mismatch'],
    [{ metadata: { authorization_endpoint: 'javascript:alert(1)' } }, 'upstream_\\w+'],
    [{ metadata: { authorization_endpoint: 'http://evil.example/authorize' } }, 'upstream_error'],
    [{ metadata: { token_endpoint: 'http://169.254.169.254/latest' } }, 'upstream_error'],
    [{ metadata: { jwks_uri: 'file:///etc/passwd' } }, 'upstream_\\w+'],
    [{ answers: { metadata: { body: 'raw upstream text' } } }, 'upstream_response_invalid'],
    [
      { answers: { metadata: { status: 302, headers: { location: 'https://evil.example/metadata' } } } },
      'upstream_response_invalid',
    ],
  ]
  for (const [how, reason] of lies)
    await test.step(JSON.stringify(how), async () => {
      liar.misbehave(how)
      const visitor = newVisitor()
      const consent = await openConsent(visitor, newUrl(at))
      const answer = await decide(world, visitor, consent)
      await expectFailedLogin(world, answer, consent, {
        error: 'server_error',
        reason,
        step: 'decision',
        at,
      })
    })
  // What failed is not remembered.
  liar.misbehave({})
  const visitor = newVisitor()
  const consent = await openConsent(visitor, newUrl(at))
  expect(locationOf(await decide(world, visitor, consent)).startsWith(`${liar.origin}/authorize?`)).toBe(true)
  await liar.stop()
})

test('our client secret and verifier reach the token endpoint alone, and a login without lies works [H-35]', async ({
  world,
}) => {
  const before = provider.requests.length
  const visitor = newVisitor()
  const { callback } = await returnFromProvider(world, visitor)
  expect(redirectQuery(await visitor.go(callback)).get('code')).toMatch(/^vst_code_/)
  const requests = provider.requests.slice(before)
  const withProof = requests.filter(({ headers, body }) => headers.authorization || body.has('code_verifier'))
  expect(withProof.map(({ path }) => path).filter((path) => path !== '/userinfo')).toEqual(['/token'])
  // The client's own PKCE, state and identity stay with us.
  expect(JSON.stringify(requests)).not.toContain('the-state')
  expect(JSON.stringify(requests)).not.toContain('"cli"')
})
