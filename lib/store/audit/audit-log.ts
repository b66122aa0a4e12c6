import { createHash } from 'node:crypto'
import { and, desc, eq, gt, gte, lt, sql } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import type { AuditEntry } from '@/lib/oauth/ports/events'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

export type { AuditEntry }

export type AuditRecord = AuditEntry & { readonly sequence: number; readonly hash: string }

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

const FIRST = '0'.repeat(64)

/** The chained log in Postgres. Nothing here changes or deletes a row. */
export function auditLogStore(db: Database) {
  return guarded({
    /** Adds entries in their order, in one transaction. */
    append: (entries: readonly AuditEntry[]) => db.transaction((tx) => appendToAuditLog(tx, entries)),

    /** @param before only entries with a smaller sequence, the newest first */
    async list(chain: string, limit: number, before?: number): Promise<readonly AuditRecord[]> {
      const rows = await db
        .select()
        .from(auditLog)
        .where(
          and(eq(auditLog.chain, chain), before === undefined ? undefined : lt(auditLog.sequence, before)),
        )
        .orderBy(desc(auditLog.sequence))
        .limit(limit)
      return rows.map(omitNullish)
    },

    /** The newest entries of a chain that fit, the newest first. */
    async find(chain: string, filter: AuditFilter, limit: number): Promise<readonly AuditRecord[]> {
      const { before, action, actor, from, until } = filter
      const conditions = [
        eq(auditLog.chain, chain),
        before === undefined ? undefined : lt(auditLog.sequence, before),
        action ? sql`starts_with(${auditLog.action}, ${action})` : undefined,
        actor ? sql`position(lower(${actor}) in lower(${auditLog.actorName})) > 0` : undefined,
        from ? gte(auditLog.at, from) : undefined,
        until ? lt(auditLog.at, until) : undefined,
      ]
      const rows = await db
        .select()
        .from(auditLog)
        .where(and(...conditions))
        .orderBy(desc(auditLog.sequence))
        .limit(limit)
      return rows.map(omitNullish)
    },

    /** Entries with a greater sequence, the oldest first. */
    async listAfter(chain: string, after: number, limit: number): Promise<readonly AuditRecord[]> {
      const rows = await db
        .select()
        .from(auditLog)
        .where(and(eq(auditLog.chain, chain), gt(auditLog.sequence, after)))
        .orderBy(auditLog.sequence)
        .limit(limit)
      return rows.map(omitNullish)
    },
  })
}

/** Walks chains; for that, more time than a statement has. */
export function auditChainStore(db: Database) {
  const { listAfter } = auditLogStore(db)
  const walk = {
    /**
     * Walks a chain from its beginning. What shows is a row that was changed, taken out or put in; that the newest ones
     * are missing does not.
     *
     * @returns the sequence of the first row that does not fit; null when all do
     */
    async firstBroken(chain: string): Promise<number | null> {
      let previous = { sequence: 0, hash: FIRST }
      for (;;) {
        const rows = await listAfter(chain, previous.sequence, 1000)
        for (const row of rows) {
          const expected = hashOf(previous.hash, row.sequence, row)
          if (row.sequence !== previous.sequence + 1 || row.hash !== expected) return row.sequence
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
    const hash = hashOf(last.hash, sequence, entry)
    ends.set(entry.chain, { sequence, hash })
    records.push({ ...entry, sequence, hash })
  }
  if (records.length > 0) await tx.insert(auditLog).values(records)
  return records.map(({ sequence }) => sequence)
}

/** Where a chain goes on. */
type ChainEnd = { readonly sequence: number; readonly hash: string }

/** Locks the chain until the transaction ends. */
async function holdEnd(tx: Transaction, chain: string): Promise<ChainEnd> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`audit ${chain}`}, 0))`)
  const [last] = await tx
    .select({ sequence: auditLog.sequence, hash: auditLog.hash })
    .from(auditLog)
    .where(eq(auditLog.chain, chain))
    .orderBy(desc(auditLog.sequence))
    .limit(1)
  return last ?? { sequence: 0, hash: FIRST }
}

function hashOf(previous: string, sequence: number, entry: AuditEntry): string {
  const { chain, at, actorKind, actorId, actorName, action, targetKind, targetId, targetName, detail } = entry
  const fields = [chain, sequence, at.toISOString(), actorKind, actorId, actorName, action]
  const line = JSON.stringify([...fields, targetKind, targetId, targetName, canonical(detail)])
  return createHash('sha256').update(`${previous}\n${line}`).digest('hex')
}

/** Postgres keeps the keys of an object in an order of its own. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, canonical(item)])
}
