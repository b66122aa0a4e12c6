import { expectPage } from '../support/attack-answers'
import { decide, locationOf, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { basic, obtainTokens, redemption } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { expectOAuthError } from '../support/oauth-error'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import { RESOURCE_SECRET, type World } from '../support/world'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const AUTHORIZATION = { authorization: `Bearer ${RESOURCE_SECRET}` }

/** The endpoints that take a body, and the type of it. */
const ENDPOINTS = [
  { path: '/oauth/token', type: FORM },
  { path: '/oauth/revoke', type: FORM },
  { path: '/oauth/introspect', type: FORM },
  { path: '/oauth/par', type: FORM },
  { path: '/oauth/register', type: JSON_TYPE },
] as const

/** The same under an origin issuer and a path issuer, and at the addresses that older clients guess. */
const addressesOf = ({ issuers }: World, path: string) => [
  issuers.root + path,
  issuers.path + path,
  ...(['/oauth/token', '/oauth/register'].includes(path) ? [issuers.root + path.replace('/oauth', '')] : []),
]

type Body = string | Uint8Array

const send = (url: string, body: Body, type: string | undefined, headers: Record<string, string> = {}) =>
  hostFetch(url, { method: 'POST', body, headers: { ...(type && { 'content-type': type }), ...headers } })

for (const { path, type } of ENDPOINTS) {
  test(`${path} takes one type of body and says so [AS-33 RFC-21 H-59]`, async ({ world }) => {
    const body = type === FORM ? 'grant_type=refresh_token&client_id=cli&token=x' : '{"redirect_uris":[]}'
    const others = [
      undefined,
      'text/plain',
      'text/html',
      'multipart/form-data; boundary=x',
      'nonsense',
      '*/*',
      ',',
    ]
    const wrong = [...others, type === FORM ? JSON_TYPE : FORM, `${type}x`, `x${type}`]
    for (const url of addressesOf(world, path))
      for (const other of wrong)
        await test.step(`${url} ${other}`, async () => {
          await expectOAuthError(await send(url, body, other, AUTHORIZATION), [400, 401])
        })
    for (const spelled of [`${type}; charset=utf-8`, type.toUpperCase(), `${type} ; x=y`]) {
      const answer = await send(world.issuers.root + path, body, spelled)
      expect(await answer.text()).not.toContain('the body must be')
    }
  })

  test(`${path} refuses a body that is too large, told or not`, async ({ world }) => {
    const large = 'a'.repeat(1024 * 1024)
    const bodies =
      type === FORM ? [`token=${large}`, `${'a=1&'.repeat(250_000)}`] : [`{"client_name":"${large}"}`]
    for (const body of bodies) {
      await expectOAuthError(await send(world.issuers.root + path, body, type), [413])
      const chunked = await send(world.issuers.root + path, body, type, { 'transfer-encoding': 'chunked' })
      await expectOAuthError(chunked, [413])
      // The rest of it does not block the connection, which behind a proxy serves others next.
      await expectOAuthError(await send(world.issuers.root + path, '', type), [400, 401])
    }
  })

  test(`${path} does not stumble over bytes that are no text [AS-33 RFC-29]`, async ({ world }) => {
    const bytes = (text: string) => Buffer.from(text, 'latin1')
    const bodies: Body[] = [
      '',
      '\0',
      ' ',
      '=',
      '&&&===&',
      'null',
      '[]',
      '[null]',
      '"text"',
      '17',
      'true',
      '{',
      '{}',
      '{"redirect_uris":null}',
      '{"redirect_uris":{"0":"https://app.example"}}',
      '{"redirect_uris":[null,{},[],1]}',
      '{"redirect_uris":["https://app.example/\\u0000"]}',
      '{"redirect_uris":["https://app.example/\\ud800"]}',
      '{"redirect_uris":["https://app.example"],"client_name":"\\ud800"}',
      '{"__proto__":{"redirect_uris":["https://app.example"]},"constructor":1}',
      '{"redirect_uris":["https://app.example"],"client_name":{"toString":1}}',
      '{"redirect_uris":["https://app.example"],"scope":["a"]}',
      '{"redirect_uris":["https://app.example"],"grant_types":"authorization_code"}',
      '{"redirect_uris":["https://app.example"],"grant_types":[{}]}',
      '{"redirect_uris":["https://app.example"],"contacts":[1e999]}',
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      `{"redirect_uris":["https://app.example"],"jwks":{"keys":[{"x5c":${'['.repeat(25_000)}${']'.repeat(25_000)}}]}}`,
      `{"redirect_uris":[${'"https://app.example/",'.repeat(2_000)}"https://app.example/"]}`,
      bytes('\xff\xfe\xfd'),
      bytes('client_id=\xff&token=\xc0\x80'),
      bytes('{"client_name":"\xff"}'),
      'client_id=%ff%00%&grant_type=%ed%a0%80&token=%00',
      'client_id=cli&grant_type=refresh_token&refresh_token=%00',
      'client_id=cli&grant_type=authorization_code&code=%00&code_verifier=%00',
      `client_id=cli&grant_type=refresh_token&refresh_token=${'x'.repeat(60_000)}`,
      `${'a=1&'.repeat(15_000)}a=1`,
      'client_id[]=cli&client_id[toString]=x&grant_type=refresh_token',
      'token=%00&token_type_hint=%00',
    ]
    for (const url of addressesOf(world, path))
      for (const body of bodies)
        await test.step(`${url} ${Buffer.from(body).toString('latin1').slice(0, 60)}`, async () => {
          const answer = await send(url, body, type)
          await expectOAuthError(answer, [400, 401])
          const proven = await send(url, body, type, AUTHORIZATION)
          expect(proven.status, await proven.text()).toBeLessThan(500)
        })
  })

  test(`${path} answers other methods with 405, in words that a client reads [RFC-21]`, async ({ world }) => {
    for (const url of addressesOf(world, path))
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
        await test.step(`${method} ${url}`, async () => {
          const answer = await hostFetch(`${url}?client_id=cli&code=x`, { method })
          expect(answer.headers.get('allow')).toMatch(/\bPOST\b/)
          await expectOAuthError(answer, [405])
        })
  })

  test(`${path} can be called by a script of any site, as its preflight says [RFC-34]`, async ({ world }) => {
    const headers = {
      origin: 'https://inspector.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type, authorization, mcp-protocol-version',
    }
    for (const url of addressesOf(world, path)) {
      const answer = await hostFetch(url, { method: 'OPTIONS', headers })
      expect(answer.status).toBe(204)
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(answer.headers.get('access-control-allow-methods')).toContain('POST')
      expect(answer.headers.get('access-control-allow-headers')).toContain('mcp-protocol-version')
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })
}

/** Bytes that look random and are the same in each run. */
function* noise(length: number): Generator<Buffer> {
  let state = 20_260_728
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state >> 8
  }
  for (;;) yield Buffer.from(Array.from({ length: next() % length }, () => next() % 256))
}

test('no noise makes an endpoint stumble', async ({ world }) => {
  const bodies = noise(400)
  for (const { path, type } of ENDPOINTS)
    for (let time = 0; time < 40; time++) {
      const body: Buffer = bodies.next().value
      const answer = await send(world.issuers.root + path, body, type, AUTHORIZATION)
      expect([400, 401], `${path} ${body.toString('hex')}`).toContain(answer.status)
    }
})

test('a decision that is no form, or too large a one, is shown as a mistake and decides nothing', async ({
  world,
}) => {
  const visitor = newVisitor()
  const consent = await openConsent(
    visitor,
    authorizeUrl(world.issuers.root, {
      client_id: 'cli',
      redirect_uri: REDIRECT,
      code_challenge: makePkce().challenge,
    }),
  )
  const url = `${world.app.url}/oauth/consent/decision`
  const honest = new URLSearchParams({ request: consent.requestId, token: consent.token, decision: 'allow' })
  const bodies: [Body, string | undefined, number][] = [
    [JSON.stringify(Object.fromEntries(honest)), JSON_TYPE, 400],
    [honest.toString(), 'text/plain', 400],
    [honest.toString(), undefined, 400],
    [honest.toString(), 'multipart/form-data; boundary=x', 400],
    [`${honest}&x=${'a'.repeat(1024 * 1024)}`, FORM, 413],
    ['', FORM, 403],
    ['null', FORM, 403],
    [Buffer.from('request=\xff&token=\xfe', 'latin1'), FORM, 403],
    ['request=%00&token=%00&decision=allow', FORM, 403],
    [`request=${'x'.repeat(50_000)}&token=x`, FORM, 403],
  ]
  for (const [body, type, status] of bodies)
    await test.step(`${type} ${body.slice(0, 40)}`, async () => {
      const headers = { origin: world.app.url, ...(type && { 'content-type': type }) }
      await expectPage(await visitor.go(url, { method: 'POST', body, headers }), status)
    })
  expect(locationOf(await decide(world, visitor, consent)).startsWith(world.idp.issuer)).toBe(true)
})

test('after all that a login works', async ({ world }) => {
  const login = await obtainCode(world)
  const answer = await send(
    `${world.issuers.root}/token`,
    new URLSearchParams(redemption(login)).toString(),
    `${FORM}; charset=UTF-8`,
  )
  expect(answer.status).toBe(200)
  const secret = basic('cli', '')
  expect((await obtainTokens(world.issuers.root, await obtainCode(world), secret)).scope).toContain(
    'notes:write',
  )
})
