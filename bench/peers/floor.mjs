/**
 * The floor: plain `node:http` that does what an authorization server cannot do without, and nothing else. An exchange
 * is one Redis command, one Postgres statement with a synchronous commit and one ES256 signature; a refresh one
 * statement and one signature; introspection one statement, and for a JWT one verification.
 *
 * Environment: PORT, DATABASE_URL, REDIS_URL, FORMAT (`jwt` or `opaque`).
 */
import {
  createHash,
  generateKeyPairSync,
  hash,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { createServer } from 'node:http'
import Redis from 'ioredis'
import postgres from 'postgres'

const { PORT, DATABASE_URL, REDIS_URL, FORMAT } = process.env
const jwt = FORMAT !== 'opaque'
const issuer = `http://127.0.0.1:${PORT}`
const redis = new Redis(REDIS_URL)
const sql = postgres(DATABASE_URL, { max: 10, fetch_types: false, onnotice() {} })

await sql.unsafe(`
  create table clients (id text primary key, secret bytea, redirect_uris text not null, created_at timestamptz not null default now());
  create table grants (id bigint generated always as identity primary key, client_id text not null, user_id text not null,
    scope text not null, resource text not null, created_at timestamptz not null default now(), revoked_at timestamptz);
  create index grants_user on grants (user_id, client_id);
  create table tokens (hash bytea primary key, kind text not null, grant_id bigint not null references grants (id) on delete cascade,
    expires_at timestamptz not null, rotated_at timestamptz, created_at timestamptz not null default now());
  create index tokens_grant on tokens (grant_id)`)
await sql`insert into clients (id, redirect_uris) values ('public', 'https://client.example/callback')`
await sql`insert into clients (id, secret, redirect_uris) values ('resource', ${sha256('secret')}, '')`

const REFRESH_LIFETIME = `interval '30 days'`
const ACCESS_LIFETIME = `interval '1 hour'`
const ISSUE = (source, access) =>
  jwt
    ? `insert into tokens (hash, kind, grant_id, expires_at) select ${access}, 'refresh', ${source}.id, now() + ${REFRESH_LIFETIME} from ${source}`
    : `insert into tokens (hash, kind, grant_id, expires_at) select made.hash, made.kind, ${source}.id, now() + made.lifetime
       from ${source}, (values (${access}, 'refresh', ${REFRESH_LIFETIME}), ($6::bytea, 'access', ${ACCESS_LIFETIME})) as made (hash, kind, lifetime)`
const EXCHANGE = `with given as (insert into grants (client_id, user_id, scope, resource) values ($1, $2, $3, $4) returning id),
  issued as (${ISSUE('given', '$5::bytea')} returning 1) select id from given`
const REFRESH = `with used as (
    update tokens set rotated_at = now() from grants
    where tokens.hash = $1 and tokens.kind = 'refresh' and tokens.rotated_at is null and tokens.expires_at > now()
      and grants.id = tokens.grant_id and grants.client_id = $2 and grants.revoked_at is null
    returning grants.id, grants.user_id, grants.scope, grants.resource
  ), issued as (${ISSUE('used', '$5::bytea').replace('$6', '$4').replace('$5', '$3')} returning 1)
  select id, user_id, scope, resource from used`
const INTROSPECT = jwt
  ? 'select revoked_at is null as live, client_id, user_id, scope, resource from grants where id = $1'
  : `select true as live, client_id, user_id, scope, resource, extract(epoch from expires_at)::int as exp from tokens
     join grants on grants.id = tokens.grant_id
     where hash = $1 and kind = 'access' and expires_at > now() and revoked_at is null`
const query = (text, values) => sql.unsafe(text, values, { prepare: true })

function sha256(text) {
  return createHash('sha256').update(text).digest()
}
const digest = hash ? (text) => hash('sha256', text, 'buffer') : sha256
const digestText = hash
  ? (text) => hash('sha256', text, 'base64url')
  : (text) => sha256(text).toString('base64url')

let pool = Buffer.alloc(0)
let used = 0
/** 256 random bits; drawn for many at once. */
function random() {
  if (used + 32 > pool.length) {
    pool = randomBytes(8192)
    used = 0
  }
  used += 32
  return pool.toString('base64url', used - 32, used)
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signing = { key: privateKey, dsaEncoding: 'ieee-p1363' }
const verifying = { key: publicKey, dsaEncoding: 'ieee-p1363' }
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const HEADER = encode({ alg: 'ES256', typ: 'at+jwt', kid: '1' })

function accessToken(clientId, { id, user_id: sub, scope, resource: aud }) {
  if (!jwt) return random()
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    sub,
    aud,
    client_id: clientId,
    scope,
    jti: random(),
    iat,
    exp: iat + 3600,
    gid: id,
  }
  const input = `${HEADER}.${encode(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), signing).toString('base64url')}`
}

/** The claims of a good token of ours; null for any other. */
function verified(token) {
  const end = token.lastIndexOf('.')
  const good = verify(
    'sha256',
    Buffer.from(token.slice(0, end)),
    verifying,
    Buffer.from(token.slice(end + 1), 'base64url'),
  )
  if (!good) return null
  const claims = JSON.parse(Buffer.from(token.slice(token.indexOf('.') + 1, end), 'base64url').toString())
  return claims.exp > Date.now() / 1000 ? claims : null
}

const known = new Map()
async function findClient(id) {
  const kept = known.get(id)
  if (kept) return kept
  const [row] = await query('select id, secret, redirect_uris from clients where id = $1', [id])
  if (row) known.set(id, row)
  return row
}

function parameters(text) {
  const form = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in form) throw new Refusal('invalid_request')
    form[name] = value
  }
  return form
}

