import { eq } from 'drizzle-orm'
import type { JWTPayload } from 'jose'
import { accessTokens } from '@/drizzle/schema/grants'
import { connections } from '@/drizzle/schema/organizations'
import type { Claims, Connection, Grant, Identity, Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import {
  type MisbehavingProvider,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { type ProviderKey, signIdToken } from '@/lib/upstream/test-support/provider-keys'
import { upstream } from '@/lib/upstream/upstream'
import { closeDatabase, type Database, openDatabase } from '../database/database'
import { connectionSecretContext } from '../database/sealed-contexts'
import { assertionIdStore } from '../oauth/assertion-ids'
import { connectionConfigs } from '../oauth/connections'
import {
  insertConnection,
  insertServer,
  openStore,
  type PostgresUnderTest,
  repositoriesOn,
} from './open-store'
import {
  complete,
  completedLogin,
  later,
  newRequest,
  random,
  randomHash,
  redeemAt,
  refreshToken,
  rotateAt,
} from './store-under-test'

/** When signals arrive: a minute after the logins. */
export const AFTERWARDS = later(60)

/** Seconds of a point in time, as tokens have them. */
export const seconds = (time: Date) => Math.floor(time.getTime() / 1000)

type Needed = Pick<
  Ports,
  | 'assertionIds'
  | 'background'
  | 'clock'
  | 'connections'
  | 'departures'
  | 'grants'
  | 'securityEvents'
  | 'upstream'
  | 'upstreamTokens'
>

/** A login that holds everything that has to end. */
export type Held = {
  readonly grant: Grant & { readonly userId: string }
  readonly refresh: string
  readonly opaque: string
}

export type Departing = {
  readonly store: PostgresUnderTest
  readonly provider: MisbehavingProvider
  readonly connection: Connection
  readonly server: Server
  /** Of the instance that hears of it. */
  readonly ports: Needed
  /** Of another one. */
  readonly elsewhere: ReturnType<typeof repositoriesOn>
  /** Work that no answer waited for. */
  settled(): Promise<void>
  logIn(identity: Partial<Identity>, at?: Server): Promise<Held>
  /** Another connection of the same organization to the same provider, with a server. */
  further(
    clientId: string,
    issuer?: string,
  ): Promise<{ readonly connection: Connection; readonly server: Server }>
  /** Settings of the connection, beside those that it has. */
  configure(more: Readonly<Record<string, unknown>>): Promise<void>
  /** What the other instance says of a login. */
  alive(held: Held): Promise<{ readonly refreshed: boolean; readonly active: boolean }>
  sign(claims: JWTPayload, key?: ProviderKey, typ?: string): Promise<string>
  close(): Promise<void>
}

export const GONE = { refreshed: false, active: false }
export const LIVE = { refreshed: true, active: true }

/** Two instances over one database, and a provider behind a connection of theirs. */
export async function departing(): Promise<Departing> {
  const [store, provider] = await Promise.all([openStore(), startMisbehavingProvider()])
  await store.setClock(AFTERWARDS)
  const place = await insertConnection(store.db, store.sealer)
  const other = openDatabase(store.url)
  const elsewhere = repositoriesOn(other, store.sealer)
  const work: Promise<unknown>[] = []
  const ports = portsOf(store, store.db, work)
  const configure = async (id: string, clientId: string, issuer = provider.issuer) => {
    const clientSecret = store.sealer.seal(provider.clientSecret, connectionSecretContext(id))
    const settings = { issuer, scopes: ['openid'] }
    await store.db.update(connections).set({ settings, clientId, clientSecret }).where(eq(connections.id, id))
    const found = await store.connections.find(id)
    if (!found) throw new Error('the connection was not stored')
    return found
  }
  const connection = await configure(place.id, provider.clientId)
  const server = await insertServer(store.db, place)
  return {
    store,
    provider,
    connection,
    server,
    ports,
    elsewhere,
    settled: async () => void (await Promise.all(work)),
    logIn: (identity, at = server) => logIn(store, at, { identitySource: provider.issuer, ...identity }),
    async further(clientId, issuer) {
      const id = random().replace(/^[-_]/, 'c')
      await store.db.insert(connections).values({
        ...{ id, organizationId: place.organizationId, slug: `c${id.toLowerCase()}`, name: 'Other' },
        ...{ type: 'oidc', settings: {}, clientId },
      })
      const added = await configure(id, clientId, issuer)
      return { connection: added, server: await insertServer(store.db, added) }
    },
    async configure(more) {
      const settings = { issuer: provider.issuer, scopes: ['openid'], ...more }
      await store.db.update(connections).set({ settings }).where(eq(connections.id, place.id))
    },
    alive: async ({ grant, refresh, opaque }) => ({
      refreshed:
        (await rotateAt({ ...elsewhere, setClock: store.setClock }, 60, refresh, refreshToken(grant.id))) ===
        'rotated',
      active: (await elsewhere.accessTokens.findLive(opaque, { id: grant.serverId })) !== null,
    }),
    sign: (claims, key = 'rs256', typ = 'JWT') =>
      signIdToken(claims, key, { clientSecret: provider.clientSecret, withoutKeyId: false, typ }),
    async close() {
      await Promise.allSettled(work)
      await closeDatabase(other)
      await Promise.all([store.close(), provider.stop()])
    },
  }
}

function portsOf(store: PostgresUnderTest, db: Database, work: Promise<unknown>[]): Needed {
  return {
    ...store,
    assertionIds: assertionIdStore(db),
    clock: () => AFTERWARDS,
    background: (_, promise) => void work.push(promise),
    upstream: upstream({
      connections: connectionConfigs(db, store.sealer),
      callbackUrl: () => 'https://auth.example/callback',
      clock: () => AFTERWARDS,
      allowLoopback: true,
    }),
  }
}

async function logIn(store: PostgresUnderTest, server: Server, identity: Partial<Identity>): Promise<Held> {
  const made = await newRequest(store, { server })
  const claims: Claims = { iat: seconds(later(29)), ...identity.claims }
  const login = completedLogin(made, { identity: { ...identity, claims } })
  const grant = await complete(store, login)
  const token = refreshToken(grant.id)
  await redeemAt(store, 31, grant, token)
  const opaque = randomHash()
  await store.db.insert(accessTokens).values({
    ...{ hash: opaque, id: random(), grantId: grant.id, audience: server.resource },
    ...{ scope: grant.scope, issuedAt: later(31), expiresAt: later(3_600) },
  })
  await store.setClock(AFTERWARDS)
  return { grant, refresh: token.hash, opaque }
}
