import { and, eq, exists, isNull, sql } from 'drizzle-orm'
import {
  operatorAccounts,
  operatorPasskeys,
  operatorSessions,
  operators,
  operatorTwoFactors,
} from '@/drizzle/schema/operators'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** An account at an identity provider: who vouches, and how it names the person. */
export type ExternalAccount = { readonly providerId: string; readonly accountId: string }

/** What has let an operator in. */
export type WayIn =
  | { readonly kind: 'password'; readonly hash: string }
  | { readonly kind: 'passkey'; readonly credentialId: string }
  | ({ readonly kind: 'account' } & ExternalAccount)
  | { readonly kind: 'second_factor' }

/** What a sign-in and a change of an operator's own account ask about the ways in that there are by then. */
export function wayInStore(db: Database) {
  return guarded({
    /** Whether this lets the operator in still. What takes ways in away holds the operator from its beginning. */
    async lets(operatorId: string, way: WayIn): Promise<boolean> {
      const rows = await db
        .select({ id: operators.id })
        .from(operators)
        .where(
          and(eq(operators.id, operatorId), isNull(operators.disabledAt), exists(rowOf(db, operatorId, way))),
        )
      return rows.length > 0
    },

    /** As {@link holdOperator}, in the transaction that the caller is in. */
    hold: (operatorId: string): Promise<void> => holdOperator(db, operatorId),
  })
}

/** Has all wait who begin a session of the operator, or replace their ways in, until the transaction ends. */
export async function holdOperator(tx: Database | Transaction, operatorId: string): Promise<void> {
  await tx.execute(sql`select from ${operators} where ${operators.id} = ${operatorId} for update`)
}

/** Whether this session of an operator, who is held, goes on. */
export const goesOn = async (tx: Transaction, operatorId: string, sessionId: string): Promise<boolean> =>
  (await tx.$count(
    operatorSessions,
    and(eq(operatorSessions.id, sessionId), eq(operatorSessions.userId, operatorId)),
  )) > 0

function rowOf(db: Database, operatorId: string, way: WayIn) {
  if (way.kind === 'passkey') {
    const { userId, credentialID } = operatorPasskeys
    const isIt = and(eq(userId, operatorId), eq(credentialID, way.credentialId))
    return db.select({ id: operatorPasskeys.id }).from(operatorPasskeys).where(isIt)
  }
  if (way.kind === 'second_factor')
    return db
      .select({ id: operatorTwoFactors.id })
      .from(operatorTwoFactors)
      .where(eq(operatorTwoFactors.userId, operatorId))
  const { userId, providerId, accountId, password } = operatorAccounts
  const isIt =
    way.kind === 'password'
      ? and(eq(providerId, 'credential'), eq(password, way.hash))
      : and(eq(providerId, way.providerId), eq(accountId, way.accountId))
  return db
    .select({ id: operatorAccounts.id })
    .from(operatorAccounts)
    .where(and(eq(userId, operatorId), isIt))
}
