/** Rows that hardly ever change, kept in memory with their versions. Decision 0052. */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { servers } from '@/drizzle/schema/servers'
import { boundedMap } from '@/lib/bounded-map'
import type { PublicSigningKey, SigningKeys } from '@/lib/crypto/signing-key'
import type { Client, Server } from '@/lib/oauth/model'
import type { Clients } from '@/lib/oauth/ports/clients'
import type { Servers } from '@/lib/oauth/ports/ports'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { clientColumns } from './clients'
import { serverColumns, serverOf } from './servers'

/** How many of each are kept. */
const MOST = { servers: 1_000, clients: 20_000 }

/** Characters that a client has as JSON: larger ones, which anybody can register, are read anew each time. */
const LARGEST_CLIENT = 4_096

export type Remembered = {
  readonly servers: Pick<Servers, 'findByIssuer'>
  readonly clients: Pick<Clients, 'find'>
  /** A server's public keys. */
  readonly keys: Pick<SigningKeys, 'list'>
  /** Has the next request read this server, and this client of it, anew. */
  forget(server: Server, clientId: string): void
}

/** @param keys where the keys of servers are read from */
export function rememberedRows(db: Database, keys: Pick<SigningKeys, 'list'>, most = MOST): Remembered {
  const byIssuer = bounded<Server>(most.servers)
  const versions = bounded<number>(most.servers)
  const keySets = bounded<readonly PublicSigningKey[]>(most.servers)
  const known = bounded<Client>(most.clients, (client) => JSON.stringify(client).length <= LARGEST_CLIENT)
  const read = guarded(reads(db))
  return {
    servers: {
      findByIssuer: (issuer) =>
        byIssuer.find(issuer, async () => {
          const server = await read.server(issuer)
          if (server?.version !== undefined) versions.keep(server.id, server.version)
          return server
        }),
    },
    clients: {
      find: (serverId, clientId) =>
        known.find(`${serverId} ${clientId}`, () => read.client(serverId, clientId)),
    },
    keys: {
      // Read after the server, and kept for its version: never older than that.
      list: async (serverId) => {
        const name = `${serverId} ${versions.get(serverId)}`
        return (await keySets.find(name, () => keys.list(serverId))) ?? []
      },
    },
    forget(server, clientId) {
      byIssuer.forget(server.issuer)
      keySets.forget(`${server.id} ${server.version}`)
      known.forget(`${server.id} ${clientId}`)
    },
  }
}

function reads(db: Database) {
  const server = db
    .select({ ...serverColumns, version: servers.version })
    .from(servers)
    .where(and(eq(servers.issuer, sql.placeholder('issuer')), isNull(servers.deletedAt)))
    .prepare('remembered_server')
  const client = db
    .select({ ...clientColumns, version: clients.version })
    .from(clients)
    .where(
      and(
        eq(clients.serverId, sql.placeholder('serverId')),
        eq(clients.clientId, sql.placeholder('clientId')),
        isNull(clients.deletedAt),
      ),
    )
    .prepare('remembered_client')
  return {
    async server(issuer: string): Promise<Server | null> {
      const [row] = await server.execute({ issuer })
      return row ? serverOf(row) : null
    },
    async client(serverId: string, clientId: string): Promise<Client | null> {
      const [row] = await client.execute({ serverId, clientId })
      return row ? omitNullish(row) : null
    },
  }
}

/** What was found, by name; the oldest goes when there are too many. What is not there is not remembered. */
function bounded<Value>(most: number, isKept: (value: Value) => boolean = () => true) {
  const kept = boundedMap<Value>(most)
  return {
    keep: kept.set,
    get: kept.get,
    forget: kept.delete,
    async find(name: string, read: () => Promise<Value | null>): Promise<Value | null> {
      const value = kept.get(name) ?? (await read())
      if (value !== null && !kept.has(name) && isKept(value)) kept.set(name, value)
      return value
    },
  }
}
