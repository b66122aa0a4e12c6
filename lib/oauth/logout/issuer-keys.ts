import { UpstreamError } from '../ports/upstream'
import { OAuthError } from '../protocol/errors'

/**
 * Runs what needs the keys of an issuer that sends tokens by itself.
 *
 * @throws OAuthError `temporarily_unavailable` (503) when they cannot be fetched: the issuer tries again
 */
export async function withIssuerKeys<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (cause) {
    if (!(cause instanceof UpstreamError)) throw cause
    const description = 'the keys of the issuer cannot be fetched, try again later'
    throw new OAuthError('temporarily_unavailable', description, { cause })
  }
}
