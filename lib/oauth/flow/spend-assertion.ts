import type { Ports } from '@/lib/oauth/ports/ports'
import { OAuthError } from '@/lib/oauth/protocol/errors'

/** What makes an assertion good once. */
export type AssertionId = {
  readonly hash: string
  readonly expiresAt: Date
  /** What is said of one that was used before. */
  readonly reused: () => OAuthError
}

/**
 * Answers a request whose assertion is good once. A refusal spends it like a success; trouble of ours does not, so that
 * the client may send the same request again. Decision 0053.
 *
 * @throws OAuthError `reused`, or whatever the work throws
 */
export async function spendAssertion<T>(
  { hash, expiresAt, reused }: AssertionId,
  work: () => Promise<T>,
  { assertionIds }: Pick<Ports, 'assertionIds'>,
): Promise<T> {
  const spent = await assertionIds.spend(hash, expiresAt, () =>
    work().then(
      (value) => ({ value }),
      (error: unknown) => {
        if (error instanceof OAuthError && error.status < 500) return { error }
        throw error
      },
    ),
  )
  if (!spent) throw reused()
  if ('error' in spent.result) throw spent.result.error
  return spent.result.value
}
