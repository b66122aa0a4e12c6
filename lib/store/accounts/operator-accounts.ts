import { and, desc, eq, gt, lt, or, sql } from 'drizzle-orm'
import {
  members,
  operatorAccounts,
  operatorPasskeys,
  operatorSessions,
  operators,
  operatorUsedCodes,
  operatorVerifications,
} from '@/drizzle/schema/operators'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { inTime } from '@/lib/store/database/in-time'

/** Milliseconds. Longer than any code of an authenticator is good for. */
const CODE_MEMORY = 5 * 60 * 1000

/** As many accounts with one address are tried at a sign-in: each costs the check of a password. */
const SHARED_ADDRESS = 5

/** The address that an operator is known by. */
export const operatorAddress = sql<string>`coalesce(${operators.address}, ${operators.email})`

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
      const at = sql.param(now, operatorUsedCodes.usedAt)
      const used = await db.execute(sql`
        insert into ${operatorUsedCodes} (operator_id, code_hash, used_at)
        select ${operatorId}, ${codeHash}, ${at}::timestamptz where ${inTime(db)}
        on conflict do nothing returning used_at`)
      return used.length > 0
    },

    /** The hash of an operator's password; null when they have none. */
    async passwordOf(operatorId: string): Promise<string | null> {
      const { userId, providerId, password } = operatorAccounts
      const [row] = await db
        .select({ password })
        .from(operatorAccounts)
        .where(and(eq(userId, operatorId), eq(providerId, 'credential')))
      return row?.password ?? null
    },

    /**
     * Whose address this is. Several accounts may have it, since nobody has to show that it is theirs: those that can do
     * something here come first, and the oldest of them.
     *
     * @returns at most as many as {@link SHARED_ADDRESS}; `loginName` is what the accounts library knows each by
     */
    byAddress: (address: string) =>
      db
        .select({ id: operators.id, email: operatorAddress, loginName: operators.email })
        .from(operators)
        .where(or(eq(operators.email, address.toLowerCase()), eq(operators.address, address.toLowerCase())))
        .orderBy(
          desc(operators.isInstallationOperator),
          sql`exists (select from ${members} where ${members.userId} = ${operators.id}) desc`,
          operators.createdAt,
        )
        .limit(SHARED_ADDRESS),

    /** Whose password was right, and whose second factor is awaited. */
    async awaited(challenge: string): Promise<OperatorName | null> {
      const [row] = await db
        .select({ id: operators.id, email: operatorAddress })
        .from(operatorVerifications)
        .innerJoin(operators, sql`${operators.id} = ${operatorVerifications.value}`)
        .where(eq(operatorVerifications.identifier, challenge))
      return row ?? null
    },
  })
}
