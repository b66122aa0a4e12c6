import { generateKeyPairSync } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import { expect, it } from 'vitest'
import { compactHeader, privateKeyOf, publicKeyOf, signCompact, verifyCompact } from './jws'
import { newSigningKey } from './signing-key'

const { kid, privateJwk, publicJwk } = await newSigningKey()
const [privateKey, publicKey] = [privateKeyOf(privateJwk), publicKeyOf(publicJwk)]
const find = (name: string) => (name === kid ? publicKey : undefined)
const claims = { sub: 'ä', n: 1 }

/** As another implementation signs it. */
const signed = (header: object, payload = JSON.stringify(claims)) =>
  new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: 'ES256', kid, ...header })
    .sign(privateKey)

it('is verified by another implementation, and verifies what that signs', async () => {
  const token = signCompact(compactHeader({ typ: 'at+jwt', kid }), claims, privateKey)
  const { payload, protectedHeader } = await compactVerify(token, publicKey)
  expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(claims)
  expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid })
  expect(verifyCompact(await signed({ typ: 'JWT' }), find)).toEqual({ kid, typ: 'JWT', payload: claims })
})

it.each<[string, (token: string) => string | Promise<string>]>([
  ['another payload', (token) => token.replace(/\.[^.]+\./, `.${Buffer.from('{}').toString('base64url')}.`)],
  ['another signature', (token) => `${token.slice(0, -4)}AAAA`],
  ['no signature', (token) => `${token.slice(0, token.lastIndexOf('.'))}.`],
  ['a part too many', (token) => `${token}.e30`],
  ['a part too few', (token) => token.slice(0, token.lastIndexOf('.'))],
  ['a signature with what is no base64url', (token) => `${token}=`],
  ['an unknown key', () => signed({ kid: 'another' })],
  ['no key id', () => signed({ kid: undefined })],
  ['a critical extension', () => signed({ crit: ['b64'], b64: true })],
  [
    'no algorithm',
    (token) =>
      `${Buffer.from(`{"alg":"none","kid":"${kid}"}`).toString('base64url')}.${token.split('.')[1]}.`,
  ],
  [
    'the public key as a secret',
    () =>
      signed({}).then((token) =>
        token.replace(/^[^.]+/, Buffer.from(`{"alg":"HS256","kid":"${kid}"}`).toString('base64url')),
      ),
  ],
  ['nothing', () => ''],
  ['words', () => 'a.b.c'],
])('refuses %s', async (_, spoil) => {
  expect(verifyCompact(await spoil(await signed({})), find)).toBeNull()
})

it('refuses a signature of another key under this name', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  expect(
    verifyCompact(signCompact(compactHeader({ typ: 'JWT', kid }), claims, other.privateKey), find),
  ).toBeNull()
})
