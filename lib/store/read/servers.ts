import { and, asc, eq, gt, isNull, like, or, type SQL, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { grants } from '@/drizzle/schema/grants'
import { connections } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Client, Server } from '@/lib/oauth/model'
import { REFRESH_TOKEN_MAX_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { clientColumns } from '@/lib/store/oauth/clients'
import { configuredColumns, serverOf } from '@/lib/store/oauth/servers'
import { isConnected } from './grants'

/** A server as its organization sees it. */
export type ManagedServerRow = Server & {
  readonly host?: string
  readonly isDefault: boolean
  readonly connectionSlug: string
  readonly connectionName: string
  /** Redeemed, not revoked, and younger than any token that could hang on it. */
  readonly liveGrants: number
}

/** Servers of one organization, for its operators. */
export function managedServerStore(db: Database) {
  const list = (organizationId: string, now: Date, where?: SQL) =>
    listRows(db, { organizationId, now }, where)
  return guarded({
    list: (organizationId: string, now: Date) => list(organizationId, now),

    async find(organizationId: string, slug: string, now: Date): Promise<ManagedServerRow | null> {
      return (await list(organizationId, now, eq(servers.slug, slug)))[0] ?? null
    },

    /** Those that operators named. */
    async preregisteredClients(organizationId: string, serverId: string): Promise<readonly Client[]> {
      const rows = await db
        .select(clientColumns)
        .from(clients)
        .innerJoin(servers, eq(servers.id, clients.serverId))
        .where(
          and(
            eq(servers.organizationId, organizationId),
            isNull(servers.deletedAt),
            eq(clients.serverId, serverId),
            eq(clients.kind, 'preregistered'),
            isNull(clients.deletedAt),
          ),
        )
        .orderBy(asc(clients.clientId))
      return rows.map(omitNullish)
    },

    /** The connections that a server can be put behind. */
    connections: (organizationId: string) =>
      db
        .select({ slug: connections.slug, name: connections.name })
        .from(connections)
        .where(and(eq(connections.organizationId, organizationId), isNull(connections.deletedAt)))
        .orderBy(asc(connections.name)),

    /** Whether a client of any kind has this id, also one that is gone. */
    async hasClient(organizationId: string, slug: string, clientId: string): Promise<boolean> {
      const rows = await db
        .select({ id: clients.id })
        .from(clients)
        .innerJoin(servers, eq(servers.id, clients.serverId))
        .where(
          and(
            eq(servers.organizationId, organizationId),
            eq(servers.slug, slug),
            isNull(servers.deletedAt),
            eq(clients.clientId, clientId),
          ),
        )
      return rows.length > 0
    },

    /** Slugs of the whole installation that are this one, or begin with it and a dash. */
    async slugsLike(slug: string): Promise<readonly string[]> {
      const rows = await db
        .select({ slug: servers.slug })
        .from(servers)
        .where(or(eq(servers.slug, slug), like(servers.slug, `${slug}-%`)))
      return rows.map((row) => row.slug)
    },
  })
}

async function listRows(
  db: Database,
  { organizationId, now }: { readonly organizationId: string; readonly now: Date },
  where: SQL | undefined,
): Promise<ManagedServerRow[]> {
  const oldest = new Date(now.getTime() - REFRESH_TOKEN_MAX_LIFETIME * 1000)
  const live = and(
    eq(grants.organizationId, organizationId),
    eq(grants.serverId, servers.id),
    isNull(grants.revokedAt),
    isConnected,
    gt(grants.createdAt, oldest),
  )
  const rows = await db
    .select({
      ...configuredColumns,
      connectionSlug: connections.slug,
      connectionName: connections.name,
      liveGrants: sql<number>`(select count(*)::int from ${grants} where ${live})`,
    })
    .from(servers)
    .innerJoin(connections, eq(connections.id, servers.connectionId))
    .where(and(eq(servers.organizationId, organizationId), isNull(servers.deletedAt), where))
    .orderBy(asc(servers.name), asc(servers.slug))
  return rows.map(serverOf)
}
