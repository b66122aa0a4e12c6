import { and, eq, gt, sql } from 'drizzle-orm'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import type { BrowserSessions } from '@/lib/oauth/ports/consent'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** How many expired rows a write takes away: more than it adds, so that the table stays small. */
const SWEEP = 5

/** Browser sessions in Postgres. */
export function browserSessionStore(db: Database): BrowserSessions {
  return guarded({
    async start(session, replaced) {
      const { hash, organizationId, connectionId, userId, createdAt, expiresAt } = session
      const column = browserSessions.expiresAt
      // Rows that others hold are left to them.
      await db.execute(sql`
        with expired as (
          select hash from ${browserSessions} where ${column} <= ${sql.param(createdAt, column)}
          limit ${SWEEP}::int for update skip locked
        ), swept as (
          delete from ${browserSessions}
          where hash in (select hash from expired)
            or (hash = ${replaced ?? ''} and connection_id = ${connectionId})
        )
        insert into ${browserSessions} (hash, organization_id, connection_id, user_id, created_at, expires_at)
        values (${hash}, ${organizationId}, ${connectionId}, ${userId},
          ${sql.param(createdAt, browserSessions.createdAt)}, ${sql.param(expiresAt, column)})`)
    },

    async find(hash, connectionId, now) {
      const [row] = await db
        .select()
        .from(browserSessions)
        .where(
          and(
            eq(browserSessions.hash, hash),
            eq(browserSessions.connectionId, connectionId),
            gt(browserSessions.expiresAt, now),
          ),
        )
      return row ?? null
    },

    async end(hash) {
      await db.delete(browserSessions).where(eq(browserSessions.hash, hash))
    },
  } satisfies BrowserSessions)
}
