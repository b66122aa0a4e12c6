import { FastMCP } from 'fastmcp'
import { OAuthProvider } from 'fastmcp/auth'
import Provider from 'oidc-provider'
import { freePort } from './free-port.mjs'
import { withPassword } from './login.mjs'

/** FastMCP's OAuth proxy in front of oidc-provider, whose user logs in and consents there. */
export async function start(port) {
  const upstreamPort = await freePort()
  const [issuer, upstream] = [`http://localhost:${port}`, `http://localhost:${upstreamPort}`]
  const provider = new Provider(upstream, {
    clients: [
      {
        client_id: 'fastmcp',
        client_secret: 'secret-of-fastmcp',
        redirect_uris: [`${issuer}/oauth/callback`],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    cookies: { keys: ['a key of the range'] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  })
  const idp = provider.listen(upstreamPort, 'localhost')
  const server = new FastMCP({
    name: 'range',
    version: '1.0.0',
    auth: new OAuthProvider({
      baseUrl: issuer,
      authorizationEndpoint: `${upstream}/auth`,
      tokenEndpoint: `${upstream}/token`,
      clientId: 'fastmcp',
      clientSecret: 'secret-of-fastmcp',
      scopes: ['openid'],
      allowedRedirectUriPatterns: ['https://client.example/*', 'https://app.example/*', 'http://localhost:*'],
    }),
  })
  await server.start({
    transportType: 'httpStream',
    httpStream: { port, host: 'localhost', stateless: true },
  })
  const args = await withPassword('user', 'anything')
  return {
    issuer,
    args,
    async close() {
      idp.close()
      await server.stop()
    },
  }
}
