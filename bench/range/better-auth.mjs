import { createServer } from 'node:http'
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { getAuthTables } from 'better-auth/db'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'

const RESOURCE = 'https://mcp.example/mcp'

/** better-auth with its OAuth provider in memory, a user who is signed in, and a page that asks for consent. */
export async function start(port) {
  const issuer = `http://localhost:${port}`
  const tables = {}
  const options = {
    baseURL: issuer,
    secret: 'a secret of the attack range, and no other',
    database: memoryAdapter(tables),
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    plugins: [
      jwt(),
      oauthProvider({
        loginPage: '/sign-in',
        consentPage: '/consent',
        scopes: ['openid', 'offline_access', 'mcp:read', 'mcp:write'],
        resources: [RESOURCE],
        allowDynamicClientRegistration: true,
        allowUnauthenticatedClientRegistration: true,
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }),
    ],
  }
  for (const name of Object.keys(getAuthTables(options))) tables[name] = []
  const auth = betterAuth(options)
  const user = { name: 'User', email: 'user@example.com', password: 'a long password' }
  const { headers } = await auth.api.signUpEmail({ body: user, returnHeaders: true })
  const cookie = headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const handle = toNodeHandler(auth)
  const server = createServer((request, response) => {
    if (!request.url.startsWith('/consent')) return handle(request, response)
    consent(auth, issuer, request, response).catch((error) => response.writeHead(500).end(String(error)))
  }).listen(port, 'localhost')
  return { issuer: `${issuer}/api/auth`, args: ['--cookie', cookie], close: () => server.close() }
}

/** The page is the application's; what decides is better-auth's endpoint behind it. */
async function consent(auth, issuer, request, response) {
  const { search } = new URL(request.url, issuer)
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/html', 'x-frame-options': 'DENY' })
    return response.end('<form method="post"><button>Allow</button></form>')
  }
  const decision = { accept: true, oauth_query: search.slice(1) }
  const answer = await auth.handler(
    new Request(`${issuer}/api/auth/oauth2/consent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: request.headers.cookie ?? '', origin: issuer },
      body: JSON.stringify(decision),
    }),
  )
  const { url, redirect_uri: location = url } = await answer.json()
  if (!location) return response.writeHead(answer.status).end()
  response.writeHead(302, { location }).end()
}
