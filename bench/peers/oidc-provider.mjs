/**
 * node-oidc-provider with an interaction that approves every request. Environment: PORT, FORMAT (`jwt` or `opaque`),
 * ADAPTER (`memory`, `redis` or `postgres`), DATABASE_URL, REDIS_URL.
 */
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { inMemory, onPostgres, onRedis } from './oidc-adapters.mjs'

const { PORT, FORMAT, ADAPTER, DATABASE_URL, REDIS_URL } = process.env
const issuer = `http://127.0.0.1:${PORT}`
const adapters = {
  memory: inMemory,
  redis: () => onRedis(REDIS_URL),
  postgres: () => onPostgres(DATABASE_URL),
}
const key = ({ privateKey }, alg) => ({ ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg })
const grantTypes = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }
const redirect = { redirect_uris: ['https://client.example/callback'] }

const provider = new Provider(issuer, {
  adapter: await adapters[ADAPTER](),
  jwks: {
    keys: [
      key(generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256'),
      key(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256'),
    ],
  },
  clients: [
    { client_id: 'public', token_endpoint_auth_method: 'none', ...grantTypes, ...redirect },
    { client_id: 'resource', client_secret: 'secret', ...grantTypes, ...redirect },
  ],
  clientDefaults: grantTypes,
  cookies: { keys: ['bench'] },
  scopes: ['openid', 'offline_access'],
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
  async loadExistingGrant({ oidc }) {
    const grantId = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId)
    const earlier = grantId && (await provider.Grant.find(grantId))
    if (earlier) return earlier
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
    grant.addResourceScope('https://mcp.example/mcp', 'mcp:tools')
    await grant.save()
    return grant
  },
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'mcp:tools',
        audience: 'https://mcp.example/mcp',
        accessTokenFormat: FORMAT,
        ...(FORMAT === 'jwt' && { jwt: { sign: { alg: 'ES256' } } }),
      }),
    },
  },
})
provider.on('server_error', (_context, error) => console.error(error))

const handle = provider.callback()
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return handle(request, response)
  const login = { login: { accountId: 'user' } }
  provider
    .interactionFinished(request, response, login, { mergeWithLastSubmission: false })
    .catch((error) => response.writeHead(500).end(String(error)))
}).listen(Number(PORT), '127.0.0.1', () => console.log('ready'))
