import { sql } from 'drizzle-orm'
import { assertionIds } from '@/drizzle/schema/client-documents'
import type { AssertionIds } from '@/lib/oauth/ports/clients'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { inTime } from '@/lib/store/database/in-time'
import { sweep } from '@/lib/store/database/sweep'
import { type Answers, answersOf, LONGEST_REQUEST, overdue, type Spender, unanswered } from './answers'

/** Ids of assertions in Postgres. Decision 0053. */
export function assertionIdStore(db: Database, answers: Answers = answersOf(db, 'requests')): AssertionIds {
  const { take, giveBack } = guarded({
    async take(id: string, until: Date, spender: Spender) {
      const [row] = await db.execute<SpendRow>(spendStatement(db, id, until, spender))
      if (row?.taken) return true
      if (!row?.inTime || row.undecided || answers.wasFrozen()) throw new StoreUnavailable('postgres')
      return false
    },
    async giveBack(id: string, { instance }: Spender) {
      await db.execute(sql`delete from ${assertionIds} where id_hash = ${id} and spent_by = ${instance}`)
    },
  })
  return {
    async spend(id, until, work) {
      const outcome = await answers.spend('assertion', id, async (spender) => {
        if (!(await take(id, until, spender))) return null
        try {
          return { result: await work() }
        } catch (error) {
          // A store that fails now, too, leaves the id to those who settle what was spent in vain.
          await giveBack(id, spender)
          return { error }
        }
      })
      if (outcome && 'error' in outcome) throw outcome.error
      return outcome
    },
  }
}

type SpendRow = { readonly taken: boolean; readonly inTime: boolean; readonly undecided: boolean }

/**
 * Of concurrent callers one writes the row. One whose instance has died in the middle is good again after the longest
 * request; until then it is undecided, as is one that this instance may have spent in vain.
 */
function spendStatement(db: Database, id: string, until: Date, { instance, again }: Spender) {
  const { expiresAt, spentAt, spentBy } = assertionIds
  const lost = unanswered({ at: sql`${spentAt}`, by: sql`${spentBy}` })
  // Of a function that may change within a statement no index could be asked.
  return sql`
    with ${sweep(assertionIds.idHash, expiresAt, sql`(select clock_timestamp())`, id)}, taken as (
      insert into ${assertionIds} (id_hash, expires_at, spent_at, spent_by)
      select ${id}, ${until.toISOString()}::timestamptz, clock_timestamp(), ${instance} where ${inTime(db)}
      on conflict (id_hash) do update
      set expires_at = excluded.expires_at, spent_at = excluded.spent_at, spent_by = excluded.spent_by
      where (
          ${expiresAt} <= clock_timestamp()
          or (${spentBy} <> ${instance} and ${lost} and ${overdue(sql`${spentAt}`, LONGEST_REQUEST)})
        ) and ${inTime(db)}
      returning id_hash
    )
    select exists (select from taken) as taken, ${inTime(db)} as "inTime",
      exists (
        select from ${assertionIds}
        where id_hash = ${id} and ${lost} and (${spentBy} <> ${instance} or ${again}::boolean)
      ) as undecided`
}
