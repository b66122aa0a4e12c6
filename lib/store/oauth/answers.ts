/**
 * Who was told what: the difference between a code or refresh token that comes back because our answer was lost, and one
 * that comes back because it was stolen.
 *
 * What is spent is marked with the instance that answers for it. Each instance reports how far it has answered, and
 * gives back what it spent in vain. So a mark beyond its instance's report means that the instance died, or was frozen,
 * before it could answer: then the same client may try again, however long that took. While all goes well, nothing is
 * written for this but one short statement a second by each busy instance. Decision 0053.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { type SQL, sql } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { assertionIds } from '@/drizzle/schema/client-documents'
import { grants, refreshTokens } from '@/drizzle/schema/grants'
import { instances } from '@/drizzle/schema/instances'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { HasHungUp } from '@/lib/oauth/ports/tokens'
import { processLife } from '@/lib/process-life'
import { processOnce } from '@/lib/process-once'
import { type Database, STATEMENT_TIMEOUT } from '@/lib/store/database/database'
import { CALL_DEADLINE, guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'

/** Milliseconds from one report to the next. */
const INTERVAL = 1_000

/** Reports that are waited for. */
const PATIENCE = 10

/** Milliseconds within which an answer has left the process, once its statement is done. */
const SENDING = 1_000

/** Milliseconds by which what we know of the database's clock may be off. */
const CLOCK_ERROR = 1_000

/** Milliseconds after which a statement that was sent cannot take effect any more. */
const STATEMENT_LIFETIME = CALL_DEADLINE + STATEMENT_TIMEOUT

/** Seconds after which an instance that lives has reported what it spent. */
const REPORTED = 5

/** Seconds that a request takes at most: later its instance has answered, or died. */
export const LONGEST_REQUEST = 60

/** What a spending statement marks its rows with, and whether this instance failed to answer for the same thing before. */
export type Spender = { readonly instance: string; readonly again: boolean }

/**
 * Something that is spent: a code, a refresh token, the id of an assertion or a login attempt, by the
 * hash in its row.
 */
type Entry = {
  readonly what: 'code' | 'refresh_token' | 'assertion' | 'attempt'
  readonly hash: string
  readonly instance: string
  /** When its statement was begun. */
  readonly since: number
  /** Whether another request has spent it meanwhile, whose answer counts. */
  isShared: boolean
}

export type Answers = {
  /**
   * Runs a statement that spends something.
   *
   * @param hash of the code, refresh token or id
   * @param statement guarded: once its caller is told that the store is unavailable, it must not succeed any more
   * @param hasHungUp whether an answer can still reach the client, once the statement is done: what it spent for nobody
   *   is given back
   * @throws StoreUnavailable
   */
  spend<T>(
    what: Entry['what'],
    hash: string,
    statement: (spender: Spender) => Promise<T>,
    hasHungUp?: HasHungUp,
  ): Promise<T>
  /** What this process marks its rows with. */
  instance(): Promise<string>
  /**
   * Whether the process has just been frozen: requests that lay here meanwhile may have been repeated elsewhere, so
   * that what looks like a replay is perhaps the first try.
   */
  wasFrozen(): boolean
  /** Gives back what was spent in vain, and reports how far all is answered. While busy, this is done each second. */
  settle(): Promise<void>
  /**
   * Waits until what was spent so far is reported: a process that is frozen once it has answered would look like one that
   * died before. Ends all the same when the database takes no report for ten seconds.
   */
  reported(): Promise<void>
  /** The last report, when nothing is under way and nothing will be. */
  close(): Promise<void>
}

/**
 * The answers of this process on a database. Assertions and login attempts are spent for as long as their requests take,
 * so these are reported apart from the others: a slow request must not make codes and refresh tokens look unanswered.
 */
export function answersOf(db: Database, to: 'codes and tokens' | 'requests' = 'codes and tokens'): Answers {
  const all = processOnce(`answers to ${to}`, () => new WeakMap<Database, Answers>())
  const known = all.get(db) ?? trackAnswers(db)
  all.set(db, known)
  return known
}

