/** When what could not be delivered is tried again. All times here are seconds, unless a name says otherwise. */

const MINUTE = 60
const HOUR = 60 * MINUTE

/** From each attempt that failed to the next one: almost a day in all. */
const WAITS = [30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 14 * HOUR]

/** Attempts, before a delivery is given up. A number. */
export const ATTEMPTS = WAITS.length + 1

/** By what part a wait is longer or shorter, so that what failed together does not come back together. */
const JITTER = 0.2

/** No receiver puts a delivery off for longer than this, nor all of its deliveries for longer than that. */
const LONGEST_DELAY = 6 * HOUR
const LONGEST_PAUSE = HOUR

/** Between two attempts of any kind at a receiver that fails, doubling up to this. */
const PAUSE = MINUTE

/**
 * When a delivery is tried again.
 *
 * @param attempts those that have failed, counted from 1
 * @param retryAfter what the receiver asked for
 * @param random from 0 to 1
 * @returns seconds from now; null when that was the last attempt
 */
export function nextWait(attempts: number, retryAfter: number | undefined, random: number): number | null {
  const wait = WAITS[attempts - 1]
  if (wait === undefined) return null
  return Math.max(wait * (1 - JITTER + 2 * JITTER * random), Math.min(retryAfter ?? 0, LONGEST_DELAY))
}

/**
 * For how long nothing at all is sent to a receiver that failed: an outage is not hammered at, and its entries keep
 * their order.
 *
 * @param failures in a row, counted from 1
 */
export function pauseAfter(failures: number, retryAfter: number | undefined): number {
  return Math.max(Math.min(2 ** Math.min(failures, 10), PAUSE), Math.min(retryAfter ?? 0, LONGEST_PAUSE))
}

/** The seconds of a `Retry-After` header, which may also be a date (RFC 9110 §10.2.3); undefined for anything else. */
export function readRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header)
  const at = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(header)
    ? Date.parse(header)
    : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now.getTime()) / 1000)
}
