import { UpstreamError } from '@/lib/oauth/ports/upstream'

/** Why a SAML response is not accepted, by a code that its login is told of after the redirect. */
const FAILURES = {
  unreadable: ['upstream_response_invalid', 'The SAML response cannot be read, or has no assertion.'],
  encrypted: [
    'upstream_response_invalid',
    'The assertion is encrypted, which is not supported: turn the encryption of assertions off there, they travel over TLS.',
  ],
  several: [
    'upstream_response_invalid',
    'The SAML response has more than one assertion: it may be a forged one.',
  ],
  metadata: ['upstream_unreachable', 'The metadata of the identity provider could not be had.'],
  incomplete: [
    'upstream_response_invalid',
    'The assertion lacks a NameID, a confirmation, conditions or an authentication.',
  ],
  replayed: ['upstream_response_invalid', 'The assertion was used before.'],
  sha1: [
    'upstream_assertion_signature',
    'The SAML response is signed with SHA-1, which is not accepted: choose SHA-256 there.',
  ],
  algorithm: [
    'upstream_assertion_signature',
    'The SAML response is signed with an algorithm that is not accepted: choose RSA with SHA-256 there.',
  ],
  signature: [
    'upstream_assertion_signature',
    'The assertion is not signed, or not with a certificate of the metadata: have the provider sign assertions, and bring the metadata up to date.',
  ],
  issuer: [
    'upstream_issuer_mismatch',
    'The assertion comes from another identity provider than the metadata’s.',
  ],
  audience: [
    'upstream_assertion_audience',
    'The assertion is meant for another entity ID than ours: enter our callback URL there.',
  ],
  recipient: [
    'upstream_assertion_audience',
    'The assertion is not confirmed for our address: enter our callback URL as the assertion consumer URL there.',
  ],
  expired: ['upstream_assertion_expired', 'The assertion is not valid at this time: compare the clocks.'],
  interaction: [
    'upstream_interaction_required',
    'The identity provider cannot log the user in without asking.',
  ],
  unasked: [
    'upstream_assertion_unasked',
    'The assertion answers no request: the login began at the identity provider. Logins begin in the MCP client.',
  ],
  denied: [
    'upstream_denied',
    'The identity provider refused access: the user cancelled, or is not assigned to the application there.',
  ],
  status: ['upstream_error', 'The identity provider answered with an error of its own: its log knows more.'],
} as const satisfies Readonly<Record<string, readonly [UpstreamError['reason'], string]>>

export type SamlFailure = keyof typeof FAILURES

const isSamlFailure = (code: string): code is SamlFailure => Object.hasOwn(FAILURES, code)

/** The error of a login whose response failed so; of a code that there is not, what is said of any. */
export function samlFailure(code: string): UpstreamError {
  const [reason, detail] = FAILURES[isSamlFailure(code) ? code : 'status']
  return new UpstreamError(reason, detail, {
    stage: 'answer',
    ...(code === 'interaction' && { interaction: 'login_required' }),
  })
}

/** Thrown within the reading of a response. */
export class ResponseRefused extends Error {
  constructor(readonly failure: SamlFailure) {
    super(failure)
    this.name = 'ResponseRefused'
  }
}