class Refusal extends Error {}
const refuse = (code) => {
  throw new Refusal(code)
}

async function token(body) {
  const form = parameters(body)
  const client = (await findClient(form.client_id ?? '')) ?? refuse('invalid_client')
  if (form.grant_type === 'authorization_code') return exchange(form, client)
  if (form.grant_type === 'refresh_token') return refresh(form, client)
  return refuse('unsupported_grant_type')
}

async function exchange({ code, code_verifier: verifier, redirect_uri: redirectUri }, { id }) {
  if (!code || !verifier || !/^[\w.~-]{43,128}$/.test(verifier)) refuse('invalid_request')
  const stored = JSON.parse((await redis.getdel(`code:${digestText(code)}`)) ?? 'null')
  if (
    stored?.client !== id ||
    stored.redirectUri !== redirectUri ||
    digestText(verifier) !== stored.challenge
  )
    refuse('invalid_grant')
  const refreshToken = random()
  const access = jwt ? undefined : accessToken(id, {})
  const values = [
    id,
    stored.user,
    stored.scope,
    stored.resource,
    digest(refreshToken),
    ...(access ? [digest(access)] : []),
  ]
  const [row] = await query(EXCHANGE, values)
  const grant = { id: row.id, user_id: stored.user, scope: stored.scope, resource: stored.resource }
  return issued(access ?? accessToken(id, grant), refreshToken, stored.scope)
}

async function refresh({ refresh_token: presented }, { id }) {
  if (!presented) refuse('invalid_request')
  const refreshToken = random()
  const access = jwt ? undefined : accessToken(id, {})
  const values = [digest(presented), id, digest(refreshToken), ...(access ? [digest(access)] : [])]
  const [row] = await query(REFRESH, values)
  if (!row) refuse('invalid_grant')
  return issued(access ?? accessToken(id, row), refreshToken, row.scope)
}

const issued = (access, refreshToken, scope) =>
  `{"access_token":"${access}","token_type":"Bearer","expires_in":3600,"refresh_token":"${refreshToken}","scope":${JSON.stringify(scope)}}`

async function introspect(body, authorization = '') {
  const [name, secret = ''] = Buffer.from(authorization.slice(6), 'base64').toString().split(':')
  const client = await findClient(name)
  if (!client?.secret || !timingSafeEqual(client.secret, digest(secret))) refuse('invalid_client')
  const { token: presented = '' } = parameters(body)
  const claims = jwt ? verified(presented) : null
  if (jwt && !claims) return '{"active":false}'
  const [row] = await query(INTROSPECT, [jwt ? claims.gid : digest(presented)])
  if (!row?.live) return '{"active":false}'
  const { client_id, user_id: sub, scope, resource: aud, exp } = row
  return JSON.stringify({ active: true, token_type: 'Bearer', client_id, sub, scope, aud, exp, ...claims })
}

async function register(body) {
  const metadata = JSON.parse(body)
  const uris = metadata.redirect_uris
  if (!Array.isArray(uris) || uris.length === 0 || !uris.every((uri) => URL.canParse(uri)))
    refuse('invalid_redirect_uri')
  const id = random()
  await query('insert into clients (id, redirect_uris) values ($1, $2)', [id, uris.join(' ')])
  return JSON.stringify({ client_id: id, client_id_issued_at: Math.floor(Date.now() / 1000), ...metadata })
}

/** As if the user were signed in and had consented before. */
async function authorize(search) {
  const form = parameters(search)
  const client = (await findClient(form.client_id ?? '')) ?? refuse('invalid_client')
  if (!client.redirect_uris.split(' ').includes(form.redirect_uri)) refuse('invalid_request')
  if (form.response_type !== 'code' || form.code_challenge?.length !== 43) refuse('invalid_request')
  const code = random()
  const { scope, resource, redirect_uri: redirectUri, code_challenge: challenge } = form
  const stored = { client: client.id, redirectUri, challenge, user: 'user', scope, resource }
  await redis.set(`code:${digestText(code)}`, JSON.stringify(stored), 'EX', 600)
  const query = new URLSearchParams({ code, state: form.state ?? '', iss: issuer })
  return `${redirectUri}?${query}`
}

const DISCOVERY = JSON.stringify({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  registration_endpoint: `${issuer}/register`,
  introspection_endpoint: `${issuer}/introspect`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'],
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['mcp:tools', 'offline_access'],
  authorization_response_iss_parameter_supported: true,
})
const JWKS = JSON.stringify({
  keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: '1' }],
})

const POSTS = { '/token': token, '/introspect': introspect, '/register': register }
const DOCUMENTS = { '/.well-known/oauth-authorization-server': DISCOVERY, '/jwks': JWKS }

function answer(response, status, body) {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
  }
  response.writeHead(status, headers)
  response.end(body)
}

function fail(response, error) {
  if (!(error instanceof Refusal)) console.error(error)
  answer(response, error instanceof Refusal ? 400 : 500, JSON.stringify({ error: error.message }))
}

createServer((request, response) => {
  const [path, search = ''] = request.url.split('?')
  if (DOCUMENTS[path]) return answer(response, 200, DOCUMENTS[path])
  if (path === '/authorize') {
    authorize(search).then(
      (location) => response.writeHead(302, { location, 'content-length': 0 }).end(),
      (error) => fail(response, error),
    )
    return
  }
  const post = POSTS[path]
  if (!post) return answer(response, 404, '{}')
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const body = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString()
    post(body, request.headers.authorization).then(
      (text) => answer(response, path === '/register' ? 201 : 200, text),
      (error) => fail(response, error),
    )
  })
}).listen(Number(PORT), '127.0.0.1', () => console.log('ready'))
