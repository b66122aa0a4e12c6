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
import { instances } from '@/drizzle/schema/instances'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { HasHungUp } from '@/lib/oauth/ports/tokens'
import { processLife } from '@/lib/process-life'
import { processOnce } from '@/lib/process-once'
import { type Database, STATEMENT_TIMEOUT } from '@/lib/store/database/database'
import { CALL_DEADLINE } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { answerStatements, type Spent } from './answered/statements'
import { keyOf, requestsUnderWay } from './answered/under-way'

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
 * How a statement found what it spent: as nobody had spent it, or spent by an instance, within the grace. Null: it spent
 * nothing.
 */
export type Found = 'unspent' | { readonly spentBy: string } | null

/** Who waits for what a statement returns. */
export type Waiting<T> = {
  /** Whether an answer can still reach the client, once the statement is done. */
  readonly hasHungUp: HasHungUp | undefined
  readonly found: (result: T) => Found
}

/** A request that spends something. */
type Entry = Spent & {
  /** When its statement was begun. */
  readonly since: number
  /** Whether another request has spent it meanwhile, whose answer counts. */
  isShared: boolean
  /** The first here that spent it in vain, which leaves it to this one to give that back. */
  after: Entry | undefined
}

export type Answers = {
  /**
   * Runs a statement that spends something.
   *
   * @param hash of the code, refresh token or id
   * @param statement guarded: once its caller is told that the store is unavailable, it must not succeed any more
   * @param client what was spent for one that has hung up is given back; absent: it waits however long that takes
   * @throws StoreUnavailable
   */
  spend<T>(
    what: Entry['what'],
    hash: string,
    statement: (spender: Spender) => Promise<T>,
    client?: Waiting<T>,
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
  /**
   * The last report, when nothing more is answered: what is under way never is, whatever becomes of it.
   */
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

/** The last reports of this process on a database. Decision 0143. */
export async function closeAnswers(db: Database): Promise<void> {
  await Promise.allSettled([answersOf(db), answersOf(db, 'requests')].map((answers) => answers.close()))
}

/** @param elapsed milliseconds, never going back */
export function trackAnswers(db: Database, elapsed: () => number = () => performance.now()): Answers {
  const statements = answerStatements(db)
  const life = processLife(elapsed)
  const underWay = requestsUnderWay<Entry>()
  const inVain = new Map<string, Entry>()
  const giveBack = (entry: Entry) => statements.giveBack(entry, earliest(db, elapsed() - entry.since))
  const returns = returnsOf(giveBack, underWay.of, inVain)
  let instance = registration(db, statements.register)
  let [spentAt, reportedUntil] = [Number.NEGATIVE_INFINITY, 0]
  let timer: NodeJS.Timeout | undefined
  let closed: Promise<void> | undefined

  async function settle(sending = SENDING): Promise<void> {
    await returns.done()
    const [now, time] = [elapsed(), db.clock.now().getTime()]
    for (const [key, entry] of inVain) {
      if (underWay.of(key).length > 0 || now - entry.since <= STATEMENT_LIFETIME) continue
      await giveBack(entry)
      inVain.delete(key)
    }
    const oldest = Math.min(now, ...[...underWay.all(), ...inVain.values()].map(({ since }) => since))
    await statements.report(await instance.enter(), new Date(time - (now - oldest) - sending))
    reportedUntil = oldest - sending
  }

  function watch(): void {
    if (closed) return
    life.notice()
    timer ??= eachSecond(settle, () => {
      // What comes after a gap belongs to another instance; the one before it is dead.
      if (life.notice()) instance = registration(db, statements.register)
      return spentAt >= reportedUntil
    })
  }

  return {
    async spend(what, hash, statement, client) {
      const id = instance.id ?? (await instance.enter())
      watch()
      const key = keyOf({ what, hash })
      if (returns.of(key)) await returns.of(key)
      const after = inVain.get(key)
      const entry: Entry = { what, hash, instance: id, since: elapsed(), isShared: false, after }
      underWay.add(entry)
      spentAt = Number.POSITIVE_INFINITY
      try {
        const result = await statement({ instance: id, again: inVain.has(key) })
        const found = client ? client.found(result) : 'unspent'
        if (!found) return result
        inVain.delete(key)
        if (!client?.hasHungUp?.()) for (const other of underWay.of(key)) other.isShared = true
        else if (found === 'unspent' || isOwnMark(found.spentBy, entry)) returns.begin(key, entry)
        return result
      } catch (error) {
        if (error instanceof StoreUnavailable && !inVain.has(key)) inVain.set(key, sinceTheFirst(entry))
        throw error
      } finally {
        underWay.delete(entry)
        if (underWay.isEmpty()) spentAt = elapsed()
      }
    },
    instance: () => instance.enter(),
    wasFrozen: life.wasFrozen,
    settle: () => settle(),
    async reported() {
      const now = elapsed()
      for (let round = 0; round < PATIENCE && spentAt >= reportedUntil && reportedUntil < now; round++)
        await wait(INTERVAL)
    },
    close() {
      clearInterval(timer)
      closed ??= spentAt >= reportedUntil ? settle(underWay.isEmpty() ? 0 : SENDING) : Promise.resolve()
      return closed
    },
  }
}

/** Does what is due, one after the other. A database that is away is asked again in a second. */
function eachSecond(work: () => Promise<void>, isDue: () => boolean): NodeJS.Timeout {
  let busy = false
  const tick = () => {
    if (!isDue() || busy) return
    busy = true
    const done = () => {
      busy = false
    }
    void work().then(done, done)
  }
  return setInterval(tick, INTERVAL).unref()
}

/** When a statement of so many milliseconds ago was begun, in the database's time, or somewhat earlier. */
const earliest = ({ clock }: Database, age: number) => new Date(clock.now().getTime() - age - CLOCK_ERROR)

/**
 * Gives back what nobody can have received, unless another request got the same: one that is under way is left to do it.
 * The next one for the same thing waits for that. What cannot be given back was spent in vain.
 */
function returnsOf(
  giveBack: (entry: Entry) => Promise<void>,
  underWay: (key: string) => readonly Entry[],
  inVain: Map<string, Entry>,
) {
  const returning = new Map<string, Promise<void>>()
  return {
    of: (key: string): Promise<void> | undefined => returning.get(key),
    done: () => Promise.all(returning.values()),
    begin(key: string, entry: Entry): void {
      const first = sinceTheFirst(entry)
      const others = underWay(key).filter((other) => other !== entry)
      for (const other of others) other.after ??= first
      if (entry.isShared || others.length > 0) return
      const given = giveBack(first).catch(() => void inVain.set(key, first))
      returning.set(key, given)
      void given.finally(() => returning.delete(key))
    },
  }
}

type Registration = {
  /** Of an instance that is in the database; undefined before that. */
  readonly id: string | undefined
  enter(): Promise<string>
}

/** An instance, which enters the database at its first use. */
function registration(db: Database, register: (id: string) => Promise<void>): Registration {
  const id = newId()
  let entering: Promise<string> | undefined
  let isIn = false
  const enter = async () => {
    if (!db.clock.measured) await db.clock.measure()
    await register(id)
    isIn = true
    return id
  }
  return {
    get id() {
      return isIn ? id : undefined
    },
    enter() {
      entering ??= enter().catch((error: unknown) => {
        entering = undefined
        throw error
      })
      return entering
    },
  }
}

/** That what marks it is this request's, or that of another one here which nobody waited for. Empty: it is not known. */
function isOwnMark(spentBy: string, { instance, after }: Entry): boolean {
  const instances = spentBy.split(' ')
  return after ? instances.includes(after.instance) : spentBy !== '' && !instances.includes(instance)
}

const sinceTheFirst = (entry: Entry): Entry => (entry.after ? { ...entry, since: entry.after.since } : entry)

/** That the instance that set this mark never came to report that it answered. */
export function unanswered(mark: { readonly at: SQL; readonly by: SQL }): SQL<boolean> {
  return sql<boolean>`exists (select from ${instances} as spender
    where spender.id = ${mark.by} and spender.answered_until < ${mark.at})`
}

/** That its instance would have reported a mark of this time by now, if it lived. */
export const overdue = (at: SQL, seconds = REPORTED): SQL<boolean> =>
  sql<boolean>`${at} < clock_timestamp() - make_interval(secs => ${seconds}::int)`
