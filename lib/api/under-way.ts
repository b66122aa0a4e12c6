import type { KeyHolder } from '@/lib/api-keys/key-holder'
import { Problem } from './problem'

/** Requests of one key, and of all keys of one organization, that a process works on at a time. */
const MOST = { key: 32, organization: 48 }

/** Seconds after which a client that was turned away had better try again. */
const RETRY_AFTER = '1'

/**
 * Makes what keeps one key, and the keys of one customer, from taking what all others need: requests and changes that
 * wait, of which a process has a number. Decision 0069.
 *
 * @returns a function that has `work` done for the holder of a key; throws Problem `too-many-requests`
 */
export function underWay(most = MOST) {
  const counts = new Map<string, number>()
  const add = (name: string, number: number) => {
    const count = (counts.get(name) ?? 0) + number
    if (count > 0) counts.set(name, count)
    else counts.delete(name)
  }
  return async <T>({ keyId, organization }: KeyHolder, work: () => Promise<T>): Promise<T> => {
    const shares = [
      [`key ${keyId}`, most.key],
      ...(organization ? [[`organization ${organization.id}`, most.organization] as const] : []),
    ] as const
    if (shares.some(([name, limit]) => (counts.get(name) ?? 0) >= limit))
      throw new Problem('too-many-requests', 'too many requests are under way', {
        headers: { 'retry-after': RETRY_AFTER },
      })
    for (const [name] of shares) add(name, 1)
    try {
      return await work()
    } finally {
      for (const [name] of shares) add(name, -1)
    }
  }
}