/** @param elapsed milliseconds, never going back */
export function trackAnswers(db: Database, elapsed: () => number = () => performance.now()): Answers {
  const statements = answerStatements(db)
  const life = processLife(elapsed)
  const underWay = new Set<Entry>()
  const inVain = new Map<string, Entry>()
  const returns = returnsOf(db, statements.giveBack, underWay, elapsed)
  let instance = registration(db, statements.register)
  let spentAt = Number.NEGATIVE_INFINITY
  let reportedUntil = 0
  let timer: NodeJS.Timeout | undefined

  async function settle(sending = SENDING): Promise<void> {
    const now = elapsed()
    const time = db.clock.now().getTime()
    for (const [key, entry] of inVain) {
      const isTriedAgain = [...underWay].some(({ what, hash }) => `${what} ${hash}` === key)
      if (isTriedAgain || now - entry.since <= STATEMENT_LIFETIME) continue
      await statements.giveBack(entry, new Date(0))
      inVain.delete(key)
    }
    const oldest = Math.min(now, ...[...underWay, ...inVain.values()].map(({ since }) => since))
    await statements.report(await instance(), new Date(time - (now - oldest) - sending))
    reportedUntil = oldest - sending
  }

  function watch(): void {
    life.notice()
    let busy = false
    timer ??= setInterval(() => {
      // What comes after a gap belongs to another instance; the one before it is dead.
      if (life.notice()) instance = registration(db, statements.register)
      if (busy || spentAt < reportedUntil) return
      busy = true
      // A database that is away is asked again in a second.
      void settle()
        .catch(() => {})
        .finally(() => {
          busy = false
        })
    }, INTERVAL).unref()
  }

  return {
    async spend(what, hash, statement, hasHungUp) {
      const id = await instance()
      watch()
      const key = `${what} ${hash}`
      await returns.of(key)
      const entry: Entry = { what, hash, instance: id, since: elapsed(), isShared: false }
      underWay.add(entry)
      spentAt = Number.POSITIVE_INFINITY
      try {
        const result = await statement({ instance: id, again: inVain.has(key) })
        inVain.delete(key)
        if (hasHungUp?.()) returns.begin(key, entry)
        else for (const other of underWay) other.isShared ||= isSame(other, entry)
        return result
      } catch (error) {
        if (error instanceof StoreUnavailable && !inVain.has(key)) inVain.set(key, entry)
        throw error
      } finally {
        underWay.delete(entry)
        if (underWay.size === 0) spentAt = elapsed()
      }
    },
    instance: () => instance(),
    wasFrozen: life.wasFrozen,
    settle: () => settle(),
    async reported() {
      const now = elapsed()
      for (let round = 0; round < PATIENCE && spentAt >= reportedUntil && reportedUntil < now; round++)
        await wait(INTERVAL)
    },
    async close() {
      clearInterval(timer)
      if (spentAt >= reportedUntil) await settle(0)
    },
  }
}

/**
 * Gives back what nobody can have received, unless another request got the same. The next one for the same thing waits
 * for that. Best effort: what stays spent is good for the grace, and reuse after it.
 */
function returnsOf(
  db: Database,
  giveBack: (entry: Entry, begun: Date) => Promise<void>,
  underWay: ReadonlySet<Entry>,
  elapsed: () => number,
) {
  const returning = new Map<string, Promise<void>>()
  return {
    of: (key: string): Promise<void> | undefined => returning.get(key),
    begin(key: string, entry: Entry): void {
      const isWanted = [...underWay].some((other) => other !== entry && isSame(other, entry))
      if (entry.isShared || isWanted) return
      const begun = new Date(db.clock.now().getTime() - (elapsed() - entry.since) - CLOCK_ERROR)
      const given = giveBack(entry, begun).catch(() => {})
      returning.set(key, given)
      void given.finally(() => returning.delete(key))
    },
  }
}

/** The id of an instance that is in the database, which it enters at the first use. */
function registration(db: Database, register: (id: string) => Promise<void>): () => Promise<string> {
  const id = newId()
  let entered: Promise<void> | undefined
  const enter = async () => {
    if (!db.clock.measured) await db.clock.measure()
    await register(id)
  }
  return async () => {
    entered ??= enter().catch((error: unknown) => {
      entered = undefined
      throw error
    })
    await entered
    return id
  }
}

function answerStatements(db: Database) {
  return guarded({
    async register(id: string) {
      await db.execute(sql`insert into ${instances} (id, answered_until)
        values (${id}, pg_catalog.clock_timestamp()) on conflict do nothing`)
    },
    async report(id: string, until: Date) {
      await db.execute(sql`update ${instances}
        set answered_until = greatest(answered_until, ${until.toISOString()}::timestamptz) where id = ${id}`)
    },
    async giveBack(entry: Entry, begun: Date) {
      await db.execute(giveBackStatement(entry, begun))
    },
  })
}

const isSame = (one: Entry, other: Entry) => one.hash === other.hash && one.what === other.what

/**
 * Nobody got the answer: the login attempt, code or token is unspent again. The successor or first token stays, and is
 * returned again.
 *
 * @param begun what was spent before, a code or token that came again within the grace, stays as it is
 */
function giveBackStatement({ what, hash, instance }: Entry, begun: Date): SQL {
  const since = sql`${begun.toISOString()}::timestamptz`
  if (what === 'attempt')
    return sql`update ${authorizationRequests}
      set state_hash = taken_state_hash, taken_state_hash = null, taken_at = null, taken_by = null
      where taken_state_hash = ${hash} and taken_by = ${instance} and ended_at is null`
  if (what === 'refresh_token')
    return sql`update ${refreshTokens} set rotated_at = null, rotated_by = null
      where hash = ${hash} and rotated_by = ${instance} and rotated_at >= ${since}`
  if (what === 'assertion')
    return sql`delete from ${assertionIds} where id_hash = ${hash} and spent_by = ${instance}`
  return sql`update ${grants} set redeemed_at = null, redeemed_by = null, code_hash = null
    where code_hash = ${hash} and redeemed_by = ${instance} and redeemed_at >= ${since} and revoked_at is null`
}

/** That the instance that set this mark never came to report that it answered. */
export function unanswered(mark: { readonly at: SQL; readonly by: SQL }): SQL<boolean> {
  return sql<boolean>`exists (select from ${instances} as spender
    where spender.id = ${mark.by} and spender.answered_until < ${mark.at})`
}

/** That its instance would have reported a mark of this time by now, if it lived. */
export const overdue = (at: SQL, seconds = REPORTED): SQL<boolean> =>
  sql<boolean>`${at} < clock_timestamp() - make_interval(secs => ${seconds}::int)`
