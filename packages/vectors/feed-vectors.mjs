// Documents of a revocation feed, good and forged, and which tokens are over after each.
import { createHash } from 'node:crypto'
import { CompactSign } from 'jose'
import { encode, FEED, GOOD, ISSUER, key, NOW, stranger, token } from './signing.mjs'

const named = (name) => createHash('sha256').update(name).digest().subarray(0, 12).toString('base64url')
const MINUTE = 60
const until = NOW + 3600
async function feed(claims, { header = {}, by = key.privateKey } = {}) {
  const payload = { iss: ISSUER, sub: FEED, iat: NOW, to: 'c1', revoked: {}, ...claims }
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', typ: 'revocations+jwt', kid: 'k1', ...header })
    .sign(by)
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
    name: 'signed by a stranger',
    isBad: true,
    document: await feed({ from: 'c2', revoked: everything }, { by: stranger.privateKey }),
    over: ['first'],
  },
  {
    name: 'an access token',
    isBad: true,
    document: await feed({ from: 'c2', revoked: everything }, { header: { typ: 'at+jwt' } }),
    over: ['first'],
  },
  {
    name: 'of another issuer',
    isBad: true,
    document: await feed({ from: 'c2', iss: 'https://auth.example.com/s/other', revoked: everything }),
    over: ['first'],
  },
  {
    name: 'of another feed',
    isBad: true,
    document: await feed({ from: 'c2', sub: `${FEED}/other`, revoked: everything }),
    over: ['first'],
  },
  {
    name: 'that begins elsewhere',
    isBad: true,
    document: await feed({ from: 'c9', revoked: everything }),
    over: ['first'],
  },
  {
    name: 'that is old',
    isBad: true,
    document: await feed({ from: 'c2', iat: NOW - 2 * MINUTE, revoked: everything }),
    over: ['first'],
  },
  {
    name: 'without a time',
    isBad: true,
    document: await feed({ from: 'c2', iat: undefined, revoked: everything }),
    over: ['first'],
  },
  {
    name: 'with an entry that is malformed',
    isBad: true,
    document: await feed({ from: 'c2', to: 'c4', revoked: { ...everything, x: ['y'] } }),
    over: ['first'],
  },
  {
    name: 'with alg none',
    isBad: true,
    document: `${encode({ alg: 'none', typ: 'revocations+jwt' })}.${encode({ iss: ISSUER, sub: FEED, iat: NOW, from: 'c2', to: 'c3', revoked: everything })}.`,
    over: ['first'],
  },
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
]
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
