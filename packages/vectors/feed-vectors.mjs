// Documents of a revocation feed, good and forged, and which tokens are over after each.
import { createHash, createHmac } from 'node:crypto'
import { CompactSign, exportSPKI } from 'jose'
import { encode, FEED, GOOD, ISSUER, key, NOW, stranger, token } from './signing.mjs'

const named = (name) => createHash('sha256').update(name).digest().subarray(0, 12).toString('base64url')
const MINUTE = 60
const until = NOW + 3600
async function feed(claims, { header = {}, by = key.privateKey } = {}) {
  // As JavaScript cannot write it: a number that is larger than all.
  const payload = JSON.stringify({ iss: ISSUER, sub: FEED, iat: NOW, to: 'c1', revoked: {}, ...claims })
  return new CompactSign(Buffer.from(payload.replaceAll(/"(-?1e999)"/g, '$1')))
    .setProtectedHeader({ alg: 'ES256', typ: 'revocations+jwt', kid: 'k1', ...header })
    .sign(by, { crit: { 'urn:example:must': true } })
}
async function symmetric(claims) {
  const header = { alg: 'HS256', typ: 'revocations+jwt', kid: 'k1' }
  const input = `${encode(header)}.${encode(claims)}`
  const secret = await exportSPKI(key.publicKey)
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}
export const mine = {
  first: GOOD,
  second: await token({ claims: { jti: 'token-2', gid: 'grant-2', sub: 'user-2', client_id: 'client-2' } }),
  later: await token({
    claims: { jti: 'token-3', gid: 'grant-3', sub: 'user-2', client_id: 'client-2', iat: NOW + 10 },
  }),
}
const everything = {
  [named('gid:grant-1')]: [until, until],
  [named('gid:grant-2')]: [until, until],
  [named('gid:grant-3')]: [until, until],
}
/** Each step is the feed's next answer; `over` are the tokens that are refused from then on. */
export const steps = [
  { name: 'nothing has ended', document: await feed({}), over: [] },
  {
    name: 'a grant has ended',
    document: await feed({ from: 'c1', to: 'c2', revoked: { [named('gid:grant-1')]: [until, until] } }),
    over: ['first'],
  },
  { name: 'nothing more', document: await feed({ from: 'c2', to: 'c2' }), over: ['first'] },
  {
    name: 'a user was kept out for a while',
    document: await feed({
      from: 'c2',
      to: 'c3',
      iat: NOW + 5,
      revoked: { [named('sub:user-2')]: [NOW, until] },
    }),
    over: ['first', 'second'],
  },
  {
    name: 'the whole list again, shorter',
    document: await feed({ to: 'c5', iat: NOW + 6 }),
    over: ['first', 'second'],
  },
  {
    name: 'a single token has ended',
    document: await feed({
      from: 'c5',
      to: 'c6',
      iat: NOW + 7,
      revoked: { [named('jti:token-3')]: [until, until] },
    }),
    over: ['first', 'second', 'later'],
  },
  // Whoever plays it: nothing is forgotten by it.
  { name: 'the first document again', document: await feed({}), over: ['first', 'second', 'later'] },
  {
    name: 'nothing more than that',
    document: await feed({ from: 'c1', to: 'c6', iat: NOW + 8 }),
    over: ['first', 'second', 'later'],
  },
]
const OTHER = 'https://auth.example.com/s/other'
const forged = (claims, more) => feed({ from: 'c2', revoked: everything, ...claims }, more)
const none = { iss: ISSUER, sub: FEED, iat: NOW, from: 'c2', to: 'c3', revoked: everything }
/** Answers in the place of the fourth step, of which nothing is taken. */
const forgeries = {
  'signed by a stranger': await forged({}, { by: stranger.privateKey }),
  'an access token': await forged({}, { header: { typ: 'at+jwt' } }),
  'an ID token': await forged({}, { header: { typ: 'JWT' } }),
  'of another issuer': await forged({ iss: OTHER }),
  'of a list of issuers': await forged({ iss: [ISSUER] }),
  'of another feed': await forged({ sub: `${FEED}/other` }),
  'of no feed': await forged({ sub: undefined }),
  'of another server': await forged({ iss: OTHER, sub: `${OTHER}/oauth/revocations` }),
  'of another server, with its own key': await forged(
    { iss: OTHER, sub: `${OTHER}/oauth/revocations` },
    { by: stranger.privateKey },
  ),
  'one that begins elsewhere': await forged({ from: 'c9' }),
  'one that begins at nothing': await forged({ from: null }),
  'one that was told before': await feed({ from: 'c1', to: 'c2', revoked: everything }),
  old: await forged({ iat: NOW - 2 * MINUTE }),
  'of the future': await forged({ iat: NOW + 60 * MINUTE }),
  'of beyond all numbers': await forged({ iat: '1e999' }),
  'of before all numbers': await forged({ iat: '-1e999' }),
  'one that has expired': await forged({ exp: NOW - MINUTE }),
  'one that is not good yet': await forged({ nbf: NOW + 10 * MINUTE }),
  'without a time': await forged({ iat: undefined }),
  'without an end': await forged({ to: undefined }),
  'one whose end is a number': await forged({ to: 3 }),
  'one whose version is a number': await forged({ version: 3 }),
  'without revocations': await forged({ revoked: undefined }),
  'one with a list of revocations': await forged({ revoked: Object.entries(everything) }),
  'one with an entry that is malformed': await forged({ revoked: { ...everything, x: ['y'] } }),
  'one with an entry of three moments': await forged({
    revoked: { ...everything, x: [until, until, until] },
  }),
  'one with a moment beyond all numbers': await forged({ revoked: { '*': ['1e999', until] } }),
  'one with an end beyond all numbers': await forged({ revoked: { '*': [until, '1e999'] } }),
  'one with an extension that must be understood': await forged(
    {},
    { header: { crit: ['urn:example:must'], 'urn:example:must': true } },
  ),
  'one with a key that nobody knows': await forged({}, { header: { kid: 'k9' } }),
  'one with alg none': `${encode({ alg: 'none', typ: 'revocations+jwt' })}.${encode(none)}.`,
  'signed HS256 with the public key as the secret': await symmetric(none),
  'no JWT': 'revoked',
  empty: '',
}
export const bad = Object.entries(forgeries).map(([name, document]) => ({ name, document }))
export const alone = [
  {
    name: 'a client was kept out',
    document: await feed({ revoked: { [named('client_id:client-2')]: [NOW, until] } }),
    over: ['second'],
  },
  {
    name: 'everything until a moment has ended',
    document: await feed({ revoked: { '*': [NOW, until] } }),
    over: ['first', 'second'],
  },
]
/** What is asked a second after a document, and for how long the answer may be held. */
export const waits = [
  {
    name: 'a document with a version',
    document: await feed({ version: 'v1' }),
    question: 'after=c1&version=v1',
    prefer: 'wait=1',
  },
  {
    name: 'a version that has to be encoded',
    document: await feed({ to: 'c 1', version: 'v1&after=c9' }),
    question: 'after=c%201&version=v1%26after%3Dc9',
    prefer: 'wait=1',
  },
  { name: 'a document without a version', document: await feed({}), question: 'after=c1' },
]
