/** The auth router of the MCP SDK with everything in memory and its rate limits off. Environment: PORT. */
import { randomBytes } from 'node:crypto'
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import express from 'express'

const { PORT } = process.env
const random = () => randomBytes(32).toString('base64url')
const clients = new Map([
  [
    'public',
    {
      client_id: 'public',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['https://client.example/callback'],
    },
  ],
])
const codes = new Map()
const refreshTokens = new Map()
const accessTokens = new Map()

function issue(clientId, scopes) {
  const [access, refresh] = [random(), random()]
  accessTokens.set(access, { clientId, scopes, expiresAt: Math.floor(Date.now() / 1000) + 3600 })
  refreshTokens.set(refresh, { clientId, scopes })
  return {
    access_token: access,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: refresh,
    scope: scopes.join(' '),
  }
}

/** What was kept under a name, once. */
function take(map, name) {
  const kept = map.get(name)
  map.delete(name)
  if (!kept) throw new Error('unknown')
  return kept
}

const provider = {
  clientsStore: {
    getClient: (id) => clients.get(id),
    registerClient(client) {
      clients.set(client.client_id, client)
      return client
    },
  },
  async authorize(client, { codeChallenge, redirectUri, scopes = [] }, response) {
    const code = random()
    codes.set(code, { clientId: client.client_id, codeChallenge, scopes })
    response.redirect(`${redirectUri}?code=${code}`)
  },
  challengeForAuthorizationCode: async (_client, code) => codes.get(code)?.codeChallenge ?? '',
  exchangeAuthorizationCode: async (client, code) => issue(client.client_id, take(codes, code).scopes),
  exchangeRefreshToken: async (client, token) => issue(client.client_id, take(refreshTokens, token).scopes),
  verifyAccessToken: async (token) => ({ token, ...accessTokens.get(token) }),
}

const unlimited = { rateLimit: false }
const app = express()
app.use(
  mcpAuthRouter({
    provider,
    issuerUrl: new URL(`http://localhost:${PORT}`),
    scopesSupported: ['mcp:tools'],
    authorizationOptions: unlimited,
    clientRegistrationOptions: unlimited,
    tokenOptions: unlimited,
  }),
)
app.listen(Number(PORT), '127.0.0.1', () => console.log('ready'))
