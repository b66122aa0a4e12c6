import { and, desc, eq, getTableColumns, gt, gte, inArray, isNull, lt, sql } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { CHECKPOINT, type Checkpoint, FIRST_HASH, hashEntry } from '@/lib/crypto/audit-chain'
import { type Salts, withSalts } from '@/lib/crypto/audit-commitments'
import {
  beginningOf,
  ERASURE,
  exceptionsIn,
  type Link,
  misfitOf,
  PRUNING,
} from '@/lib/crypto/audit-exceptions'
import type { AuditEntry } from '@/lib/oauth/ports/events'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { storable } from '@/lib/store/database/storable'

export type { AuditEntry }

export type AuditRecord = AuditEntry &
  Salts & {
    readonly sequence: number
    readonly hash: string
    /** Microseconds that `at` lacks: somebody put them there. */
    readonly micros?: number
  }

/** ISO 8601, with every digit that is stored. */
export const exactTime = ({ at, micros }: Pick<AuditRecord, 'at' | 'micros'>): string =>
  micros ? at.toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`) : at.toISOString()

export type AuditFilter = {
  /** Only entries with a smaller sequence. */
  readonly before?: number
  /** How it begins: `member.` */
  readonly action?: string
  /** Part of the actor's name. */
  readonly actor?: string
  readonly from?: Date
  readonly until?: Date
}

/** Milliseconds: a minute is some million entries. */
const WALK_DEADLINE = 60_000

/**
 * The microseconds of an entry's time that a `Date` does not hold. We write none: a row that has some was changed, and
 * shows it wherever it is read.
 */
const columns = {
  ...getTableColumns(auditLog),
  micros: sql<number>`(extract(microseconds from ${auditLog.at})::bigint % 1000)::int`,
}

/** The chained log in Postgres. Nothing here changes or deletes a row; `erasure.ts` and `pruning.ts` do. */
export function auditLogStore(db: Database) {
  return guarded({
    /** Adds entries in their order, in one transaction. */
    append: (entries: readonly AuditEntry[]) => db.transaction((tx) => appendToAuditLog(tx, entries)),

    /** Adds an entry, unless so many with its action, way and target were added since then. */
    appendUpTo: (most: number, entry: AuditEntry, since: Date) =>
      db.transaction(async (tx) => {
        const { chain, action, targetId, detail } = entry
        const way = typeof detail.with === 'string' ? detail.with : null
        await holdEnd(tx, chain)
        const recent = await tx
          .select({ sequence: auditLog.sequence })
          .from(auditLog)
          .where(
            and(
              eq(auditLog.chain, chain),
              eq(auditLog.action, action),
              gt(auditLog.at, since),
              sql`${auditLog.detail} ->> 'with' is not distinct from ${way}`,
              targetId === undefined ? isNull(auditLog.targetId) : eq(auditLog.targetId, targetId),
            ),
          )
          .limit(most)
        if (recent.length < most) await appendToAuditLog(tx, [entry])
      }),

    /** @param before only entries with a smaller sequence, the newest first */
    async list(chain: string, limit: number, before?: number): Promise<readonly AuditRecord[]> {
      const rows = await db
        .select(columns)
        .from(auditLog)
        .where(
          and(eq(auditLog.chain, chain), before === undefined ? undefined : lt(auditLog.sequence, before)),
        )
        .orderBy(desc(auditLog.sequence))
        .limit(limit)
      return rows.map(recordOf)
    },

    /** The newest entries of a chain that fit, the newest first. */
    async find(chain: string, filter: AuditFilter, limit: number): Promise<readonly AuditRecord[]> {
      const { before, action, actor, from, until } = storable(filter)
      const conditions = [
        eq(auditLog.chain, chain),
        before === undefined ? undefined : lt(auditLog.sequence, before),
        action ? sql`starts_with(${auditLog.action}, ${action})` : undefined,
        actor ? sql`position(lower(${actor}) in lower(${auditLog.actorName})) > 0` : undefined,
        from ? gte(auditLog.at, from) : undefined,
        until ? lt(auditLog.at, until) : undefined,
      ]
      const rows = await db
        .select(columns)
        .from(auditLog)
        .where(and(...conditions))
        .orderBy(desc(auditLog.sequence))
        .limit(limit)
      return rows.map(recordOf)
    },

    /** Entries with a greater sequence, the oldest first. */
    async listAfter(chain: string, after: number, limit: number): Promise<readonly AuditRecord[]> {
      const rows = await db
        .select(columns)
        .from(auditLog)
        .where(and(eq(auditLog.chain, chain), gt(auditLog.sequence, after)))
        .orderBy(auditLog.sequence)
        .limit(limit)
      return rows.map(recordOf)
    },
  })
}

/** Walks chains; for that, more time than a statement has. */
export function auditChainStore(db: Database) {
  const { listAfter } = auditLogStore(db)
  const exceptionsOf = async (chain: string) =>
    exceptionsIn(
      await db
        .select({ action: auditLog.action, detail: auditLog.detail })
        .from(auditLog)
        .where(and(eq(auditLog.chain, chain), inArray(auditLog.action, [ERASURE, PRUNING]))),
    )
  const walk = {
    /**
     * Walks a chain from its beginning. What shows is a row that was changed, taken out or put in; that the newest ones
     * are missing does not.
     *
     * @returns the sequence of the first row that does not fit; null when all do
     */
    async firstBroken(chain: string): Promise<number | null> {
      const exceptions = await exceptionsOf(chain)
      let previous: Link | undefined
      for (;;) {
        const rows = (await listAfter(chain, previous?.sequence ?? 0, 1000)).map((row) => ({
          ...row,
          at: exactTime(row),
        }))
        previous ??= beginningOf(rows[0], exceptions)
        for (const row of rows) {
          if (misfitOf(previous, row, exceptions)) return row.sequence
          previous = row
        }
        if (rows.length === 0) return null
      }
    },
  }
  return guarded(walk, { deadline: WALK_DEADLINE })
}

/**
 * Adds entries within a transaction of the caller's, so that a change and its record are written together or not.
 * Decision 0040.
 *
 * @returns their sequences
 */
export async function appendToAuditLog(
  tx: Transaction,
  entries: readonly AuditEntry[],
): Promise<readonly number[]> {
  const ends = new Map<string, ChainEnd>()
  const records: AuditRecord[] = []
  for (const entry of entries) {
    const last = ends.get(entry.chain) ?? (await holdEnd(tx, entry.chain))
    const sequence = last.sequence + 1
    const salted = withSalts(entry)
    const hash = hashEntry(last.hash, sequence, salted)
    ends.set(entry.chain, { sequence, hash })
    records.push({ ...salted, sequence, hash })
  }
  if (records.length > 0) await tx.insert(auditLog).values(records)
  return records.map(({ sequence }) => sequence)
}

/** Signs where a chain ends. */
export type SignEnd = (end: Pick<Checkpoint, 'chain' | 'sequence' | 'hash' | 'at'>) => Checkpoint

/**
 * Signs the end of a chain with an entry of its own, unless one stands there.
 *
 * @returns undefined when there is nothing to sign
 */
export async function appendCheckpoint(
  tx: Transaction,
  chain: string,
  at: Date,
  signEnd: SignEnd,
): Promise<Checkpoint | undefined> {
  const { sequence, hash, action } = await holdEnd(tx, chain)
  if (sequence === 0 || action === CHECKPOINT) return undefined
  const checkpoint = signEnd({ chain, sequence, hash, at: at.toISOString() })
  const entry = {
    chain,
    at,
    actorKind: 'system',
    actorName: 'Vestibule',
    action: CHECKPOINT,
    targetKind: 'audit_log',
    targetName: String(sequence),
    detail: checkpoint,
  }
  await appendToAuditLog(tx, [entry])
  return checkpoint
}

/** Where a chain goes on. */
type ChainEnd = { readonly sequence: number; readonly hash: string; readonly action?: string }

/** Locks the chain until the transaction ends. */
export async function holdEnd(tx: Transaction, chain: string): Promise<ChainEnd> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`audit ${chain}`}, 0))`)
  const [last] = await tx
    .select({ sequence: auditLog.sequence, hash: auditLog.hash, action: auditLog.action })
    .from(auditLog)
    .where(eq(auditLog.chain, chain))
    .orderBy(desc(auditLog.sequence))
    .limit(1)
  return last ?? { sequence: 0, hash: FIRST_HASH }
}

function recordOf({
  micros,
  ...row
}: typeof auditLog.$inferSelect & { readonly micros: number }): AuditRecord {
  return { ...omitNullish(row), ...(micros !== 0 && { micros }) }
}
