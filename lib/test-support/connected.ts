import { randomBytes } from 'node:crypto'
import { users } from '@/drizzle/schema/organizations'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import type { RefreshToken, Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { PostgresUnderTest } from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  later,
  newClient,
  newRequest,
  random,
  redeemAt,
  refreshToken,
} from '@/lib/store/test-support/store-under-test'
import type { OrganizationScope, Role } from '../access'
import { permissionsOf } from '../access'
import type { Management } from '../management/management'
import { createServices } from './management'

const RING = keyring([{ id: 'k1', key: randomBytes(32) }])

/** When the tests' functions are called: a minute after what was made before. */
const AFTERWARDS = later(60)

/** Management at {@link AFTERWARDS}, with an identity provider that revokes nothing. */
export function connectedServices(store: () => PostgresUnderTest) {
  const { management, scope } = createServices(store)
  return {
    management: (now = AFTERWARDS): Management => {
      const services = management()
      const upstream = {
        begin: async () => 'https://login.example/authorize?client_id=v',
        revoke: async () => ({ outcome: 'unsupported' }),
      } as unknown as Ports['upstream']
      const ports = { ...services.ports, clock: () => now, upstream, secrets: secrets(RING) }
      return { ...services, ports }
    },
    scope,
    /** An operator with this role there. */
    as: async (role: Role, slug: string): Promise<OrganizationScope> => ({
      ...(await scope(slug)),
      permissions: permissionsOf(role),
      isInstallationOperator: false,
    }),
    /** The server of the example with this slug. */
    server: async (slug: 'main' | 'second' | 'globex'): Promise<Server> => {
      const issuers = {
        main: 'https://auth.example.com',
        second: 'https://auth.acme.com',
        globex: 'https://auth.example.com/s/globex',
      }
      const server = await store().servers.findByIssuer(issuers[slug])
      if (!server) throw new Error(`there is no server ${slug}`)
      return server
    },
  }
}

/** A client at the server that registered itself. */
export const registered = (store: PostgresUnderTest, server: Server, name = 'Inspector') =>
  store.clients.register(newClient(server.id, { name }))

/** A whole login, with a refresh token that is good for an hour. */
export async function connect(
  store: PostgresUnderTest,
  server: Server,
  who: {
    readonly email?: string
    readonly subject?: string
    readonly client?: Awaited<ReturnType<typeof registered>>
    /** Seconds. */
    readonly at?: number
  } = {},
) {
  const { email = 'alice@acme.example', subject = random() } = who
  const client = who.client ?? (await registered(store, server))
  const made = await newRequest(store, { server, client })
  const login = completedLogin(made, { identity: { subject, email } })
  const granted = await complete(store, login, who.at)
  const token: RefreshToken = refreshToken(granted.id)
  await redeemAt(store, 31, granted, token)
  return { ...made, login, grant: granted, token }
}

/** Another login of a user, as if they had linked it; its id. */
export async function linkLogin(
  { db }: PostgresUnderTest,
  { organizationId }: Pick<Server, 'organizationId'>,
  userId: string,
): Promise<string> {
  const id = random()
  await db.insert(users).values({
    ...{ id, organizationId, identitySource: 'https://other.example', subject: `at-other-${id}` },
    ...{ email: 'alice@other.example', linkedTo: userId, linkedAt: later(30) },
    ...{ createdAt: later(0), lastLoginAt: later(0) },
  })
  return id
}
