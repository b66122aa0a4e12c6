import { and, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import { grants, upstreamTokens } from '@/drizzle/schema/grants'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { endGrantsIn } from '@/lib/store/oauth/grant-endings'

/** A server whose users log in elsewhere now, or a connection that knows them in another way: earlier logins end. */
export type Displaced = { readonly kind: 'server' | 'connection'; readonly id: string; readonly name: string }

/** How many grants end. */
export type Ended = Displaced & { readonly number: number }

/**
 * Ends grants of users who logged in where the server led before, or as the connection knew them. Upstream tokens of a
 * connection that leads elsewhere now are forgotten: its provider would be asked to revoke those of another. Decision 0067.
 */
export async function endDisplaced(
  tx: Transaction,
  displaced: readonly Displaced[],
  at: Date,
): Promise<readonly Ended[]> {
  const ended: Ended[] = []
  for (const each of displaced) {
    const gone = await endGrantsIn(tx, through(tx, each), { reason: 'revoked_by_operator', at })
    if (each.kind === 'connection')
      await tx
        .delete(upstreamTokens)
        .where(and(eq(upstreamTokens.connectionId, each.id), isNotNull(upstreamTokens.endedAt)))
    ended.push({ ...each, number: gone.length })
  }
  return ended
}

export function displacedStore(db: Database) {
  return guarded({
    /** How many {@link endDisplaced} would end, before the change is written. */
    count: async (displaced: readonly Displaced[]): Promise<readonly Ended[]> =>
      Promise.all(
        displaced.map(async (each) => ({
          ...each,
          number: await db.$count(grants, and(isNull(grants.revokedAt), through(db, each))),
        })),
      ),
  })
}

function through(db: Database | Transaction, { kind, id }: Displaced) {
  if (kind === 'server') return and(eq(grants.kind, 'login'), eq(grants.serverId, id))
  const held = db
    .select({ id: upstreamTokens.grantId })
    .from(upstreamTokens)
    .where(eq(upstreamTokens.connectionId, id))
  return and(eq(grants.kind, 'login'), inArray(grants.id, held))
}
