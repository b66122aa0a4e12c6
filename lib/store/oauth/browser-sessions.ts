import { and, eq, gt, sql } from 'drizzle-orm'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import type { BrowserSessions } from '@/lib/oauth/ports/consent'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { sweep } from '@/lib/store/database/sweep'

/** Browser sessions in Postgres. */
export function browserSessionStore(db: Database): BrowserSessions {
  return guarded({
    async start(session, replaced) {
      const { hash, organizationId, connectionId, userId, createdAt, expiresAt } = session
      const { hash: key, expiresAt: column } = browserSessions
      await db.execute(sql`
        with ${sweep(key, column, createdAt, replaced)}, ended as (
          delete from ${browserSessions} where hash = ${replaced ?? ''} and connection_id = ${connectionId}
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
