import { eq, sql } from 'drizzle-orm'
import { signInAttempts } from '@/drizzle/schema/sign-in-attempts'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** Attempts without a wait: people mistype. */
const FREE = 5

/** Seconds. The wait doubles from one up to this: no account is locked out for good. */
const LONGEST_WAIT = 300

/** Milliseconds without an attempt, after which it begins anew. */
const MEMORY = 60 * 60 * 1000

/** Attempts to sign in with a password, counted for all instances together. */
export function signInAttemptStore(db: Database) {
  const { account, attempts, blockedUntil, expiresAt } = signInAttempts
  return guarded({
    /**
     * Counts an attempt before it is made, in one statement: of many at once no more come through than one after another.
     *
     * @returns 0 when it may be made, otherwise the seconds until one may
     */
    async admit(key: string, now: Date): Promise<number> {
      const at = sql`${now.toISOString()}::timestamptz`
      const count = sql`case when ${expiresAt} <= ${at} then 1 else least(${attempts} + 1, 60) end`
      const wait = sql`case when ${count} <= ${FREE} then 0 else least(power(2, ${count} - ${FREE + 1}), ${LONGEST_WAIT}) end`
      const admitted = await db
        .insert(signInAttempts)
        .values({ account: key, attempts: 1, blockedUntil: now, expiresAt: new Date(now.getTime() + MEMORY) })
        .onConflictDoUpdate({
          target: account,
          set: {
            attempts: count,
            blockedUntil: sql`${at} + (${wait}) * interval '1 second'`,
            expiresAt: sql`excluded.expires_at`,
          },
          setWhere: sql`${blockedUntil} <= ${at}`,
        })
        .returning({ attempts })
      if (admitted.length > 0) return 0
      const [row] = await db.select({ blockedUntil }).from(signInAttempts).where(eq(account, key))
      return Math.max(1, Math.ceil(((row?.blockedUntil.getTime() ?? 0) - now.getTime()) / 1000))
    },

    /** Takes one attempt back, which came to nothing by no fault of its own. */
    async takeBack(key: string, now: Date): Promise<void> {
      const fewer = sql`greatest(${attempts} - 1, 0)`
      await db.update(signInAttempts).set({ attempts: fewer, blockedUntil: now }).where(eq(account, key))
    },

    async forget(key: string): Promise<void> {
      await db.delete(signInAttempts).where(eq(account, key))
    },
  })
}
