// Access tokens, good and forged.
import { createHmac, generateKeyPairSync, KeyObject, sign } from 'node:crypto'
import { exportJWK, exportSPKI, importJWK } from 'jose'
import {
  anyRsa,
  CLAIMS,
  ed,
  encode,
  exposed,
  forEncryption,
  GOOD,
  ISSUER,
  jwks,
  key,
  LEEWAY,
  NOW,
  next,
  p384,
  p521,
  RESOURCE,
  rsa,
  stranger,
  token,
} from './signing.mjs'

const [header, body, signature] = GOOD.split('.')
/** The public key as it is usually written to a file. */
const pem = await exportSPKI(key.publicKey)
const symmetric = (kid, secret, alg = 'HS256') => {
  const input = `${encode({ alg, typ: 'at+jwt', kid })}.${body}`
  return `${input}.${createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')}`
}
/** Claims of which one is written as JSON can be, and JavaScript cannot write it. */
const written = (name, value) =>
  token({ text: JSON.stringify({ ...CLAIMS, [name]: 'here' }).replace('"here"', value) })
/** A header as it is written, and the signature that belongs to it. */
function headed(text, signed = true) {
  const input = `${encode(text)}.${body}`
  const bytes = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signed ? bytes.toString('base64url') : ''}`
}
const privateKey = KeyObject.from(key.privateKey)
/** Letters that make a token so long. */
const padding = (length) => 'x'.repeat(Math.floor(((length - GOOD.length) * 3) / 4))

const good = {
  'a token': GOOD,
  'a token signed with the next key': await token({ header: { kid: 'k2' }, by: next.privateKey }),
  'a token signed with RS256': await token({ header: { alg: 'RS256', kid: 'r1' }, by: rsa.privateKey }),
  'a token signed with EdDSA': await token({ header: { alg: 'EdDSA', kid: 'd1' }, by: ed.privateKey }),
  'a token signed with Ed25519, as RFC 9864 names it': await token({
    header: { alg: 'Ed25519', kid: 'd1' },
    by: ed.privateKey,
  }),
  'a token signed with ES384': await token({ header: { alg: 'ES384', kid: 'e384' }, by: p384.privateKey }),
  'a token signed with ES512': await token({ header: { alg: 'ES512', kid: 'e521' }, by: p521.privateKey }),
  ...(await signedByAnyRsaKey('RS384', 'RS512', 'PS256', 'PS384', 'PS512')),
  'a token whose type is in capitals': await token({ header: { typ: 'AT+JWT' } }),
  'a token that is as long as tokens may be': await token({ claims: { x: padding(16_300) } }),
  'a token whose type is spelled in full': await token({ header: { typ: 'application/at+jwt' } }),
  'a token for several resources, of which one is this': await token({
    claims: { aud: ['https://auth.example.com/userinfo', RESOURCE] },
  }),
  'a token that expired within the leeway': await token({ claims: { exp: NOW - LEEWAY + 1 } }),
  'a token that begins within the leeway': await token({ claims: { nbf: NOW + LEEWAY - 1 } }),
  'a token issued by a clock that is ahead by the leeway': await token({ claims: { iat: NOW + LEEWAY } }),
  'a token without a scope': await token({ claims: { scope: undefined } }),
  'a token without a grant': await token({ claims: { gid: undefined } }),
  'a token that says where to find another key, which is not looked at': await token({
    header: { jku: 'https://attacker.example/jwks', x5u: 'https://attacker.example/cert' },
  }),
}

export const bad = {
  'of another issuer': await token({ claims: { iss: 'https://auth.example.com/s/other' } }),
  'whose issuer has a trailing slash': await token({ claims: { iss: `${ISSUER}/` } }),
  'whose issuer begins alike': await token({ claims: { iss: `${ISSUER}.attacker.example` } }),
  'of a list of issuers': await token({ claims: { iss: [ISSUER] } }),
  'whose issuer is in capitals': await token({ claims: { iss: ISSUER.toUpperCase() } }),
  'whose issuer is the origin': await token({ claims: { iss: new URL(ISSUER).origin } }),
  'whose issuer names the port': await token({ claims: { iss: ISSUER.replace('.com', '.com:443') } }),
  'without an issuer': await token({ claims: { iss: undefined } }),
  'for another resource': await token({ claims: { aud: 'https://mcp.other.example/mcp' } }),
  'for a resource that begins alike': await token({ claims: { aud: `${RESOURCE}/admin` } }),
  'for the origin of the resource': await token({ claims: { aud: 'https://mcp.example.com' } }),
  'for the resource with a trailing slash': await token({ claims: { aud: `${RESOURCE}/` } }),
  'for the resource in capitals': await token({ claims: { aud: RESOURCE.toUpperCase() } }),
  'for the resource at its port': await token({ claims: { aud: RESOURCE.replace('.com', '.com:443') } }),
  'for the resource in clear text': await token({ claims: { aud: RESOURCE.replace('https', 'http') } }),
  'for the resource with a fragment': await token({ claims: { aud: `${RESOURCE}#` } }),
  'for the resource and a space': await token({ claims: { aud: `${RESOURCE} ` } }),
  'for the resource in another encoding': await token({
    claims: { aud: RESOURCE.replace('/mcp', '/%6dcp') },
  }),
  'for a list in a list': await token({ claims: { aud: [[RESOURCE]] } }),
  'for the resource and another one in one string': await token({
    claims: { aud: `https://a.example ${RESOURCE}` },
  }),
  'for several other resources': await token({ claims: { aud: ['https://a.example', `${RESOURCE}2`] } }),
  'for nobody': await token({ claims: { aud: undefined } }),
  'for an empty list': await token({ claims: { aud: [] } }),
  'for a thing that is no string': await token({ claims: { aud: { 0: RESOURCE } } }),
  'that has expired': await token({ claims: { exp: NOW - LEEWAY } }),
  'that expired long ago': await token({ claims: { exp: 0 } }),
  'that never expires': await token({ claims: { exp: undefined } }),
  'that expires at a string': await token({ claims: { exp: String(NOW + 600) } }),
  'that expires beyond all numbers': await written('exp', '1e999'),
  'that expires at a number of 400 digits': await written('exp', '9'.repeat(400)),
  'that expires at a list': await token({ claims: { exp: [NOW + 600] } }),
  'that expires at true': await token({ claims: { exp: true } }),
  'that expires at null': await token({ claims: { exp: null } }),
  'that expires at what is no number': await written('exp', 'NaN'),
  'that begins beyond all numbers': await written('nbf', '1e999'),
  'that was issued beyond all numbers': await written('iat', '1e999'),
  'that begins before all numbers': await written('nbf', '-1e999'),
  'that was issued before all numbers': await written('iat', '-1e999'),
  'that was issued at null': await token({ claims: { iat: null } }),
  'that is not good yet': await token({ claims: { nbf: NOW + LEEWAY + 1 } }),
  'that begins at a string': await token({ claims: { nbf: '0' } }),
  'that was issued in the future': await token({ claims: { iat: NOW + LEEWAY + 1 } }),
  'without the time of its issue': await token({ claims: { iat: undefined } }),
  'without an id': await token({ claims: { jti: undefined } }),
  'without a subject': await token({ claims: { sub: undefined } }),
  'with an empty subject': await token({ claims: { sub: '' } }),
  'whose subject ends in half a letter': await written('sub', '"user-1\\ud800"'),
  'whose client ends in half a letter': await written('client_id', '"client-1\\udfff"'),
  'whose grant ends in half a letter': await written('gid', '"grant-1\\ud800"'),
  'whose id ends in half a letter': await written('jti', '"token-1\\ud800"'),
  'whose subject is a number': await token({ claims: { sub: 1 } }),
  'without a client': await token({ claims: { client_id: undefined } }),
  'with an empty client': await token({ claims: { client_id: '' } }),
  'whose client is a list': await token({ claims: { client_id: ['client-1'] } }),
  'whose scope is a list': await token({ claims: { scope: ['files:read', 'files:write'] } }),
  'that is an ID token': await token({ header: { typ: 'JWT' } }),
  'that is a document of the revocation feed': await token({ header: { typ: 'revocations+jwt' } }),
  'that is a logout token': await token({ header: { typ: 'logout+jwt' } }),
  'whose type only begins alike': await token({ header: { typ: 'at+jwt2' } }),
  'whose type has its prefix in the middle': await token({ header: { typ: 'at+application/jwt' } }),
  'whose type has its prefix twice': await token({ header: { typ: 'application/application/at+jwt' } }),
  'whose type is a list': await token({ header: { typ: ['at+jwt'] } }),
  'that is a client assertion': await token({ header: { typ: 'client-authentication+jwt' } }),
  'without a type': await token({ header: { typ: undefined } }),
  'bound to a key by DPoP': await token({
    claims: { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } },
  }),
  'bound to a certificate': await token({
    claims: { cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } },
  }),
  "signed with a stranger's key": await token({ by: stranger.privateKey }),
  'signed with the next key in the name of the current one': await token({ by: next.privateKey }),
  'naming an unknown key': await token({ header: { kid: 'k3' } }),
  'naming a key for encryption': await token({ header: { kid: 'e1' }, by: forEncryption.privateKey }),
  'naming a key whose private half is published': await token({
    header: { kid: 'p1' },
    by: exposed.privateKey,
  }),
  'naming a key of which there are two': await token({ header: { kid: 'twice' }, by: stranger.privateKey }),
  'naming a key by a number': await token({ header: { kid: 1 } }),
  'naming a key in a list': await token({ header: { kid: ['k1'] } }),
  'naming a key by nothing': await token({ header: { kid: '' } }),
  'naming a key in capitals': await token({ header: { kid: 'K1' } }),
  'naming a key with a zero behind it': await token({ header: { kid: 'k1\u0000' } }),
  'naming a key in SQL': await token({ header: { kid: "x' UNION SELECT 'k1" } }),
  'naming a key as a path': await token({ header: { kid: '../../../../dev/null' } }),
  'naming a key of Object': await token({ header: { kid: '__proto__' } }),
  'that names no key, where there are several': await token({ header: { kid: undefined } }),
  'that brings its own key': await token({
    header: { kid: 'k3', jwk: await exportJWK(stranger.publicKey) },
    by: stranger.privateKey,
  }),
  'that brings its own key under a name that is known': await token({
    header: { jwk: await exportJWK(stranger.publicKey) },
    by: stranger.privateKey,
  }),
  'that says where its key is': await token({
    header: { kid: 'k3', jku: 'https://attacker.example/jwks' },
    by: stranger.privateKey,
  }),
  'that brings a certificate': await token({
    header: { x5c: ['MIIBszCCAVmgAwIBAgIU'], x5t: 'x' },
    by: stranger.privateKey,
  }),
  'with an extension that must be understood': await token({
    header: { crit: ['urn:example:must'], 'urn:example:must': true },
  }),
  'with an extension that jose knows': await token({ header: { crit: ['b64'], b64: true } }),
  'with no extension that must be understood': headed('{"alg":"ES256","typ":"at+jwt","kid":"k1","crit":[]}'),
  'with extensions that are null': headed('{"alg":"ES256","typ":"at+jwt","kid":"k1","crit":null}'),
  'for this resource and then for another one': await token({
    text: JSON.stringify(CLAIMS).replace(/\}$/, ',"aud":"https://a.example"}'),
  }),
  'with changed claims': `${header}.${encode({ ...CLAIMS, sub: 'admin' })}.${signature}`,
  'with a changed header': `${encode({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', x: 1 })}.${body}.${signature}`,
  'without a signature': `${header}.${body}.`,
  'with a signature of ones': `${header}.${body}.${Buffer.alloc(64, 255).toString('base64url')}`,
  'with a signature of zeros': `${header}.${body}.${Buffer.alloc(64).toString('base64url')}`,
  'with a signature that is too short': `${header}.${body}.${signature.slice(0, 40)}`,
  'with a signature that is too long': `${header}.${body}.${signature}AAAA`,
  'with a signature in DER': `${header}.${body}.${Buffer.concat([Buffer.from('3006020101020101', 'hex')]).toString('base64url')}`,
  'with alg none': `${encode({ alg: 'none', typ: 'at+jwt' })}.${body}.`,
  'with alg None in other letters': `${encode({ alg: 'NoNe', typ: 'at+jwt', kid: 'k1' })}.${body}.`,
  'with alg none and the old signature': `${encode({ alg: 'none', typ: 'at+jwt', kid: 'k1' })}.${body}.${signature}`,
  'without an algorithm': `${encode({ typ: 'at+jwt', kid: 'k1' })}.${body}.${signature}`,
  'with two algorithms, of which the last is none': headed(
    '{"alg":"ES256","typ":"at+jwt","kid":"k1","alg":"none"}',
    false,
  ),
  'with an algorithm in small letters': headed('{"alg":"es256","typ":"at+jwt","kid":"k1"}'),
  'with an algorithm and a space': headed('{"alg":"ES256 ","typ":"at+jwt","kid":"k1"}'),
  'whose header is a list': headed('[{"alg":"ES256","typ":"at+jwt","kid":"k1"}]'),
  'whose header is in UTF-16': headed(Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"k1"}', 'utf16le')),
  'whose claims are in UTF-16': await token({ text: Buffer.from(JSON.stringify(CLAIMS), 'utf16le') }),
  'whose claims are in Latin-1': await token({
    text: Buffer.from(JSON.stringify({ ...CLAIMS, name: 'é' }), 'latin1'),
  }),
  'whose header is nested deeply': headed('['.repeat(5_000)),
  'with an algorithm that is a list': `${encode({ alg: ['ES256'], typ: 'at+jwt', kid: 'k1' })}.${body}.${signature}`,
  'signed HS256 with the public key as the secret': symmetric('k1', pem),
  'signed HS256 with the public JWK as the secret': symmetric('k1', JSON.stringify(jwks.keys[0])),
  'signed HS256 with the published symmetric key': symmetric('h1', 'a secret that somebody published'),
  'signed HS256 with the modulus of the RSA key': symmetric('r1', Buffer.from(jwks.keys[2].n, 'base64url')),
  'signed HS256 with the public RSA key as the secret': symmetric('r1', await exportSPKI(rsa.publicKey)),
  'signed HS256 with an empty secret': symmetric('k1', ''),
  'signed HS512 with the published symmetric key': symmetric(
    'h1',
    'a secret that somebody published',
    'HS512',
  ),
  'signed with RS256 in the name of an EC key': await token({ header: { alg: 'RS256' }, by: rsa.privateKey }),
  'signed with another algorithm than its key is for': await token({
    header: { alg: 'PS256', kid: 'r1' },
    by: await sameKeyFor(rsa, 'PS256'),
  }),
  'signed with a curve that is not published': await token({
    header: { alg: 'EdDSA' },
    by: generateKeyPairSync('ed25519').privateKey,
  }),
  'that is encrypted': `${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`,
  'in JSON': JSON.stringify({ protected: header, payload: body, signature }),
  'with a line behind it': `${GOOD}\n`,
  'with a space before it': ` ${GOOD}`,
  'with padding': `${header}=.${body}=.${signature}`,
  'that is longer than tokens may be': await token({ claims: { x: padding(16_500) } }),
  'in a token': await token({ header: { cty: 'JWT' }, text: GOOD }),
  'in two parts': `${header}.${body}`,
  'in four parts': `${header}.${body}.${signature}.${signature}`,
  'whose claims are a list': await token({ text: JSON.stringify([CLAIMS]) }),
  'whose claims are no JSON': await token({ text: '{"iss":' }),
  'that is no token at all': 'opaque',
  'that only looks like one': 'a.b.c',
}

/** A key that names no algorithm is good for all of its type. */
async function signedByAnyRsaKey(...algorithms) {
  const made = algorithms.map(async (alg) => [
    `a token signed with ${alg}`,
    await token({ header: { alg, kid: 'r2' }, by: await sameKeyFor(anyRsa, alg) }),
  ])
  return Object.fromEntries(await Promise.all(made))
}

async function sameKeyFor({ privateKey }, alg) {
  return importJWK({ ...(await exportJWK(privateKey)), alg }, alg)
}

const ALICE = { sub: 'user-1', clientId: 'client-1' }
const users = {
  'a token without a scope': { ...ALICE, scopes: [], grant: 'grant-1' },
  'a token without a grant': { ...ALICE, scopes: ['files:read'] },
}

export const tokens = [
  ...Object.entries(good).map(([name, token]) => ({
    name,
    token,
    user: users[name] ?? { ...ALICE, scopes: ['files:read'], grant: 'grant-1' },
  })),
  ...Object.entries(bad).map(([name, token]) => ({ name: `a token ${name}`, token })),
]
