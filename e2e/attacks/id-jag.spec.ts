import { createHmac } from 'node:crypto'
import { decodeJwt } from 'jose'
import { obtainCode } from '../support/attack-login'
import { basic, outcome, redeem } from '../support/attack-tokens'
import { newSigningKey } from '../support/client-assertion'
import { startDocumentHost } from '../support/document-host'
import { type Enterprise, startEnterprise } from '../support/enterprise'
import { expect, test } from '../support/test'
import { CONFIDENTIAL_SECRET } from '../support/world'

let acme: Enterprise
/** Another customer. It trusts its own provider, and claims that acme's keys lie there, too. */
let globex: Enterprise
let keys: Awaited<ReturnType<typeof startDocumentHost>>
test.beforeAll(async ({ world }) => {
  acme = await startEnterprise(world)
  keys = await startDocumentHost()
  const key = await newSigningKey('ES256')
  const jwks_uri = keys.publish({ keys: [key.publicJwk] })
  globex = { ...(await startEnterprise(world, { trusted: { issuer: acme.idp, jwks_uri } })), key }
})
test.afterAll(() => Promise.all([acme.close(), globex.close(), keys.close()]))

const now = () => Math.floor(Date.now() / 1000)

const WRONG: Record<string, object> = {
  'for another authorization server': { aud: 'https://auth.globex.example' },
  'for nobody': { aud: undefined },
  'for another resource': { resource: 'https://mcp.globex.example/mcp' },
  'for another client': { client_id: 'other' },
  'for no client': { client_id: undefined },
  'about nobody': { sub: undefined },
  'without an id': { jti: undefined },
  expired: { exp: now() - 120, iat: now() - 300 },
  'from the future': { iat: now() + 600, exp: now() + 900 },
  'not valid yet': { nbf: now() + 600 },
  'from long ago, with a long life': { iat: now() - 3600, exp: now() + 3600 },
  'of another tenant of the issuer': { tenant: 'globex' },
  'bound to a key that nobody has shown': { cnf: { jkt: 'x' } },
}

test('an assertion is refused for every single thing that is wrong with it [EMA-3 EMA-5 EMA-7 H-40]', async () => {
  for (const [what, claims] of Object.entries(WRONG))
    expect(await outcome(await acme.present(await acme.assertion({ claims }))), what).toBe(
      '400 invalid_grant',
    )
  expect(await outcome(await acme.present(''))).toBe('400 invalid_request')
  expect(await outcome(await acme.present(await acme.assertion()))).toBe('200 ok')
})

