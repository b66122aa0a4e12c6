import { once } from 'node:events'
import { createServer } from 'node:http'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import { freePort } from '@/test/free-port'
import { openHttp } from '../../range/src/http'
import { browserLogin } from '../../range/src/login/browser'
import { sendPlain } from '../../range/src/plain-request'

/** An authorization server that is not ours, with pages for login and consent: `oidc-provider` as it comes. */
export async function startAuthorizationServer(): Promise<{ issuer: string; close: () => void }> {
  const { Provider } = await import('oidc-provider')
  const port = await freePort()
  const issuer = `http://localhost:${port}`
  const provider = new Provider(issuer, {
    cookies: { keys: ['a key of the tests'] },
    scopes: ['files:read', 'files:write'],
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // The official client registers for the scope of its first challenge, which would end every step-up.
    extraClientMetadata: {
      properties: ['every_scope'],
      validator: (_context, _name, _value, metadata) => {
        delete metadata.scope
      },
    },
    features: {
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, audience) => ({
          scope: 'files:read files:write',
          audience,
          accessTokenFormat: 'jwt',
        }),
      },
    },
  })
  const server = createServer(provider.callback()).listen(port, 'localhost')
  await once(server, 'listening')
  return { issuer, close: () => server.close() }
}

const REDIRECT_URI = 'http://localhost:9/callback'

/** The official client with a user behind it, who logs in and allows whatever it asks for. */
export function officialClient(url: string, user: string) {
  const wait = async () => {}
  const logIn = browserLogin(openHttp({ sendRequest: sendPlain, wait }), { username: user, password: 'any' })
  const logins: URL[] = []
  const held: {
    client?: OAuthClientInformationMixed
    tokens?: OAuthTokens
    verifier: string
    code?: string
  } = {
    verifier: '',
  }
  const authProvider = {
    redirectUrl: REDIRECT_URI,
    clientMetadata: {
      client_name: 'Official client',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
    clientInformation: () => held.client,
    saveClientInformation: (client: OAuthClientInformationMixed) => {
      held.client = client
    },
    tokens: () => held.tokens,
    saveTokens: (tokens: OAuthTokens) => {
      held.tokens = tokens
    },
    saveCodeVerifier: (verifier: string) => {
      held.verifier = verifier
    },
    codeVerifier: () => held.verifier,
    redirectToAuthorization: async (target: URL) => {
      logins.push(target)
      const { arrival } = await logIn(target.href, REDIRECT_URI)
      held.code = arrival?.searchParams.get('code') ?? ''
    },
  }
  /** Connects and does something; after a login that this needed, once more. */
  const withClient = async <T>(use: (client: Client) => Promise<T>): Promise<T> => {
    const attempt = async () => {
      const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider })
      const client = new Client({ name: 'official', version: '1' })
      try {
        await client.connect(transport)
        return await use(client)
      } catch (error) {
        if (error instanceof UnauthorizedError && held.code) await transport.finishAuth(held.code)
        throw error
      } finally {
        await client.close()
      }
    }
    return attempt().catch((error: unknown) => {
      if (error instanceof UnauthorizedError) return attempt()
      throw error
    })
  }
  return {
    call: (name: string, args = {}) => withClient((client) => client.callTool({ name, arguments: args })),
    toolNames: async () => (await withClient((client) => client.listTools())).tools.map(({ name }) => name),
    /** The scopes that each login asked for. */
    logins: () => logins.map(({ searchParams }) => searchParams.get('scope')),
  }
}
