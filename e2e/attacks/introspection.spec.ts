import { createHmac } from 'node:crypto'
import { base64url, decodeJwt, decodeProtectedHeader, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { newClientId, obtainCode } from '../support/attack-login'
import { basic, introspect, obtainTokens, outcome, postForm } from '../support/attack-tokens'
import { expect, test } from '../support/test'
import { CONFIDENTIAL_SECRET, RESOURCE_SECRET, type World } from '../support/world'

const obtain = async (world: World) => obtainTokens(world.issuers.root, await obtainCode(world))

test('only the resource server learns anything of a token [RFC-40]', async ({ world }) => {
  const { root } = world.issuers
  const { access_token: token, refresh_token } = await obtain(world)
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
  const strangers: Record<string, string>[] = [
    {},
    bearer(''),
    bearer('guess'),
    bearer(`${RESOURCE_SECRET}x`),
    bearer(RESOURCE_SECRET.slice(0, -1)),
    bearer(CONFIDENTIAL_SECRET),
    bearer(token),
    bearer(refresh_token),
    basic('confidential', CONFIDENTIAL_SECRET),
    basic('confidential', RESOURCE_SECRET),
    basic('second', RESOURCE_SECRET),
    basic('', RESOURCE_SECRET),
    basic('first', ''),
    { authorization: RESOURCE_SECRET },
  ]
  for (const headers of strangers)
    await test.step(JSON.stringify(headers), async () => {
      const answer = await postForm(root, '/oauth/introspect', { token }, headers)
      expect(await outcome(answer)).toBe('401 invalid_client')
      expect(answer.headers.get('cache-control')).toContain('no-store')
    })
  const inBody = await postForm(root, '/oauth/introspect', { token, client_secret: RESOURCE_SECRET })
  expect(await outcome(inBody)).toBe('401 invalid_client')
  const own = await postForm(root, '/oauth/introspect', { token }, basic('first', RESOURCE_SECRET))
  expect(await own.json()).toMatchObject({ active: true })
})

test('a token in the URL is not looked at', async ({ world }) => {
  const { access_token } = await obtain(world)
  const headers = { authorization: `Bearer ${RESOURCE_SECRET}` }
  const path = `/oauth/introspect?token=${access_token}`
  expect(await outcome(await postForm(world.issuers.root, path, {}, headers))).toBe('400 invalid_request')
})

test('an access token is exactly what was granted, for one resource, of one server [AS-30 PX-17 RFC-42 H-35]', async ({
  world,
}) => {
  const clientId = await newClientId(world.issuers.root)
  const login = await obtainCode(world, { clientId })
  const { access_token } = await obtainTokens(world.issuers.root, login)
  expect(decodeProtectedHeader(access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
  const claims = decodeJwt(access_token)
  expect(claims).toMatchObject({
    iss: world.issuers.root,
    aud: world.resources.root,
    client_id: clientId,
    scope: 'profile:read notes:write',
  })
  expect(claims.exp! - claims.iat!).toBe(3600)
  // Nothing of the identity provider but what the operator chose to pass on.
  expect(Object.keys(claims).sort()).toEqual(
    ['aud', 'claims_at', 'client_id', 'email', 'exp', 'gid', 'iat', 'iss', 'jti', 'scope', 'sub'].sort(),
  )
  expect(claims.sub).not.toContain('alice')
  const told = await introspect(world, access_token)
  expect(told).toMatchObject({ active: true, sub: claims.sub, scope: claims.scope, exp: claims.exp })
})

test('a forged access token is not active [RFC-40 RFC-42]', async ({ world }) => {
  const { access_token } = await obtain(world)
  const [head = '', payload = '', signature = ''] = access_token.split('.')
  const header = decodeProtectedHeader(access_token)
  const claims = decodeJwt(access_token)
  const encode = (value: object) => base64url.encode(JSON.stringify(value))
  const later: JWTPayload = { ...claims, exp: claims.exp! + 3600, scope: 'profile:read notes:write admin' }
  const { privateKey } = await generateKeyPair('ES256')
  const own = { ...header, alg: 'ES256' }
  const jwks = await (await fetch(`${world.issuers.root}/oauth/jwks`)).json()
  const hmac = (key: string) => {
    const input = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
  }
  const forged = {
    'without a signature': `${encode({ ...header, alg: 'none' })}.${payload}.`,
    'with none in capitals': `${encode({ ...header, alg: 'NONE' })}.${payload}.`,
    'with its signature taken away': `${head}.${payload}.`,
    'with other claims': `${head}.${encode(later)}.${signature}`,
    'with a header of another type': `${encode({ ...header, typ: 'JWT' })}.${payload}.${signature}`,
    'with a key of its own under our id': await new SignJWT(later).setProtectedHeader(own).sign(privateKey),
    'with the key in its header': await new SignJWT(later)
      .setProtectedHeader({ ...own, jwk: jwks.keys[0], kid: 'other' })
      .sign(privateKey),
    'with a key elsewhere': await new SignJWT(later)
      .setProtectedHeader({ ...own, jku: 'https://evil.example/jwks', kid: 'evil' })
      .sign(privateKey),
    'with our public key as a secret': hmac(JSON.stringify(jwks.keys[0])),
    'with no secret': hmac(''),
    'with a broken signature': `${head}.${payload}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
    'with a zero signature': `${head}.${payload}.${'A'.repeat(86)}`,
    'that is no token': 'x.y.z',
    'that is a NUL': '\0',
    'that is a code': `vst_code_${'A'.repeat(43)}`,
    'that is long': 'x'.repeat(20_000),
  }
  for (const [what, token] of Object.entries(forged))
    await test.step(what, async () => {
      expect(await introspect(world, token)).toEqual({ active: false })
    })
  expect(await introspect(world, access_token)).toMatchObject({ active: true })
})

test('an identity provider cannot sign for us, and no private key is published [PX-17]', async ({
  world,
}) => {
  const { keys } = await (await fetch(`${world.idp.issuer}/jwks`)).json()
  const ours = await (await fetch(`${world.issuers.root}/oauth/jwks`)).json()
  const ids = ours.keys.map(({ kid }: { kid: string }) => kid)
  for (const { kid } of keys) expect(ids).not.toContain(kid)
  for (const key of ours.keys) expect(Object.keys(key).sort()).not.toContain('d')
})
