/**
 * better-auth with its OAuth provider on Postgres, as its documentation sets it up: signed access tokens for a
 * configured resource, a user with a password, and clients whose consent is not asked for. Rate limits are off.
 *
 * Environment: PORT, DATABASE_URL. Prints the clients and the user's cookie for the driver.
 */
import { createServer } from 'node:http'
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'
import pg from 'pg'

const { PORT, DATABASE_URL } = process.env
const unlimited = {
  token: false,
  authorize: false,
  introspect: false,
  revoke: false,
  register: false,
  userinfo: false,
}

const options = {
  baseURL: `http://localhost:${PORT}`,
  secret: 'a secret of the benchmark, and no other',
  database: new pg.Pool({ connectionString: DATABASE_URL, max: 10, idleTimeoutMillis: 0 }),
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  plugins: [
    jwt({ jwks: { keyPairConfig: { alg: 'ES256' } } }),
    oauthProvider({
      loginPage: '/sign-in',
      consentPage: '/consent',
      scopes: ['openid', 'offline_access', 'mcp:tools'],
      resources: ['https://mcp.example/mcp'],
      allowDynamicClientRegistration: true,
      allowUnauthenticatedClientRegistration: true,
      rateLimit: unlimited,
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
}
await (await getMigrations(options)).runMigrations()
const auth = betterAuth(options)

const user = { name: 'User', email: 'user@example.com', password: 'a long password' }
const { headers: answered } = await auth.api.signUpEmail({ body: user, returnHeaders: true })
const cookie = answered
  .getSetCookie()
  .map((line) => line.split(';')[0])
  .join('; ')

const create = (tokenEndpointAuthMethod, scope) =>
  auth.api.adminCreateOAuthClient({
    headers: new Headers({ cookie }),
    body: {
      redirect_uris: ['https://client.example/callback'],
      skip_consent: true,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: tokenEndpointAuthMethod,
      scope,
    },
  })
const client = await create('none', 'openid offline_access mcp:tools')
const { client_id: id, client_secret: secret } = await create('client_secret_basic', 'openid')
for (const clientId of [client.client_id, id])
  await auth.api.adminLinkClientResource({
    headers: new Headers({ cookie }),
    params: { identifier: 'https://mcp.example/mcp', client_id: clientId },
  })
const known = { clientId: client.client_id, resource: { id, secret }, cookie }
createServer(toNodeHandler(auth)).listen(Number(PORT), '127.0.0.1', () => {
  console.log(`ready ${JSON.stringify(known)}`)
})
