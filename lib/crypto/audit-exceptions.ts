/** What the audit log itself says of entries that were erased or deleted, and how a chain is followed by it. */
import { CHECKPOINT, FIRST_HASH, type HashedEntry, hashEntry } from './audit-chain'
import { isErased } from './audit-commitments'

/** Records that personal data of a user was erased from entries. */
export const ERASURE = 'user.erased'

/** Records that the oldest entries were deleted. */
export const PRUNING = 'audit_log.pruned'

/** What these entries record. */
export type Exceptions = {
  /** Sequences of entries whose hash cannot be checked any more: what was erased had no salt. */
  readonly unverifiable: ReadonlySet<number>
  /** Sequences of the others that something was erased from. */
  readonly erased: ReadonlySet<number>
  /** Entries up to here may be missing. */
  readonly prunedUntil: number
}

type Recorded = Pick<HashedEntry, 'action' | 'detail'>

const numbers = (value: unknown): readonly number[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []

/** @param entries those with the actions above; others say nothing */
export function exceptionsIn(entries: readonly Recorded[]): Exceptions {
  const erasures = entries.filter(({ action }) => action === ERASURE)
  const prunings = entries.filter(({ action }) => action === PRUNING)
  return {
    unverifiable: new Set(erasures.flatMap(({ detail }) => numbers(detail.unverifiable))),
    erased: new Set(erasures.flatMap(({ detail }) => numbers(detail.entries))),
    prunedUntil: Math.max(0, ...prunings.flatMap(({ detail }) => numbers([detail.until]))),
  }
}

/** Where a chain is at: what the next entry has to fit. */
export type Link = { readonly sequence: number; readonly hash: string }

type ChainedEntry = HashedEntry & Link

/** What an entry that does not fit is like. */
export type Misfit = 'gap' | 'changed' | 'erased'

/**
 * What a chain begins with. Where its head was pruned, that is a checkpoint, which says what stood before it; whether it
 * is signed is for the caller to check.
 */
export function beginningOf(first: ChainedEntry | undefined, { prunedUntil }: Exceptions): Link {
  const beginning = { sequence: 0, hash: FIRST_HASH }
  if (first?.action !== CHECKPOINT) return beginning
  const { sequence, hash } = first.detail
  const isBefore = sequence === first.sequence - 1 && sequence <= prunedUntil
  return isBefore && typeof hash === 'string' ? { sequence, hash } : beginning
}

/** How an entry does not fit the one before it; undefined when it does. */
export function misfitOf(
  previous: Link,
  entry: ChainedEntry,
  { unverifiable, erased }: Exceptions,
): Misfit | undefined {
  if (entry.sequence !== previous.sequence + 1) return 'gap'
  if (unverifiable.has(entry.sequence)) return undefined
  if (hashEntry(previous.hash, entry.sequence, entry) !== entry.hash) return 'changed'
  const isWithout = isErased(entry.actorName, entry.actorSalt) || isErased(entry.targetName, entry.targetSalt)
  return isWithout && !erased.has(entry.sequence) ? 'erased' : undefined
}
