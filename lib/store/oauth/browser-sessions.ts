import { and, eq, gt, inArray, type SQL, sql } from 'drizzle-orm'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { users } from '@/drizzle/schema/organizations'
import { platformSessions, platformUsers } from '@/drizzle/schema/platform-accounts'
import type { BrowserSessions } from '@/lib/oauth/ports/consent'
import type { CompletedLogin } from '@/lib/oauth/ports/ports'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { sweep } from '@/lib/store/database/sweep'

/** The clauses of a `with` that begin a session, as part of the statement that completes a login. */
export function beginSession({ session, server, connectionId }: CompletedLogin, userId: string): SQL {
  const { hash, replaced, createdAt, expiresAt } = session
  const { hash: key, createdAt: begun, expiresAt: column } = browserSessions
  return sql`${sweep(key, column, createdAt, replaced)}, left_session as (
      delete from ${browserSessions} where hash = ${replaced ?? ''} and connection_id = ${connectionId}
    ), begun_session as (
      insert into ${browserSessions} (hash, organization_id, connection_id, user_id, created_at, expires_at)
      values (${hash}, ${server.organizationId}, ${connectionId}, ${userId},
        ${sql.param(createdAt, begun)}, ${sql.param(expiresAt, column)})
    )`
}

/** Browser sessions in Postgres. */
export function browserSessionStore(db: Database): BrowserSessions {
  return guarded({
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

    async endAll({ organizationId, connectionId, userId }) {
      await db.transaction(async (tx) => {
        const whose = and(
          eq(browserSessions.organizationId, organizationId),
          eq(browserSessions.userId, userId),
        )
        await tx.delete(browserSessions).where(whose)
        const account = tx
          .select({ id: platformUsers.id })
          .from(platformUsers)
          .innerJoin(users, eq(users.subject, platformUsers.id))
          .where(and(eq(users.id, userId), eq(platformUsers.connectionId, connectionId)))
        await tx.delete(platformSessions).where(inArray(platformSessions.userId, account))
      })
    },
  } satisfies BrowserSessions)
}
