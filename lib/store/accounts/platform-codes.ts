import { and, eq, gt, lt } from 'drizzle-orm'
import { platformCodes, platformUsers } from '@/drizzle/schema/platform-accounts'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { platformUserColumns } from './platform-users'

/** Codes that our own sign-in page hands to our own callback, by their hashes. */
export function platformCodeStore(db: Database) {
  return guarded({
    async issue(code: typeof platformCodes.$inferInsert): Promise<void> {
      await db.delete(platformCodes).where(lt(platformCodes.expiresAt, new Date()))
      await db.insert(platformCodes).values(code)
    },

    /**
     * Takes a code, once, if it is this connection's and the challenge matches: an attacker with the code and without
     * the verifier neither gets nor burns it.
     */
    async take(wanted: { hash: string; connectionId: string; codeChallenge: string; now: Date }) {
      const [row] = await db
        .delete(platformCodes)
        .where(
          and(
            eq(platformCodes.hash, wanted.hash),
            eq(platformCodes.connectionId, wanted.connectionId),
            eq(platformCodes.codeChallenge, wanted.codeChallenge),
            gt(platformCodes.expiresAt, wanted.now),
          ),
        )
        .returning({ userId: platformCodes.userId, authTime: platformCodes.authTime })
      if (!row) return null
      const [user] = await db
        .select(platformUserColumns)
        .from(platformUsers)
        .where(eq(platformUsers.id, row.userId))
      return user ? { user, authTime: row.authTime } : null
    },
  })
}
