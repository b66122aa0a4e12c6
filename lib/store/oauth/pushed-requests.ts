import { and, eq, gt, isNotNull, notExists, or, sql } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { pushedRequests } from '@/drizzle/schema/pushed-requests'
import type { PushedRequests } from '@/lib/oauth/ports/pushed-requests'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { sweep } from '@/lib/store/database/sweep'

/** Pushed authorization requests in Postgres. */
export function pushedRequestStore(db: Database): PushedRequests {
  const { hash, serverId, clientId, parameters, expiresAt } = pushedRequests
  return guarded({
    async save(request, now) {
      await db.execute(sql`
        with ${sweep(hash, expiresAt, now)}
        insert into ${pushedRequests} (hash, server_id, client_id, parameters, expires_at)
        values (${request.hash}, ${request.serverId}, ${request.clientId}, ${request.parameters},
          ${sql.param(request.expiresAt, expiresAt)})`)
    },

    async find(pushed, now) {
      const { pushedRequestHash, consentedAt, endedAt } = authorizationRequests
      const answered = db
        .select({ hash: pushedRequestHash })
        .from(authorizationRequests)
        .where(and(eq(pushedRequestHash, hash), or(isNotNull(consentedAt), isNotNull(endedAt))))
      const [row] = await db
        .select({ parameters })
        .from(pushedRequests)
        .where(
          and(
            eq(hash, pushed.hash),
            eq(serverId, pushed.serverId),
            eq(clientId, pushed.clientId),
            gt(expiresAt, now),
            notExists(answered),
          ),
        )
      return row?.parameters ?? null
    },
  } satisfies PushedRequests)
}
