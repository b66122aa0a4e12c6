import { and, asc, eq, isNull } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { organizations } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Client, Server } from '@/lib/oauth/model'
import { omitNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Asking, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { clientColumns, isUndecided, isWaiting } from '@/lib/store/oauth/clients'
import { serverColumns, serverOf } from '@/lib/store/oauth/servers'

/** Of a whole organization; a server has a hundred at most. */
const MOST = 1_000

/** Clients that have asked to be let in, as the operator sees them, in Postgres. */
export function waitingClientStore(db: Database) {
  return guarded({
    /** Those that asked first come first. Whether they still wait is the server's rule to say. */
    async list(
      organizationId: string,
      now: Date,
    ): Promise<readonly { readonly client: Client; readonly server: Server }[]> {
      const rows = await db
        .select({ client: clientColumns, server: serverColumns })
        .from(clients)
        .innerJoin(servers, eq(servers.id, clients.serverId))
        .where(and(eq(servers.organizationId, organizationId), isNull(servers.deletedAt), isWaiting(now)))
        .orderBy(asc(clients.askedAt), asc(clients.id))
        .limit(MOST)
      return rows.map(({ client, server }) => ({ client: omitNullish(client), server: serverOf(server) }))
    },

    /** The organizations that have some. */
    async organizations(now: Date): Promise<readonly { readonly id: string; readonly slug: string }[]> {
      return db
        .selectDistinct({ id: organizations.id, slug: organizations.slug })
        .from(clients)
        .innerJoin(servers, eq(servers.id, clients.serverId))
        .innerJoin(organizations, eq(organizations.id, servers.organizationId))
        .where(and(isNull(organizations.deletedAt), isNull(servers.deletedAt), isWaiting(now)))
        .limit(MOST)
    },

    /**
     * @param check throws where it may not be allowed as it is
     * @returns false when it is allowed already, blocked or gone: then nothing is written
     */
    allow: (
      id: string,
      audit: AuditEntry,
      check: (client: Client) => void,
      { organizationId, maker }: Asking,
    ) =>
      transactInTime(db, async (tx) => {
        await mayStillMake(tx, organizationId, maker)
        const undecided = and(eq(clients.id, id), isUndecided)
        const [client] = await tx.select(clientColumns).from(clients).where(undecided).for('update')
        if (!client) return false
        check(omitNullish(client))
        await tx.update(clients).set({ approvedAt: audit.at }).where(eq(clients.id, id))
        await appendToAuditLog(tx, [audit])
        return true
      }),

    /** Replaces the initial access token of a server, or removes it. */
    setRegistrationToken: (
      serverId: string,
      hash: string | null,
      audit: AuditEntry,
      { organizationId, maker }: Asking,
    ) =>
      transactInTime(db, async (tx) => {
        await mayStillMake(tx, organizationId, maker)
        await tx.update(servers).set({ registrationTokenHash: hash }).where(eq(servers.id, serverId))
        await appendToAuditLog(tx, [audit])
      }),
  })
}
