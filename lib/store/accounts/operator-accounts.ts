import { and, desc, eq, gt, lt, sql } from 'drizzle-orm'
import {
  operatorPasskeys,
  operatorSessions,
  operators,
  operatorUsedCodes,
  operatorVerifications,
} from '@/drizzle/schema/operators'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** Milliseconds. Longer than any code of an authenticator is good for. */
const CODE_MEMORY = 5 * 60 * 1000

export type OperatorName = { readonly id: string; readonly email: string }

/** What the console asks of accounts besides the accounts library. */
export function operatorAccountStore(db: Database) {
  return guarded({
    /** An operator's sessions, the newest first. */
    async sessions(operatorId: string, now: Date) {
      const rows = await db
        .select({
          id: operatorSessions.id,
          createdAt: operatorSessions.createdAt,
          address: operatorSessions.ipAddress,
          userAgent: operatorSessions.userAgent,
        })
        .from(operatorSessions)
        .where(and(eq(operatorSessions.userId, operatorId), gt(operatorSessions.expiresAt, now)))
        .orderBy(desc(operatorSessions.createdAt))
      return rows.map(omitNullish)
    },

    async passkeys(operatorId: string) {
      const rows = await db
        .select({
          id: operatorPasskeys.id,
          name: operatorPasskeys.name,
          createdAt: operatorPasskeys.createdAt,
        })
        .from(operatorPasskeys)
        .where(eq(operatorPasskeys.userId, operatorId))
        .orderBy(operatorPasskeys.createdAt)
      return rows.map(omitNullish)
    },

    /** @returns false when this code has let the operator in before */
    async spendCode(operatorId: string, codeHash: string, now: Date): Promise<boolean> {
      const before = new Date(now.getTime() - CODE_MEMORY)
      await db
        .delete(operatorUsedCodes)
        .where(and(eq(operatorUsedCodes.operatorId, operatorId), lt(operatorUsedCodes.usedAt, before)))
      const used = await db
        .insert(operatorUsedCodes)
        .values({ operatorId, codeHash, usedAt: now })
        .onConflictDoNothing()
        .returning({ usedAt: operatorUsedCodes.usedAt })
      return used.length > 0
    },

    async byEmail(email: string): Promise<OperatorName | null> {
      const [row] = await db
        .select({ id: operators.id, email: operators.email })
        .from(operators)
        .where(eq(operators.email, email.toLowerCase()))
      return row ?? null
    },

    /** Whose password was right, and whose second factor is awaited. */
    async awaited(challenge: string): Promise<OperatorName | null> {
      const [row] = await db
        .select({ id: operators.id, email: operators.email })
        .from(operatorVerifications)
        .innerJoin(operators, sql`${operators.id} = ${operatorVerifications.value}`)
        .where(eq(operatorVerifications.identifier, challenge))
      return row ?? null
    },
  })
}
