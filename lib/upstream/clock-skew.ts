import type { JWTPayload } from 'jose'

/** Seconds by which the provider's clock may differ from ours. */
export const CLOCK_TOLERANCE = 60

/**
 * The difference between our clock and the one that an ID token of this login was made with, and which of them is
 * probably wrong, by the `Date` header of the same response.
 *
 * @param claims of a token that carries the nonce of this login, and so was made just now
 * @param theirTime the `Date` header
 * @returns a sentence for the operator; undefined when the clocks agree
 */
export function clockSkew({ iat }: JWTPayload, now: Date, theirTime: Date | undefined): string | undefined {
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return undefined
  const seconds = iat - now.getTime() / 1000
  if (Math.abs(seconds) <= CLOCK_TOLERANCE) return undefined
  return `By our clock the ID token of this login was issued ${inWords(seconds)}: ${blame(seconds, now, theirTime)}.`
}

function blame(seconds: number, now: Date, theirTime: Date | undefined): string {
  const way = seconds < 0 ? 'behind' : 'ahead'
  if (!theirTime) return `the clock of the identity provider is ${way}, or ours is wrong`
  const header = (theirTime.getTime() - now.getTime()) / 1000
  if (Math.abs(header) <= CLOCK_TOLERANCE)
    return `the Date header of the same answer agrees with our clock, so what signs tokens there has a clock that is ${way}`
  return `the Date header of the same answer is ${inWords(header)} too, so the clock of the identity provider is ${way}, or the one of this machine is wrong`
}

/** "10 minutes ago", "45 seconds in the future". */
function inWords(seconds: number): string {
  const size = Math.abs(seconds)
  const [amount, unit] =
    size < 120 ? [size, 'second'] : size < 7200 ? [size / 60, 'minute'] : [size / 3600, 'hour']
  const rounded = Math.round(amount)
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'} ${seconds < 0 ? 'ago' : 'in the future'}`
}
