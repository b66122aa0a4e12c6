import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { clients } from '@/drizzle/schema/clients'
import { grants } from '@/drizzle/schema/grants'
import { invitations, members } from '@/drizzle/schema/operators'
import { connections, organizations } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import { setupLinks } from '@/drizzle/schema/setup-links'
import { webhooks } from '@/drizzle/schema/webhooks'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import type { Asking } from '../credentials/makers'
import { DEADLINE, inTurn } from './configuration-queue'

/** What ends with an organization. */
export type OrganizationContents = Readonly<
  Record<
    | 'servers'
    | 'connections'
    | 'clients'
    | 'grants'
    | 'members'
    | 'invitations'
    | 'apiKeys'
    | 'setupLinks'
    | 'webhooks',
    number
  >
>

/** Takes whole organizations away. Their rows stay, for what is past names them. Decision 0088. */
export function organizationDeletionStore(db: Database) {
  return guarded(
    {
      async contents(id: string): Promise<OrganizationContents> {
        const number = (table: PgTable, where: SQL | undefined) =>
          sql<number>`(select count(*)::int from ${table} where ${where})`
        const liveServers = and(eq(servers.organizationId, id), isNull(servers.deletedAt))
        const ofServers = sql`${clients.serverId} in (select ${servers.id} from ${servers} where ${liveServers})`
        const [row] = await db
          .select({
            servers: number(servers, liveServers),
            connections: number(
              connections,
              and(eq(connections.organizationId, id), isNull(connections.deletedAt)),
            ),
            clients: number(clients, and(ofServers, isNull(clients.deletedAt))),
            grants: number(grants, and(eq(grants.organizationId, id), isNull(grants.revokedAt))),
            members: number(members, eq(members.organizationId, id)),
            invitations: number(
              invitations,
              and(eq(invitations.organizationId, id), eq(invitations.status, 'pending')),
            ),
            apiKeys: number(apiKeys, and(eq(apiKeys.organizationId, id), isNull(apiKeys.revokedAt))),
            setupLinks: number(
              setupLinks,
              and(eq(setupLinks.organizationId, id), isNull(setupLinks.endedAt)),
            ),
            webhooks: number(webhooks, eq(webhooks.organizationId, id)),
          })
          .from(organizations)
          .where(eq(organizations.id, id))
        if (!row) throw new Error('there is no such organization')
        return row
      },

      /**
       * Deletes an organization that has neither servers nor connections any more, with its members, invitations, keys,
       * setup links and webhooks. Its slug is free again.
       *
       * @returns false when there is something of it again, or it is deleted
       */
      remove: (id: string, asking: Asking, at: Date, audit: readonly AuditEntry[]) =>
        inTurn(db, asking, async (tx) => {
          const [removed] = await tx
            .update(organizations)
            .set({ deletedAt: at, slug: sql`${organizations.slug} || '~' || ${organizations.id}` })
            .where(
              and(
                eq(organizations.id, id),
                isNull(organizations.deletedAt),
                hasNo(servers, id),
                hasNo(connections, id),
              ),
            )
            .returning({ id: organizations.id })
          if (!removed) return false
          await tx.delete(members).where(eq(members.organizationId, id))
          await tx.delete(invitations).where(eq(invitations.organizationId, id))
          await tx.delete(webhooks).where(eq(webhooks.organizationId, id))
          await tx
            .update(apiKeys)
            .set({ revokedAt: at })
            .where(and(eq(apiKeys.organizationId, id), isNull(apiKeys.revokedAt)))
          await tx
            .update(setupLinks)
            .set({ endedAt: at, ending: 'revoked' })
            .where(and(eq(setupLinks.organizationId, id), isNull(setupLinks.endedAt)))
          await appendToAuditLog(tx, audit)
          return true
        }),
    },
    { deadline: DEADLINE },
  )
}

const hasNo = (table: typeof servers | typeof connections, organizationId: string) =>
  sql`not exists (select from ${table} where ${table.organizationId} = ${organizationId} and ${table.deletedAt} is null)`
