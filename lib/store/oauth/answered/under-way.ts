import type { Spent } from './statements'

/** What a request spends, in a word: nearly always one request for each, however many there are in all. */
export const keyOf = ({ what, hash }: Pick<Spent, 'what' | 'hash'>): string => `${what} ${hash}`

/** Requests under way, by what they spend. */
export function requestsUnderWay<Entry extends Spent>() {
  const entries = new Map<string, readonly Entry[]>()
  const of = (key: string): readonly Entry[] => entries.get(key) ?? []
  return {
    /** Those that spend the same. */
    of,
    all: (): readonly Entry[] => [...entries.values()].flat(),
    isEmpty: () => entries.size === 0,
    add(entry: Entry): void {
      const key = keyOf(entry)
      entries.set(key, [...of(key), entry])
    },
    delete(entry: Entry): void {
      const key = keyOf(entry)
      const others = of(key).filter((other) => other !== entry)
      if (others.length > 0) entries.set(key, others)
      else entries.delete(key)
    },
  }
}
