import { performance } from 'node:perf_hooks'

/** The database's clock, as this process knows it: the instance's own may be wrong, and differs from the others'. */
export type DatabaseClock = {
  now(): Date
  /** Asks the database for its time, so that {@link now} goes by that from then on. */
  measure(): Promise<void>
  /** Whether it was ever asked. */
  readonly measured: boolean
  /** Whether it had better be asked again: the last time is long ago, or this process was stopped since. */
  readonly isStale: boolean
}

/** Milliseconds that never jump, whatever is done to the machine's clock. */
const elapsed = () => performance.now()

/** Milliseconds from one measurement to the next: clocks drift by a millisecond in this time. */
const INTERVAL = 30_000

/** Milliseconds by which the machine's clock leaves the other one behind, where the process was frozen in between. */
const FROZEN = 500

/**
 * Without a measurement it is the process's own clock.
 *
 * @param ask the database's time in milliseconds since 1970
 */
export function databaseClock(ask: () => Promise<number>): DatabaseClock {
  let ahead: number | undefined
  let [asked, askedAt] = [0, 0]
  return {
    get measured() {
      return ahead !== undefined
    },
    get isStale() {
      const passed = elapsed() - asked
      // Where a process that is frozen does not count the time, the machine's clock shows it.
      return passed > INTERVAL || Math.abs(Date.now() - askedAt - passed) > FROZEN
    },
    now: () => new Date(ahead === undefined ? Date.now() : elapsed() + ahead),
    async measure() {
      const before = elapsed()
      const time = await ask()
      asked = elapsed()
      // It was asked in between. What agrees with that stays: a slow answer does not move what a quick one said.
      const [least, most] = [time - asked, time - before]
      ahead = Math.min(Math.max(ahead ?? (least + most) / 2, least), most)
      askedAt = Date.now()
    },
  }
}

/**
 * Has the process go by the database's clock from now on.
 *
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function keepClock({ clock }: { readonly clock: DatabaseClock }): Promise<void> {
  await clock.measure()
  // While the database is away, the last measurement is good enough.
  setInterval(() => void clock.measure().catch(() => {}), INTERVAL).unref()
}
