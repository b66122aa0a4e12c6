import { freePort } from '@/test/free-port'
import { type Child, startPeer } from '../child'
import { Connection, cookies, header } from '../connection'
import type { Stores } from '../stores'
import {
  authorizeRequest,
  codeIn,
  type Driven,
  expectStatus,
  oauthOperations,
  RESOURCE,
} from './oauth-operations'
import type { Running, Target } from './target'

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const running = (child: Child, driven: Driven): Running => ({
  pid: child.pid,
  readyAfter: child.readyAfter,
  port: child.port,
  host: driven.host,
  operations: oauthOperations(driven),
  stop: child.stop,
})

export function floor(format: 'jwt' | 'opaque'): Target {
  return {
    name: format === 'jwt' ? 'floor' : 'floor-opaque',
    label: format === 'jwt' ? 'the floor, JWT' : 'the floor, opaque',
    async start(stores) {
      const port = await freePort()
      const DATABASE_URL = await stores.database(`floor_${format}`)
      const child = await startPeer('floor', port, {
        DATABASE_URL,
        REDIS_URL: stores.redis(),
        FORMAT: format,
      })
      const driven: Driven = {
        port,
        host: `127.0.0.1:${port}`,
        paths: {
          discovery: '/.well-known/oauth-authorization-server',
          jwks: '/jwks',
          register: '/register',
          authorize: '/authorize',
          token: '/token',
          introspect: '/introspect',
        },
        clientId: 'public',
        scope: 'mcp:tools',
        resource: RESOURCE,
        introspection: basic('resource', 'secret'),
      }
      const login = async (connection: Connection) =>
        codeIn(await connection.request(authorizeRequest(driven)))
      return running(child, { ...driven, login })
    },
  }
}

export function oidcProvider(adapter: 'memory' | 'redis' | 'postgres', format: 'jwt' | 'opaque'): Target {
  const store = { memory: 'memory', redis: 'Redis', postgres: 'Postgres' }[adapter]
  return {
    name: `oidc-${adapter}${format === 'jwt' ? '' : '-opaque'}`,
    label: `oidc-provider, ${store}, ${format === 'jwt' ? 'JWT' : 'opaque'}`,
    async start(stores) {
      const port = await freePort()
      const child = await startPeer('oidc-provider', port, {
        FORMAT: format,
        ADAPTER: adapter,
        ...(adapter === 'postgres' && { DATABASE_URL: await stores.database(`oidc_${format}`) }),
        ...(adapter === 'redis' && { REDIS_URL: stores.redis() }),
      })
      const driven: Driven = {
        port,
        host: `127.0.0.1:${port}`,
        paths: {
          discovery: '/.well-known/openid-configuration',
          jwks: '/jwks',
          register: '/reg',
          authorize: '/auth',
          token: '/token',
          // It introspects no JWTs.
          ...(format === 'opaque' && { introspect: '/token/introspection' }),
        },
        clientId: 'public',
        scope: 'mcp:tools',
        resource: RESOURCE,
        introspection: basic('resource', 'secret'),
      }
      const { login, signIn } = interaction(driven)
      return running(child, { ...driven, cookie: await signIn(), login })
    },
  }
}

/** Logins of oidc-provider: authorization endpoint, interaction, resumption, code. */
function interaction(driven: Driven) {
  const walk = async (connection: Connection) => {
    const begun = await connection.request(authorizeRequest(driven))
    expectStatus(begun, 303)
    const jar = cookies(begun)
    const headers = `Cookie: ${jar.join('; ')}\r\n`
    const answered = await connection.request({ path: header(begun, 'location'), headers })
    expectStatus(answered, 303)
    const { pathname } = new URL(header(answered, 'location'))
    const resumed = await connection.request({ path: pathname, headers })
    return { code: codeIn(resumed), cookie: cookies(resumed).join('; ') }
  }
  return {
    login: async (connection: Connection) => (await walk(connection)).code,
    async signIn(): Promise<string> {
      const connection = new Connection(driven.port, driven.host)
      const { cookie } = await walk(connection)
      connection.close()
      return cookie
    },
  }
}

export const betterAuth: Target = {
  name: 'better-auth',
  label: 'better-auth, Postgres, JWT',
  async start(stores: Stores) {
    const port = await freePort()
    const child = await startPeer('better-auth', port, { DATABASE_URL: await stores.database('better_auth') })
    const known: {
      readonly clientId: string
      readonly resource: { readonly id: string; readonly secret: string }
      readonly cookie: string
    } = JSON.parse(child.said)
    const driven: Driven = {
      port,
      host: `localhost:${port}`,
      paths: {
        discovery: '/api/auth/.well-known/oauth-authorization-server',
        jwks: '/api/auth/jwks',
        register: '/api/auth/oauth2/register',
        authorize: '/api/auth/oauth2/authorize',
        token: '/api/auth/oauth2/token',
        introspect: '/api/auth/oauth2/introspect',
      },
      clientId: known.clientId,
      scope: 'openid offline_access mcp:tools',
      resource: RESOURCE,
      cookie: known.cookie,
      introspection: basic(known.resource.id, known.resource.secret),
    }
    const login = async (connection: Connection) => codeIn(await connection.request(authorizeRequest(driven)))
    return running(child, { ...driven, login })
  },
}

export const mcpSdk: Target = {
  name: 'mcp-sdk',
  label: 'MCP SDK router, memory, opaque',
  async start() {
    const port = await freePort()
    const child = await startPeer('mcp-sdk', port)
    const driven: Driven = {
      port,
      host: `localhost:${port}`,
      paths: {
        discovery: '/.well-known/oauth-authorization-server',
        register: '/register',
        authorize: '/authorize',
        token: '/token',
      },
      clientId: 'public',
      scope: 'mcp:tools',
    }
    const login = async (connection: Connection) => codeIn(await connection.request(authorizeRequest(driven)))
    return running(child, { ...driven, login })
  },
}
