import { and, eq, lt, sql } from 'drizzle-orm'
import { platformCodes, platformUsers } from '@/drizzle/schema/platform-accounts'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { inTime } from '@/lib/store/database/in-time'
import { platformUserColumns } from './platform-users'

/** Codes that our own sign-in page hands to our own callback, by their hashes. */
export function platformCodeStore(db: Database) {
  const now = sql`clock_timestamp()`
  return guarded({
    /** @param lifetime seconds */
    async issue(code: Omit<typeof platformCodes.$inferInsert, 'expiresAt'>, lifetime: number): Promise<void> {
      await db.delete(platformCodes).where(lt(platformCodes.expiresAt, now))
      const expiresAt = sql`${now} + make_interval(secs => ${lifetime}::int)`
      await db.insert(platformCodes).values({ ...code, expiresAt })
    },

    /**
     * Takes a code, once, if it is this connection's and the challenge matches: an attacker with the code and without
     * the verifier neither gets nor burns it.
     */
    async take(wanted: { hash: string; connectionId: string; codeChallenge: string }) {
      const taken = db.$with('taken').as(
        db
          .delete(platformCodes)
          .where(
            and(
              eq(platformCodes.hash, wanted.hash),
              eq(platformCodes.connectionId, wanted.connectionId),
              eq(platformCodes.codeChallenge, wanted.codeChallenge),
              sql`${platformCodes.expiresAt} > ${now}`,
              inTime(db),
            ),
          )
          .returning({ userId: platformCodes.userId, authTime: platformCodes.authTime }),
      )
      const [row] = await db
        .with(taken)
        .select({ user: platformUserColumns, authTime: taken.authTime })
        .from(taken)
        .innerJoin(platformUsers, eq(platformUsers.id, taken.userId))
      return row ?? null
    },
  })
}
