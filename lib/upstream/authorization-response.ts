import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { authorizationFailure } from './failure'
import { isAboutPkce, providerCodes } from './provider-codes'

const SINGLE = ['state', 'iss', 'code', 'error'] as const

/**
 * Checks the parameters at our callback (RFC 6749 §4.1.2, RFC 9207 §2.4) and returns what is needed to redeem the code.
 * Other parameters (`session_state` and the like) are normal, and dropped.
 *
 * @param expected.issuers absent for a plain OAuth 2.0 connection: it has no issuer to compare, and its own callback URL
 *   is the defence against mix-up (RFC 9700 §4.4.2)
 * @param expected.sendsIssuer the provider announces `iss`, so its absence is an error
 * @throws UpstreamError
 */
export function checkAuthorizationResponse(
  parameters: URLSearchParams,
  expected: { readonly state: string; readonly issuers?: readonly string[]; readonly sendsIssuer?: boolean },
): URLSearchParams {
  for (const name of SINGLE) {
    if (parameters.getAll(name).length > 1) throw invalid(`names ${name} more than once`)
  }
  const [state, iss, code, error] = SINGLE.map((name) => parameters.get(name))
  // First, whose answer this is: nothing else in it counts when it comes from another provider.
  if (expected.issuers && iss && !expected.issuers.includes(iss))
    throw issuerMismatch('The authorization response names another issuer than the connection.')
  if (state !== expected.state) throw invalid('has another state than the request')
  if (error) {
    const told = Object.fromEntries(parameters)
    throw authorizationFailure(error, { codes: providerCodes(told), isAboutPkce: isAboutPkce(told) })
  }
  if (expected.sendsIssuer && !iss)
    throw issuerMismatch('The authorization response lacks the issuer that the provider promises to send.')
  if (!code) throw invalid('has neither a code nor an error')

  return new URLSearchParams({ code, state: expected.state })
}

const invalid = (problem: string) =>
  new UpstreamError('upstream_response_invalid', `The authorization response ${problem}.`)

const issuerMismatch = (detail: string) => new UpstreamError('upstream_issuer_mismatch', detail)
