import Provider, { errors } from 'oidc-provider'
import { freePort } from './free-port.mjs'
import { withPassword } from './login.mjs'

const RESOURCE = 'https://mcp.example/mcp'

/** Documents of clients must be at https: this place stands for the range's. */
const DOCUMENTS = 'https://documents.example'

/** node-oidc-provider in memory, with its own pages for development, and every feature that the range knows. */
export async function start(port) {
  const issuer = `http://localhost:${port}`
  const documents = await freePort()
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'resource-server',
        client_secret: 'secret-of-the-resource-server',
        redirect_uris: [],
        grant_types: [],
        response_types: [],
      },
    ],
    fetch: (url, options) => {
      const { origin, pathname } = new URL(url)
      return origin === DOCUMENTS
        ? fetch(`http://localhost:${documents}${pathname}`, { ...options, dispatcher: undefined })
        : fetch(url, options)
    },
    cookies: { keys: ['a key of the range'] },
    scopes: ['openid', 'offline_access', 'mcp:read', 'mcp:write'],
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    features: {
      registration: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
      deviceFlow: { enabled: true },
      clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo(_context, resource) {
          if (resource !== RESOURCE) throw new errors.InvalidTarget()
          return { scope: 'mcp:read mcp:write', audience: RESOURCE, accessTokenFormat: 'jwt' }
        },
      },
    },
  })
  const server = provider.listen(port, 'localhost')
  const login = await withPassword('user', 'anything')
  const credential = ['--introspection', 'resource-server:secret-of-the-resource-server']
  const place = ['--documents', `${DOCUMENTS}=${documents}`]
  const args = [...login, ...credential, ...place, '--resource', RESOURCE]
  return { issuer, args, close: () => server.close() }
}
