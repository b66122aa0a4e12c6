import { type AccessError, Unavailable } from './errors'

/** What an HTTP server answers a request that is not let in. */
export type Refusal = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** Any web page may read why it was refused, and so begin to log in; nothing here is granted by cookie. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
}

/** RFC 6750 §3, RFC 9728 §5.1. */
export function refuse(
  error: AccessError | Unavailable,
  resourceMetadata: string,
  scopes: readonly string[],
): Refusal {
  if (error instanceof Unavailable)
    return { status: 503, headers: { ...CORS, 'retry-after': String(error.retryAfter) } }
  const attributes = [
    ['error', error.code],
    ['error_description', error.code && error.message],
    ['scope', (error.scopes ?? scopes).join(' ')],
    ['resource_metadata', resourceMetadata],
  ] as const
  const given = attributes.flatMap(([name, value]) => (value ? [`${name}=${quote(value)}`] : []))
  return {
    status: error.status,
    headers: { ...CORS, 'www-authenticate': `Bearer ${given.join(', ')}` },
  }
}

/** A quoted-string (RFC 9110 §5.6.4); what a header cannot carry becomes a question mark. */
function quote(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
