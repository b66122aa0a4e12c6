/** The two halves of a `Basic` header, as its sender meant them. */
export type BasicCredentials = {
  readonly user: string
  readonly password: string
  /** The password as it was sent, where decoding it changed it: the sender may have encoded nothing. */
  readonly rawPassword?: string
}

/**
 * Reads `Authorization: Basic` (RFC 7617 §2). OAuth form-encodes both halves before they are joined (RFC 6749 §2.3.1),
 * but many clients send them raw. Credentials that we issue consist of characters that decode to themselves, so
 * decoding is right for both; for a password that an operator chose, both readings are returned.
 *
 * @returns null when the header is missing, malformed, or has no user
 */
export function readBasicCredentials(authorization: string): BasicCredentials | null {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1]
  if (!encoded) return null
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const user = formDecode(decoded.slice(0, Math.max(colon, 0)))
  if (!user) return null
  const rawPassword = decoded.slice(colon + 1)
  const password = formDecode(rawPassword)
  return { user, password, ...(password !== rawPassword && { rawPassword }) }
}

/** What does not decode was sent raw. */
function formDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return value
  }
}
