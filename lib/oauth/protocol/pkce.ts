/**
 * PKCE (RFC 7636) with S256, the only method that is accepted.
 *
 * The digest of the presented verifier is compared with the stored challenge inside the challenge store, in the atomic
 * step that also compares client, redirect URI and server and spends the code (decision 0005). A comparison here would
 * need a read before that step, and two concurrent callers could both pass it. The stores compare strings without
 * constant time. That leaks at most a prefix of the challenge, which is no secret: it was in the authorization URL. To
 * use it, an attacker would still need a verifier with that SHA-256, a preimage.
 */
import { hash } from 'node:crypto'

/** Whether this can be an S256 `code_challenge`: a SHA-256 in base64url without padding (RFC 7636 §4.2). */
export function isCodeChallenge(value: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(value)
}

/** Whether this is a `code_verifier`: 43 to 128 unreserved characters (RFC 7636 §4.1). */
export function isCodeVerifier(value: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(value)
}

/** The S256 challenge of a verifier (RFC 7636 §4.6). Decision 0002. */
export function deriveCodeChallenge(verifier: string): string {
  return hash('sha256', verifier, 'base64url')
}
