import { Unavailable } from './errors'
import { singleFlight } from './single-flight'

/** All in milliseconds. */
type Lifetimes = {
  /** So long a value is used without asking. */
  readonly fresh: number
  /** So long it is used when asking fails. */
  readonly stale: number
  /** Between two attempts, the first of which failed. */
  readonly pause: number
  /** So long one waits for an attempt. */
  readonly patience: number
}

/** Milliseconds between two moments; endless where there was none, or where the clock went back. */
export function age(since: number | undefined, now: number): number {
  return since === undefined || since > now ? Number.POSITIVE_INFINITY : now - since
}

/**
 * A value that is fetched from elsewhere. The function that is returned gives it, and throws {@link Unavailable}. It asks
 * when the value is not fresh, or also when it is, but not so soon after the last attempt as `renewAfter` milliseconds.
 */
export function kept<T>(
  load: () => Promise<T>,
  { fresh, stale, pause, patience }: Lifetimes,
  now: () => number,
): (renewAfter?: number) => Promise<T> {
  let value: { readonly of: T; readonly at: number } | undefined
  let attempt: { readonly at: number; readonly failure?: unknown } | undefined

  const reload = singleFlight(async () => {
    const at = now()
    try {
      value = { of: await load(), at }
      attempt = { at }
    } catch (failure) {
      attempt = { at, failure }
    }
  }, patience)

  return async (renewAfter) => {
    const hasFailed = attempt !== undefined && 'failure' in attempt
    const isUsable = () => age(value?.at, now()) < stale
    if (age(value?.at, now()) >= fresh || renewAfter !== undefined) {
      const wait = Math.max(hasFailed ? pause : 0, renewAfter ?? 0)
      if (age(attempt?.at, now()) >= wait) {
        const reloaded = reload()
        // Once it has failed, nobody waits who can go on without it.
        if (!hasFailed || !isUsable()) await reloaded
      }
    }
    const { failure } = attempt ?? {}
    // Who needs a newer value is not helped by the one that is there.
    const isEnough = renewAfter === undefined || failure === undefined
    if (value && isUsable() && isEnough) return value.of
    if (failure instanceof Unavailable) throw failure
    throw new Unavailable('the authorization server cannot be reached', { cause: failure })
  }
}
