import { and, eq, inArray, or } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { ERASED, isErased, withCommitments, withoutPerson } from '@/lib/crypto/audit-commitments'
import { omitNullish } from '@/lib/omit-nullish'
import type { Transaction } from '@/lib/store/database/database'
import { holdEnd } from './audit-log'

/** Whose data: ids that entries have of the person, and of what is called after them, and their addresses. */
export type Person = { readonly ids: readonly string[]; readonly addresses: readonly string[] }

/** The entries that something was erased from, for the entry that records it. */
export type Erased = {
  readonly entries: readonly number[]
  /** Those whose hash cannot be checked any more, since they are from before there were commitments. */
  readonly unverifiable: readonly number[]
}

type Row = typeof auditLog.$inferSelect

/** Which entries of a chain name a person. */
export function naming(chain: string, { ids, addresses }: Person) {
  return and(
    eq(auditLog.chain, chain),
    or(
      inArray(auditLog.targetId, [...ids]),
      and(eq(auditLog.actorKind, 'end_user'), inArray(auditLog.actorId, [...ids])),
      and(eq(auditLog.targetKind, 'mail'), inArray(auditLog.targetName, [...addresses])),
    ),
  )
}

/**
 * Erases a person from a chain, within a transaction that then records it: the salts go, and commitments stay where the
 * names were, so that the hashes still fit. Decision 0106.
 */
export async function eraseFromAuditLog(tx: Transaction, chain: string, person: Person): Promise<Erased> {
  // Whoever adds an entry about them at this moment is waited for.
  await holdEnd(tx, chain)
  const rows = await tx.select().from(auditLog).where(naming(chain, person)).orderBy(auditLog.sequence)
  const [entries, unverifiable]: [number[], number[]] = [[], []]
  for (const row of rows) {
    const left = without(row, person)
    if (!left) continue
    const hadNoSalt = left.actorName === ERASED || left.targetName === ERASED
    ;(hadNoSalt ? unverifiable : entries).push(row.sequence)
    await tx
      .update(auditLog)
      .set(left)
      .where(and(eq(auditLog.chain, chain), eq(auditLog.sequence, row.sequence)))
  }
  return { entries, unverifiable }
}

/** What is left of an entry; undefined when there is nothing to erase. */
function without(row: Row, { ids, addresses }: Person): Partial<Row> | undefined {
  const { actorId, actorName, targetId, targetName, detail } = row
  const { actorSalt, targetSalt } = omitNullish(row)
  const isActor = row.actorKind === 'end_user' && actorId !== null && ids.includes(actorId)
  const isTarget = targetId !== null && ids.includes(targetId)
  const isMail = row.targetKind === 'mail' && addresses.includes(targetName)
  const actor = isActor && !isErased(actorName, actorSalt)
  const target = (isTarget || isMail) && !isErased(targetName, targetSalt)
  if (!actor && !target) return undefined
  const committed = withCommitments({ ...omitNullish(row), actorName, targetName, detail })
  return {
    ...(actor && { actorSalt: null, actorName: actorSalt ? committed.actorName : ERASED }),
    ...(target && {
      targetSalt: null,
      targetName: targetSalt ? committed.targetName : ERASED,
      detail: targetSalt ? committed.detail : withoutPerson(detail, () => ERASED),
    }),
  }
}
