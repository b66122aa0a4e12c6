import type { NewBrowserSession } from '../ports/consent'
import type { Ports } from '../ports/ports'
import { BROWSER_SESSION_LIFETIME } from '../protocol/lifetimes'
import { hashSecret } from '../protocol/secret-hash'

/**
 * What remembers which user this browser has just been.
 *
 * @param replaced what the cookie held before, if anything
 * @returns with the cookie's value
 */
export function newBrowserSession(
  replaced: string | undefined,
  { clock, secrets }: Pick<Ports, 'clock' | 'secrets'>,
): { readonly value: string; readonly session: NewBrowserSession } {
  const value = secrets.id() + secrets.id()
  const createdAt = clock()
  const expiresAt = new Date(createdAt.getTime() + BROWSER_SESSION_LIFETIME * 1000)
  return {
    value,
    session: {
      hash: hashSecret(value),
      createdAt,
      expiresAt,
      ...(replaced && { replaced: hashSecret(replaced) }),
    },
  }
}
