import { and, eq, inArray, ne } from 'drizzle-orm'
import { operatorAccounts, operatorPasskeys, operators, operatorTwoFactors } from '@/drizzle/schema/operators'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { transactInTime } from '@/lib/store/database/in-time'
import { type OperatorName, operatorAddress } from './operator-accounts'
import { type ExternalAccount, goesOn, holdOperator } from './ways-in'

const PASSWORD = 'credential'

/** Accounts elsewhere that let operators in, and the ways in that an operator has. */
export function operatorLinkStore(db: Database) {
  return guarded({
    /** Whom this account lets in. */
    async find({ providerId, accountId }: ExternalAccount): Promise<OperatorName | null> {
      const [row] = await db
        .select({ id: operators.id, email: operatorAddress })
        .from(operatorAccounts)
        .innerJoin(operators, eq(operators.id, operatorAccounts.userId))
        .where(and(eq(operatorAccounts.providerId, providerId), eq(operatorAccounts.accountId, accountId)))
      return row ?? null
    },

    /**
     * What an operator has connected, by the provider's id, and whether they have a password, and a secret of a second
     * factor, if only one that is not confirmed yet.
     */
    waysOf: (operatorId: string) => waysOf(db, operatorId),

    /** @returns `taken` when the account is linked already, or the operator has another one there; `stale` when the session has ended */
    link: (
      { id: operatorId, sessionId }: { readonly id: string; readonly sessionId: string },
      account: ExternalAccount,
      audit: AuditEntry,
    ): Promise<'linked' | 'taken' | 'stale'> =>
      transactInTime(db, async (tx) => {
        await holdOperator(tx, operatorId)
        if (!(await goesOn(tx, operatorId, sessionId))) return 'stale'
        const added = await tx
          .insert(operatorAccounts)
          .values({ id: newId(), userId: operatorId, ...account })
          .onConflictDoNothing()
          .returning({ id: operatorAccounts.id })
        if (added.length > 0) await appendToAuditLog(tx, [audit])
        return added.length > 0 ? 'linked' : 'taken'
      }),

    /**
     * @param usable providers that operators can sign in with
     * @returns `last` when nothing else would let the operator in
     */
    unlink: (operatorId: string, providerId: string, usable: readonly string[], audit: AuditEntry) =>
      transactInTime(db, (tx) =>
        removeWay(tx, otherWays(tx, operatorId, usable, { providerId }), audit, () =>
          tx
            .delete(operatorAccounts)
            .where(
              and(
                eq(operatorAccounts.userId, operatorId),
                eq(operatorAccounts.providerId, providerId),
                ne(operatorAccounts.providerId, PASSWORD),
              ),
            )
            .returning({ id: operatorAccounts.id }),
        ),
      ),

    /** As `unlink`, for a passkey. */
    removePasskey: (operatorId: string, passkeyId: string, usable: readonly string[], audit: AuditEntry) =>
      transactInTime(db, (tx) =>
        removeWay(tx, otherWays(tx, operatorId, usable, { passkeyId }), audit, () =>
          tx
            .delete(operatorPasskeys)
            .where(and(eq(operatorPasskeys.userId, operatorId), eq(operatorPasskeys.id, passkeyId)))
            .returning({ id: operatorPasskeys.id }),
        ),
      ),

    /** Sets a password for an operator without one. @returns false when there is one */
    setFirstPassword: (operatorId: string, password: string, audit: AuditEntry): Promise<boolean> =>
      transactInTime(db, async (tx) => {
        const added = await tx
          .insert(operatorAccounts)
          .values({ id: newId(), userId: operatorId, accountId: operatorId, providerId: PASSWORD, password })
          .onConflictDoNothing()
          .returning({ id: operatorAccounts.id })
        if (added.length > 0) await appendToAuditLog(tx, [audit])
        return added.length > 0
      }),
  })
}

async function waysOf(db: Database, operatorId: string) {
  const [rows, factors] = await Promise.all([
    db
      .select({ providerId: operatorAccounts.providerId, since: operatorAccounts.createdAt })
      .from(operatorAccounts)
      .where(eq(operatorAccounts.userId, operatorId)),
    db.$count(operatorTwoFactors, eq(operatorTwoFactors.userId, operatorId)),
  ])
  return {
    links: rows.filter(({ providerId }) => providerId !== PASSWORD),
    hasPassword: rows.some(({ providerId }) => providerId === PASSWORD),
    hasFactorSecret: factors > 0,
  }
}

async function removeWay(
  tx: Transaction,
  others: Promise<number>,
  audit: AuditEntry,
  remove: () => PromiseLike<readonly unknown[]>,
): Promise<'done' | 'absent' | 'last'> {
  if ((await others) === 0) return 'last'
  const gone = await remove()
  if (gone.length > 0) await appendToAuditLog(tx, [audit])
  return gone.length > 0 ? 'done' : 'absent'
}

/** How many other ways to sign in an operator has besides one. Removals queue for the operator's row. */
async function otherWays(
  tx: Transaction,
  operatorId: string,
  usable: readonly string[],
  { providerId = '', passkeyId = '' }: { providerId?: string; passkeyId?: string },
): Promise<number> {
  await holdOperator(tx, operatorId)
  const links = await tx.$count(
    operatorAccounts,
    and(
      eq(operatorAccounts.userId, operatorId),
      ne(operatorAccounts.providerId, providerId),
      inArray(operatorAccounts.providerId, [...usable, PASSWORD]),
    ),
  )
  const passkeys = await tx.$count(
    operatorPasskeys,
    and(eq(operatorPasskeys.userId, operatorId), ne(operatorPasskeys.id, passkeyId)),
  )
  return links + passkeys
}
