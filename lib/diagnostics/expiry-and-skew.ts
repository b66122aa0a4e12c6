/** Days before its end at which a certificate is worth a word. */
const DAYS = 14
const DAY = 24 * 3600 * 1000

/** How a certificate that ends soon is spoken of; undefined while it has time. */
export function expiresSoon(ends: Date | undefined, now: Date): string | undefined {
  if (!ends || Number.isNaN(ends.getTime())) return undefined
  const left = ends.getTime() - now.getTime()
  if (left > DAYS * DAY) return undefined
  const days = Math.max(0, Math.floor(left / DAY))
  return `its TLS certificate ends on ${ends.toISOString().slice(0, 10)}, in ${days} day${days === 1 ? '' : 's'}`
}

/** Seconds by which clocks may differ. */
const TOLERANCE = 60

/**
 * By how much the clock of a server differs from ours, by its `Date` header (RFC 9110 §6.6.1).
 *
 * @param date the header; a cache's `Age` is added, for it repeats the time of the first answer
 * @returns "10 minutes behind"; undefined when the clocks agree or nothing can be told
 */
export function clockSkew(date: string | undefined, age: string | undefined, now: Date): string | undefined {
  const theirs = new Date(date ?? Number.NaN).getTime()
  const seconds =
    Math.round((theirs - now.getTime()) / 1000) + (/^\d{1,9}$/.test(age ?? '') ? Number(age) : 0)
  if (Number.isNaN(seconds) || Math.abs(seconds) <= TOLERANCE) return undefined
  const minutes = Math.round(Math.abs(seconds) / 60)
  const size = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
  return `${size} ${seconds < 0 ? 'behind' : 'ahead'}`
}
