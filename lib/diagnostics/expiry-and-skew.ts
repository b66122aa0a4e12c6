import type { Part } from '@/lib/messages/findings/say'

/** Days before its end from which on a certificate is a finding. */
const DAYS = 14
const DAY = 24 * 3600 * 1000

/** That a certificate expires soon; undefined while it has time. */
export function expiresSoon(ends: Date | undefined, now: Date): Part | undefined {
  if (!ends || Number.isNaN(ends.getTime())) return undefined
  const left = ends.getTime() - now.getTime()
  if (left > DAYS * DAY) return undefined
  const count = Math.max(0, Math.floor(left / DAY))
  return {
    part: count === 1 ? 'soon.day' : 'soon.days',
    values: { date: ends.toISOString().slice(0, 10), count },
  }
}

/** Seconds by which clocks may differ. */
const TOLERANCE = 60

/**
 * By how much the clock of a server differs from ours, by its `Date` header (RFC 9110 §6.6.1).
 *
 * @param date the header; a cache's `Age` is added, for it repeats the time of the first answer
 * @returns undefined when the clocks agree or nothing can be told
 */
export function clockSkew(date: string | undefined, age: string | undefined, now: Date): Part | undefined {
  const theirs = new Date(date ?? Number.NaN).getTime()
  const seconds =
    Math.round((theirs - now.getTime()) / 1000) + (/^\d{1,9}$/.test(age ?? '') ? Number(age) : 0)
  if (Number.isNaN(seconds) || Math.abs(seconds) <= TOLERANCE) return undefined
  const minutes = Math.round(Math.abs(seconds) / 60)
  const way = seconds < 0 ? 'behind' : 'ahead'
  return minutes < 120
    ? { part: `skew.minutes_${way}`, values: { count: minutes } }
    : { part: `skew.hours_${way}`, values: { count: Math.round(minutes / 60) } }
}