test.describe('an attacker', () => {
  test('cannot use an assertion twice, nor fifty times at once [EMA-4 H-40]', async () => {
    const assertion = await acme.assertion()
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => outcome(await acme.present(assertion))),
    )
    expect(answers.sort()).toEqual(['200 ok', ...Array(49).fill('400 invalid_grant')])
    const { jti } = decodeJwt(assertion)
    const again = await acme.assertion({ claims: { jti, sub: 'bob' } })
    expect(await outcome(await acme.present(again))).toBe('400 invalid_grant')
  })

  test('cannot spend an honest assertion with a forged one [EMA-4]', async () => {
    const assertion = await acme.assertion()
    const { jti } = decodeJwt(assertion)
    const forged = await acme.assertion({ claims: { jti }, key: await newSigningKey('ES256') })
    expect(await outcome(await acme.present(forged))).toBe('400 invalid_grant')
    const wrongScope = await acme.present(assertion, { scope: 'admin' })
    expect(await outcome(wrongScope)).toBe('400 invalid_scope')
    expect(await outcome(await acme.present(assertion))).toBe('200 ok')
  })

  test("cannot present another client's assertion [EMA-7]", async () => {
    const assertion = await acme.assertion()
    const other = basic('other', CONFIDENTIAL_SECRET)
    expect(await outcome(await acme.present(assertion, {}, other))).toBe('400 invalid_grant')
    expect(await outcome(await acme.present(assertion, {}, basic('agent', 'wrong')))).toBe(
      '401 invalid_client',
    )
    const web = basic('web', CONFIDENTIAL_SECRET)
    const forWeb = await acme.assertion({ claims: { client_id: 'web' } })
    expect(await outcome(await acme.present(forWeb, {}, web))).toBe('400 unauthorized_client')
    expect(await outcome(await acme.present(assertion))).toBe('200 ok')
  })

  test('cannot sign by itself [EMA-2]', async () => {
    const stranger = await newSigningKey('ES256')
    const refused = async (what: string, assertion: string) =>
      expect(await outcome(await acme.present(assertion)), what).toBe('400 invalid_grant')
    await refused('a key of its own', await acme.assertion({ key: stranger }))
    const kid = { kid: acme.key.publicJwk.kid }
    await refused('under the key id of the issuer', await acme.assertion({ key: stranger, header: kid }))
    const jwk = { kid: undefined, jwk: stranger.publicJwk, jku: 'https://evil.example/keys' }
    await refused('with its key in the header', await acme.assertion({ key: stranger, header: jwk }))
    const claims = decodeJwt(await acme.assertion())
    await refused('without a signature', `${encode({ alg: 'none', typ: TYPE })}.${encode(claims)}.`)
    await refused('without one, dressed up', `${encode({ alg: 'none', typ: TYPE })}.${encode(claims)}.c2ln`)
    for (const secret of [JSON.stringify(acme.key.publicJwk), acme.key.publicJwk.x ?? ''])
      await refused('with the public key as a secret', hs256(claims, secret, acme.key.publicJwk.kid))
    const [header, , signature] = (await acme.assertion()).split('.')
    await refused('tampered with', `${header}.${encode({ ...claims, sub: 'bob' })}.${signature}`)
  })

  test('cannot pass an ID token off as an assertion [EMA-2]', async () => {
    for (const typ of ['JWT', undefined, 'at+jwt']) {
      const idToken = await acme.assertion({ header: { typ } })
      expect(await outcome(await acme.present(idToken)), typ ?? 'none').toBe('400 invalid_grant')
    }
  })

  test('cannot bring an untrusted issuer [EMA-2]', async () => {
    const host = await startDocumentHost()
    const key = await newSigningKey('ES256')
    host.publish({ keys: [key.publicJwk] })
    const assertion = await acme.assertion({ key, claims: { iss: host.origin } })
    expect(await outcome(await acme.present(assertion))).toBe('400 invalid_grant')
    expect(host.asked(`${host.origin}/.well-known/openid-configuration`)).toBe(0)
    await host.close()
  })

  test('cannot carry an assertion for one server to another [EMA-3]', async () => {
    const assertion = await acme.assertion()
    expect(await outcome(await globex.present(assertion))).toBe('400 invalid_grant')
    const theirs = { claims: { aud: globex.issuer, resource: globex.resource } }
    expect(await outcome(await globex.present(await acme.assertion(theirs)))).toBe('400 invalid_grant')
    expect(await outcome(await acme.present(await acme.assertion(theirs)))).toBe('400 invalid_grant')
  })

  test("who owns a server and its list of issuers does not become another company's user", async () => {
    const alice = await (await acme.present(await acme.assertion())).json()
    const claims = { iss: acme.idp, aud: globex.issuer, resource: globex.resource }
    const posing = await globex.assertion({ claims, key: globex.key })
    const response = await globex.present(posing)
    expect(response.status).toBe(200)
    const posed = decodeJwt((await response.json()).access_token)
    expect(posed.sub).not.toBe(decodeJwt(alice.access_token).sub)
    const attempt = await acme.assertion({ key: globex.key })
    expect(await outcome(await acme.present(attempt))).toBe('400 invalid_grant')
  })

  test('cannot have keys fetched from where we should not go', async ({ world }) => {
    for (const jwks_uri of ['https://10.0.0.1/keys', 'https://169.254.169.254/latest/meta-data']) {
      const company = await startEnterprise(world, { trusted: { jwks_uri } })
      const answer = await company.present(await company.assertion())
      expect(answer.status).toBe(503)
      const body = await answer.json()
      expect(body.error).toBe('temporarily_unavailable')
      expect(JSON.stringify(body)).not.toContain(new URL(jwks_uri).host)
      await company.close()
    }
  })

  test('cannot use a code or a refresh token in place of an assertion', async ({ world }) => {
    const login = await obtainCode(world, { issuer: acme.issuer })
    expect(await outcome(await acme.present(login.code))).toBe('400 invalid_grant')
    const answer = await redeem(acme.issuer, login)
    const { refresh_token, access_token } = await answer.json()
    for (const token of [refresh_token, access_token])
      expect(await outcome(await acme.present(token))).toBe('400 invalid_grant')
  })
})

const TYPE = 'oauth-id-jag+jwt'
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function hs256(claims: object, secret: string, kid: string): string {
  const input = `${encode({ alg: 'HS256', kid, typ: TYPE })}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}
