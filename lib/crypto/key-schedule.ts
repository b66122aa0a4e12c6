/**
 * When a server's keys sign and when they are published, derived from their times alone: no job has to run at any of
 * these moments, and every process computes the same state.
 * next: published, and signs nothing yet. current: signs. retired: still published, because tokens that it signed may
 * be in use. expired: no token of it can be valid. Decision 0021.
 */
import {
  ACCESS_TOKEN_MAX_LIFETIME,
  CLOCK_TOLERANCE,
  KEY_SET_MAX_AGE,
  SIGNING_KEY_CACHE,
} from '@/lib/oauth/protocol/lifetimes'

/**
 * Seconds from publication to first use. By then every verifier's cached key set has expired and every process of ours
 * has seen the key, clock differences included.
 */
export const PUBLICATION_LEAD = KEY_SET_MAX_AGE + SIGNING_KEY_CACHE + CLOCK_TOLERANCE

/**
 * Seconds that a key stays published after the next one took over. The longest lifetime that any server may have,
 * not this server's present one: an operator may have shortened that since.
 */
export const RETENTION = ACCESS_TOKEN_MAX_LIFETIME + CLOCK_TOLERANCE

export type KeyTimes = {
  readonly kid: string
  readonly createdAt: Date
  /** When it begins to sign, and the one before it ceases to. */
  readonly activatesAt: Date
  /** When it leaves the key set ahead of this schedule. */
  readonly withdrawnAt?: Date
}

export type KeyState = 'next' | 'current' | 'retired' | 'expired'

export type Scheduled<Key> = Key & {
  readonly state: KeyState
  /** When it leaves the key set; absent while no later key is known. */
  readonly publishedUntil?: Date
}

/** Each key with its state, in the order in which they sign. */
export function scheduleKeys<Key extends KeyTimes>(keys: readonly Key[], now: Date): Scheduled<Key>[] {
  const ordered = [...keys].sort(
    (a, b) => +a.activatesAt - +b.activatesAt || +a.createdAt - +b.createdAt || (a.kid < b.kid ? -1 : 1),
  )
  // The first key is created for a token that is to be signed now, also where another clock is ahead of ours.
  const current = Math.max(
    0,
    ordered.findLastIndex(({ activatesAt }) => activatesAt <= now),
  )
  return ordered.map((key, i) => {
    const publishedUntil = publicationEnd(key, ordered[i + 1])
    const isOver = publishedUntil !== undefined && publishedUntil <= now
    const state = i > current ? 'next' : i === current ? 'current' : isOver ? 'expired' : 'retired'
    return { ...key, state, ...(publishedUntil && { publishedUntil }) }
  })
}

function publicationEnd(key: KeyTimes, successor: KeyTimes | undefined): Date | undefined {
  if (!successor) return key.withdrawnAt
  const scheduled = inSeconds(successor.activatesAt, RETENTION)
  return key.withdrawnAt && key.withdrawnAt < scheduled ? key.withdrawnAt : scheduled
}

/** So many seconds after a point in time. */
export function inSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000)
}
