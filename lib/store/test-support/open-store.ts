import { randomBytes } from 'node:crypto'
import {
  connections as connectionTable,
  organizations as organizationTable,
} from '@/drizzle/schema/organizations'
import { servers as serverTable } from '@/drizzle/schema/servers'
import { keyring } from '@/lib/crypto/keyring'
import { sealer as createSealer, type Sealer } from '@/lib/crypto/seal'
import type { Server } from '@/lib/oauth/model'
import { startMigratedPostgres } from '@/test/postgres'
import { securityEventStore } from '../audit/security-events'
import { closeDatabase, type Database, openDatabase } from '../database/database'
import { newId } from '../database/ids'
import { migrate } from '../database/migrate'
import { connectionSecretContext } from '../database/sealed-contexts'
import { departureStore } from '../departures/departures'
import { accessTokenStore } from '../oauth/access-tokens'
import { authorizationRequestStore } from '../oauth/authorization-requests'
import { browserSessionStore } from '../oauth/browser-sessions'
import { clientStore } from '../oauth/clients'
import { registrationStore } from '../oauth/clients-registered'
import { connectionStore } from '../oauth/connections'
import { consentStore } from '../oauth/consents'
import { deviceCodeStore } from '../oauth/device-codes'
import { grantStore } from '../oauth/grants'
import { loginStore } from '../oauth/logins'
import { pushedRequestStore } from '../oauth/pushed-requests'
import { refreshTokenStore } from '../oauth/refresh-tokens'
import { revocationStore } from '../oauth/revocations'
import { serverStore } from '../oauth/servers'
import { upstreamTokenStore } from '../oauth/upstream-tokens'
import { userStore } from '../oauth/users'
import { provisionedStore } from '../provisioning/provisioned-claims'
import { installClock, setClock } from './set-clock'
import type { StoreUnderTest } from './store-under-test'

export type PostgresUnderTest = StoreUnderTest & {
  readonly db: Database
  readonly url: string
  readonly sealer: Sealer
}

/** A migrated database of its own on a real PostgreSQL, with every repository on it. */
export async function openStore(): Promise<PostgresUnderTest> {
  const { url, close } = await startMigratedPostgres()
  await installClock(url)
  return storeOn(url, close)
}

/** The same on a server that faults are injected into. */
export async function openStoreAt(url: string): Promise<PostgresUnderTest> {
  await migrate(url)
  await installClock(url)
  return storeOn(url, async () => {})
}

function storeOn(url: string, close: () => Promise<void>): PostgresUnderTest {
  const db = openDatabase(url)
  const sealer = newSealer()
  return {
    db,
    url,
    sealer,
    ...repositoriesOn(db, sealer),
    setClock: (time) => setClock(db, time),
    anotherInstance: () => ({ clients: clientStore(db) }),
    newServer: async () => insertServer(db, await insertConnection(db, sealer)),
    async close() {
      await closeDatabase(db)
      await close()
    },
  }
}

/** With a key of its own. */
export const newSealer = (): Sealer => createSealer(keyring([{ id: 'k1', key: randomBytes(32) }]))

/** The core's stores on a database. */
export function repositoriesOn(
  db: Database,
  sealer: Sealer,
): Omit<StoreUnderTest, 'setClock' | 'newServer' | 'anotherInstance' | 'close'> {
  return {
    servers: serverStore(db),
    connections: connectionStore(db),
    users: userStore(db),
    clients: clientStore(db),
    registrations: registrationStore(db),
    requests: authorizationRequestStore(db, sealer),
    pushedRequests: pushedRequestStore(db),
    logins: loginStore(db, sealer),
    grants: grantStore(db),
    deviceCodes: deviceCodeStore(db),
    departures: departureStore(db),
    provisioned: provisionedStore(db),
    refreshTokens: refreshTokenStore(db),
    accessTokens: accessTokenStore(db),
    revocations: revocationStore(db),
    browserSessions: browserSessionStore(db),
    consents: consentStore(db),
    upstreamTokens: upstreamTokenStore(db, sealer),
    securityEvents: securityEventStore(db),
  }
}

/** An OpenID connection of a new organization. */
export async function insertConnection(db: Database, sealer: Sealer) {
  const [id, organizationId] = [newId(), newId()]
  await db.insert(organizationTable).values({ id: organizationId, name: 'Acme Inc', slug: organizationId })
  await db.insert(connectionTable).values({
    id,
    organizationId,
    slug: 'okta',
    name: 'Okta',
    type: 'oidc',
    settings: { issuer: 'https://acme.okta.example', scopes: ['openid'] },
    clientId: 'upstream-client',
    clientSecret: sealer.seal('upstream-secret', connectionSecretContext(id)),
  })
  return { id, organizationId }
}

/** A server behind this connection; `overrides` are columns. */
export async function insertServer(
  db: Database,
  connection: { readonly id: string; readonly organizationId: string },
  overrides: Partial<typeof serverTable.$inferInsert> = {},
): Promise<Server> {
  const id = newId()
  await db.insert(serverTable).values({
    id,
    organizationId: connection.organizationId,
    connectionId: connection.id,
    // An id may begin with a dash, which no slug does.
    slug: `s-${id}`,
    name: 'Acme MCP',
    issuer: `https://auth.example/s/s-${id}`,
    resource: `https://mcp.example/${id}`,
    scopes: [{ name: 'files:read', description: 'Read your files', upstreamScopes: [] }],
    accessTokenLifetime: 3_600,
    refreshTokenLifetime: 2_592_000,
    ...overrides,
  })
  const server = await serverStore(db).find(id)
  if (!server) throw new Error('the server was not stored')
  return server
}
