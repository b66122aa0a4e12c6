/**
 * The identity provider of Vestibule's logins: OpenID Connect with a user who is always signed in, a new one each time.
 * Environment: PORT.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer } from 'node:http'

const { PORT } = process.env
const issuer = `http://localhost:${PORT}`
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const HEADER = encode({ alg: 'ES256', kid: '1' })
const nonces = new Map()

const METADATA = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
}

function authorize(query, response) {
  const code = randomBytes(16).toString('base64url')
  nonces.set(code, query.get('nonce'))
  const location = `${query.get('redirect_uri')}?${new URLSearchParams({ code, state: query.get('state') })}`
  response.writeHead(302, { location }).end()
}

function token(form) {
  const code = form.get('code')
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    aud: 'vestibule',
    sub: code,
    email: `${code}@example.com`,
    iat,
    exp: iat + 300,
    nonce: nonces.get(code),
  }
  nonces.delete(code)
  const input = `${HEADER}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return {
    access_token: code,
    token_type: 'Bearer',
    expires_in: 3600,
    id_token: `${input}.${signature.toString('base64url')}`,
  }
}

function json(response, body) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer)
  if (pathname === '/.well-known/openid-configuration') return json(response, METADATA)
  if (pathname === '/jwks')
    return json(response, {
      keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: '1' }],
    })
  if (pathname === '/authorize') return authorize(searchParams, response)
  let body = ''
  for await (const chunk of request) body += chunk
  json(response, token(new URLSearchParams(body)))
}).listen(Number(PORT), '127.0.0.1', () => console.log('ready'))
