import { and, countDistinct, eq, isNull, sql } from 'drizzle-orm'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { clients } from '@/drizzle/schema/clients'
import { connectionTests } from '@/drizzle/schema/connection-tests'
import { consents, grants, upstreamTokens } from '@/drizzle/schema/grants'
import { connections } from '@/drizzle/schema/organizations'
import { platformUsers } from '@/drizzle/schema/platform-accounts'
import { pushedRequests } from '@/drizzle/schema/pushed-requests'
import { serverBranding } from '@/drizzle/schema/server-branding'
import { servers, signingKeys } from '@/drizzle/schema/servers'
import { setupLinks } from '@/drizzle/schema/setup-links'
import { type AuditEntry, appendToAuditLog } from './audit-log'
import { enterQueue } from './configuration'
import type { Database, Transaction } from './database'
import { guarded } from './guarded'

/** Milliseconds, waiting for other changes of the configuration included. */
const DEADLINE = 60_000

export type Deleted = { readonly id: string; readonly name: string }

export type ServerContents = {
  readonly grants: number
  /** Whose grants these are. */
  readonly people: number
  readonly clients: number
}

/** Takes servers and connections away. Their rows stay, for what is past names them. */
export function deletionStore(db: Database) {
  return guarded(
    {
      /** What goes with a server: grants that nobody revoked, and clients. */
      async contents(organizationId: string, serverId: string): Promise<ServerContents> {
        const live = and(
          eq(grants.organizationId, organizationId),
          eq(grants.serverId, serverId),
          isNull(grants.revokedAt),
        )
        const [[ofGrants], [ofClients]] = await Promise.all([
          db
            .select({ grants: sql<number>`count(*)::int`, people: countDistinct(grants.userId) })
            .from(grants)
            .where(live),
          db
            .select({ clients: sql<number>`count(*)::int` })
            .from(clients)
            .where(and(eq(clients.serverId, serverId), isNull(clients.deletedAt))),
        ])
        return {
          grants: ofGrants?.grants ?? 0,
          people: ofGrants?.people ?? 0,
          clients: ofClients?.clients ?? 0,
        }
      },

      /**
       * Deletes a server with its keys, looks, consents and secrets. Its slug stays taken; its place, when it is the
       * default one or a host, is free again.
       *
       * @returns null when the organization has no such server
       */
      deleteServer: (
        place: { readonly organizationId: string; readonly slug: string },
        at: Date,
        audit: (server: Deleted) => AuditEntry,
      ): Promise<Deleted | null> =>
        db.transaction(async (tx) => {
          await enterQueue(tx)
          // Changing the issuer, which is unique, waits for logins that are just writing a grant.
          const [deleted] = await tx
            .update(servers)
            .set({
              deletedAt: at,
              issuer: sql`'deleted:' || ${servers.id}`,
              host: null,
              isDefault: false,
              resourceSecretHash: null,
            })
            .where(
              and(
                eq(servers.organizationId, place.organizationId),
                eq(servers.slug, place.slug),
                isNull(servers.deletedAt),
              ),
            )
            .returning({ id: servers.id, name: servers.name })
          if (!deleted) return null
          await tx.delete(signingKeys).where(eq(signingKeys.serverId, deleted.id))
          await tx.delete(serverBranding).where(eq(serverBranding.serverId, deleted.id))
          await tx.delete(consents).where(eq(consents.serverId, deleted.id))
          await tx.delete(pushedRequests).where(eq(pushedRequests.serverId, deleted.id))
          await appendToAuditLog(tx, [audit(deleted)])
          return deleted
        }),

      /**
       * Deletes a connection with its secret, the accounts and sessions at it, its tests and setup links. Its id stays
       * taken, for it names a callback; its slug is free again.
       *
       * @returns names of the servers that use it, for which it stays; null when there is no such connection
       */
      deleteConnection: (
        place: { readonly organizationId: string; readonly slug: string },
        at: Date,
        audit: (connection: Deleted) => AuditEntry,
      ): Promise<readonly string[] | null> =>
        db.transaction(async (tx) => {
          await enterQueue(tx)
          const [found] = await tx
            .select({ id: connections.id, name: connections.name })
            .from(connections)
            .where(
              and(
                eq(connections.organizationId, place.organizationId),
                eq(connections.slug, place.slug),
                isNull(connections.deletedAt),
              ),
            )
          if (!found) return null
          const using = await tx
            .select({ name: servers.name })
            .from(servers)
            .where(
              and(
                eq(servers.organizationId, place.organizationId),
                eq(servers.connectionId, found.id),
                isNull(servers.deletedAt),
              ),
            )
            .orderBy(servers.name)
          if (using.length > 0) return using.map(({ name }) => name)
          await emptyConnection(tx, found.id, at)
          await appendToAuditLog(tx, [audit(found)])
          return []
        }),
    },
    { deadline: DEADLINE },
  )
}

async function emptyConnection(tx: Transaction, id: string, at: Date): Promise<void> {
  await tx
    .update(connections)
    .set({ deletedAt: at, slug: sql`${connections.slug} || '~' || ${connections.id}`, clientSecret: null })
    .where(eq(connections.id, id))
  await tx.delete(platformUsers).where(eq(platformUsers.connectionId, id))
  await tx.delete(browserSessions).where(eq(browserSessions.connectionId, id))
  await tx.delete(connectionTests).where(eq(connectionTests.connectionId, id))
  await tx.delete(upstreamTokens).where(eq(upstreamTokens.connectionId, id))
  await tx
    .update(setupLinks)
    .set({ endedAt: at, ending: 'connection_deleted' })
    .where(and(eq(setupLinks.connectionId, id), isNull(setupLinks.endedAt)))
}
