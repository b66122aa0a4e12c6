type Members = Readonly<Record<string, unknown>>

/**
 * Takes a signed JWT apart (RFC 7515 §3.1, RFC 7519 §7.2). Nothing of it is verified.
 *
 * @param maxLength characters; a longer one is not looked at
 * @returns null when it is none
 */
export function readCompactJws(
  jwt: string,
  maxLength: number,
): { readonly header: Members; readonly claims: Members } | null {
  const parts = jwt.length <= maxLength ? jwt.split('.') : []
  const [header, claims] = parts.slice(0, 2).map(decode)
  return parts.length === 3 && header && claims ? { header, claims } : null
}

/** The `typ` of a header as RFC 7515 §4.1.9 compares it: without case, and without what goes without saying. */
export function typeOf({ typ }: Members): unknown {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ
}

function decode(part: string): Members | null {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return null
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null
  } catch {
    return null
  }
}
