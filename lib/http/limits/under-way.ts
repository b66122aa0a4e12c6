/** Seconds after which a client that was turned away had better try again. */
export const UNDER_WAY_RETRY_AFTER = '1'

/**
 * Makes what keeps one credential, and all of one customer, from taking what all others need: requests and changes that
 * wait, of which a process has a number. Decision 0069.
 *
 * @param most what may be under way at a time for each one of a kind, such as a key or an organization
 * @returns a function that has `work` done for those who are named, each by its kind, or throws what `refusal` makes: an
 *   error of the caller's own, since the counts are shared by several copies of its module
 */
export function underWay<Kind extends string>(most: Readonly<Record<Kind, number>>) {
  const counts = new Map<string, number>()
  const add = (share: string, number: number) => {
    const count = (counts.get(share) ?? 0) + number
    if (count > 0) counts.set(share, count)
    else counts.delete(share)
  }
  return async <T>(
    who: Readonly<Partial<Record<Kind, string>>>,
    refusal: () => Error,
    work: () => Promise<T>,
  ): Promise<T> => {
    const shares = Object.entries<string | undefined>(who)
      .filter(([, id]) => id !== undefined)
      .map(([kind, id]) => ({ share: `${kind} ${id}`, limit: most[kind as Kind] }))
    if (shares.some(({ share, limit }) => (counts.get(share) ?? 0) >= limit)) throw refusal()
    for (const { share } of shares) add(share, 1)
    try {
      return await work()
    } finally {
      for (const { share } of shares) add(share, -1)
    }
  }
}
