import { inspect } from 'node:util'
import { expect } from 'vitest'
import { UpstreamError } from '@/lib/oauth/ports/upstream'

/**
 * Expects a failure with this reason that reveals no secret, at any depth of the error.
 *
 * @returns the sentence for the operator
 */
export async function expectFailure(
  login: Promise<unknown>,
  reason: UpstreamError['reason'],
  secrets: readonly string[] = [],
): Promise<string> {
  const error: unknown = await login.then(
    () => 'no failure',
    (failure) => failure,
  )
  if (!(error instanceof UpstreamError)) throw new Error(`not an UpstreamError: ${inspect(error)}`)
  expect(error.reason, error.detail).toBe(reason)
  const everything = inspect(error, { depth: 10, showHidden: true })
  for (const secret of [...secrets, 'raw upstream text']) expect(everything).not.toContain(secret)
  expect(error.detail).toMatch(/^[A-Z].{10,250}\.$/)
  return error.detail
}
