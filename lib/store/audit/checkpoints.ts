import { sql } from 'drizzle-orm'
import { CHECKPOINT, type Checkpoint } from '@/lib/crypto/audit-chain'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { appendCheckpoint, type SignEnd } from './audit-log'

/** Entries after which the next checkpoint comes. */
const EVERY = 500

/** Milliseconds after which an entry is signed at the latest, as long as somebody works. */
const AGE = 3600_000

/** Chains that are signed in one look. */
const AT_ONCE = 100

/**
 * Signs the ends of chains. A chain is due when so many entries follow its last checkpoint, or the first of them is an
 * hour old. Any number of instances may do it. Decision 0080.
 *
 * @returns a function that signs what is due, and returns what it signed
 */
export function checkpointer(
  db: Database,
  signEnd: SignEnd,
  every = EVERY,
): () => Promise<readonly Checkpoint[]> {
  const { write } = guarded({
    async write() {
      const now = db.clock.now()
      const due = await db.execute<{ chain: string }>(sql`
        select chains.chain
        from (select id as chain from organizations union all select 'installation') as chains
        cross join lateral (
          select sequence, action from audit_log
          where chain = chains.chain order by sequence desc limit 1
        ) as last
        left join lateral (
          select sequence from audit_log
          where chain = chains.chain and action = ${CHECKPOINT} order by sequence desc limit 1
        ) as signed on true
        cross join lateral (
          select at from audit_log
          where chain = chains.chain and sequence > coalesce(signed.sequence, 0) order by sequence limit 1
        ) as unsigned
        where last.action <> ${CHECKPOINT}
          and (last.sequence - coalesce(signed.sequence, 0) >= ${every}
            or unsigned.at <= ${new Date(now.getTime() - AGE).toISOString()}::timestamptz)
        limit ${AT_ONCE}`)
      const signed: Checkpoint[] = []
      for (const { chain } of due) {
        const checkpoint = await db.transaction((tx) => appendCheckpoint(tx, chain, now, signEnd))
        if (checkpoint) signed.push(checkpoint)
      }
      return signed
    },
  })
  return write
}
