/** Seconds after which a client that was turned away had better try again. */
export const UNDER_WAY_RETRY_AFTER = '1'

/**
 * Makes the count of places that keeps one credential, and all of one customer, from taking what all others need:
 * requests, changes and streams, of which a process has a number. Decision 0069.
 *
 * @param most what may be taken at a time for each one of a kind, such as a key or an organization
 * @returns a function that takes a place for each who is named, by its kind, and returns what gives them back, once;
 *   undefined and nothing taken where one of them has no place left
 */
export function places<Kind extends string>(most: Readonly<Record<Kind, number>>) {
  const counts = new Map<string, number>()
  const add = (share: string, number: number) => {
    const count = (counts.get(share) ?? 0) + number
    if (count > 0) counts.set(share, count)
    else counts.delete(share)
  }
  return (who: Readonly<Partial<Record<Kind, string>>>): (() => void) | undefined => {
    const shares = Object.entries<string | undefined>(who)
      .filter(([, id]) => id !== undefined)
      .map(([kind, id]) => ({ share: `${kind} ${id}`, limit: most[kind as Kind] }))
    if (shares.some(({ share, limit }) => (counts.get(share) ?? 0) >= limit)) return undefined
    for (const { share } of shares) add(share, 1)
    return () => {
      for (const { share } of shares.splice(0)) add(share, -1)
    }
  }
}

/**
 * Makes what has work done for as long as there are {@link places} for it.
 *
 * @returns a function that has `work` done for those who are named, or throws what `refusal` makes: an error of the
 *   caller's own, since the counts are shared by several copies of its module
 */
export function underWay<Kind extends string>(most: Readonly<Record<Kind, number>>) {
  const take = places(most)
  return async <T>(
    who: Readonly<Partial<Record<Kind, string>>>,
    refusal: () => Error,
    work: () => Promise<T>,
  ): Promise<T> => {
    const release = take(who)
    if (!release) throw refusal()
    try {
      return await work()
    } finally {
      release()
    }
  }
}
