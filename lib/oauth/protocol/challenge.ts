import { formatScope } from './scope'

/**
 * A `WWW-Authenticate` challenge of a protected resource (RFC 6750 §3). A request without credentials gets no error
 * code (RFC 6750 §3.1), but the address of the metadata (RFC 9728 §5.1).
 */
export function bearerChallenge(challenge: {
  /** URL of the protected resource metadata. */
  readonly resourceMetadata?: string
  /** What the request would have needed. */
  readonly scope?: readonly string[]
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  readonly errorDescription?: string
}): string {
  const attributes = [
    ['error', challenge.error],
    ['error_description', challenge.errorDescription],
    ['scope', challenge.scope && formatScope(challenge.scope)],
    ['resource_metadata', challenge.resourceMetadata],
  ] as const
  const given = attributes.flatMap(([name, value]) => (value ? [`${name}=${quote(value)}`] : []))
  return ['Bearer', given.join(', ')].filter(Boolean).join(' ')
}

/** The challenge that must answer a failed Basic authentication of a client (RFC 6749 §5.2, RFC 7617 §2). */
export function basicChallenge(realm: string): string {
  return `Basic realm=${quote(realm)}`
}

/** A quoted-string (RFC 9110 §5.6.4); what a header cannot carry becomes a question mark. */
function quote(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
