import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { clients } from '@/drizzle/schema/clients'
import { consents, grants, upstreamTokens } from '@/drizzle/schema/grants'
import type { RegistrationKey, Registrations } from '@/lib/oauth/ports/clients'
import type { TimelineEvent } from '@/lib/oauth/timeline'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { ended } from './authorization-requests'
import { clientColumns } from './clients'
import { withEvents } from './timeline'

/** Registrations in Postgres, as their clients manage them. Decision 0032. */
export function registrationStore(db: Database): Registrations {
  return guarded({
    async find(key) {
      const [row] = await db
        .select({ client: clientColumns, metadata: clients.metadata })
        .from(clients)
        .where(isManagedBy(key))
      return row ? { client: omitNullish(row.client), metadata: row.metadata } : null
    },

    async replace(key, facts, { secretHash, ending, asksAt }) {
      // Nulls are written out: a column that is left out of an update keeps its value.
      const { name = null, scope = null, jwks = null, jwksUri = null } = facts
      const { secretHash: newHash = null, unusedSecret = null } = facts
      const waits = asksAt && { approvedAt: null, askedAt: asksAt }
      const columns = { ...facts, name, scope, jwks, jwksUri, secretHash: newHash, unusedSecret, ...waits }
      return db.transaction(async (tx) => {
        const [row] = await tx
          .update(clients)
          .set(columns)
          .where(and(isManagedBy(key), sql`${clients.secretHash} is not distinct from ${secretHash ?? null}`))
          .returning(clientColumns)
        if (row && ending) await endRequests(tx, row, ending)
        return row ? omitNullish(row) : null
      })
    },

    delete: (key, ending) =>
      db.transaction(async (tx) => (await buryClient(tx, isManagedBy(key), ending)) !== null),
  } satisfies Registrations)
}

function isManagedBy({ serverId, clientId, tokenHash }: RegistrationKey): SQL | undefined {
  return and(
    eq(clients.serverId, serverId),
    eq(clients.clientId, clientId),
    eq(clients.kind, 'registered'),
    eq(clients.registrationTokenHash, tokenHash),
    isNull(clients.deletedAt),
  )
}

export type BuriedClient = { readonly id: string; readonly serverId: string; readonly grants: number }

/**
 * Ends a client with its grants, consents and logins under way; its row stays for what is past. Grants first and then
 * the client: in this order a code is redeemed, too, so neither waits for the other in a circle. A grant that was made
 * in between is found by the second look.
 *
 * @param isClient true of this client alone
 * @returns null when there is none
 */
export async function buryClient(
  tx: Transaction,
  isClient: SQL | undefined,
  ending: TimelineEvent,
): Promise<BuriedClient | null> {
  const before = await revokeGrants(tx, isClient, ending.at)
  const [client] = await tx
    .update(clients)
    .set({
      deletedAt: ending.at,
      secretHash: null,
      unusedSecret: null,
      registrationTokenHash: null,
      jwks: null,
      jwksUri: null,
      // What an operator named may be named again; a registered id is never given twice.
      clientId: sql`case ${clients.kind} when 'preregistered' then ${clients.clientId} || '~' || ${clients.id} else ${clients.clientId} end`,
    })
    .where(isClient)
    .returning({ id: clients.id, serverId: clients.serverId })
  if (!client) return null
  const after = await revokeGrants(tx, eq(clients.id, client.id), ending.at)
  await tx
    .delete(consents)
    .where(and(eq(consents.serverId, client.serverId), eq(consents.clientRowId, client.id)))
  await endRequests(tx, client, ending)
  return { ...client, grants: before + after }
}

/**
 * Their upstream tokens are marked, as with every revocation; retention revokes or deletes them.
 *
 * @returns how many ended
 */
async function revokeGrants(tx: Transaction, isClient: SQL | undefined, now: Date): Promise<number> {
  const revoked = await tx
    .update(grants)
    .set({ revokedAt: now, revokedReason: 'client_deleted' })
    .from(clients)
    .where(
      and(
        isClient,
        eq(grants.serverId, clients.serverId),
        eq(grants.clientRowId, clients.id),
        isNull(grants.revokedAt),
      ),
    )
    .returning({ id: grants.id })
  await tx
    .update(upstreamTokens)
    .set({ endedAt: now })
    .where(
      inArray(
        upstreamTokens.grantId,
        revoked.map(({ id }) => id),
      ),
    )
  return revoked.length
}

async function endRequests(
  tx: Transaction,
  client: { readonly id: string; readonly serverId: string },
  ending: TimelineEvent,
): Promise<void> {
  const { serverId, clientRowId, endedAt } = authorizationRequests
  await tx
    .update(authorizationRequests)
    .set({ ...ended('failed', ending), timeline: withEvents(ending) })
    .where(and(eq(serverId, client.serverId), eq(clientRowId, client.id), isNull(endedAt)))
}
