/** `scope-token` of RFC 6749 §3.3: printable ASCII without space, quote and backslash. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * The tokens of a `scope` parameter (RFC 6749 §3.3), each once, in the order given. Malformed tokens are dropped
 * like unknown ones: a server may grant less than was asked.
 */
export function parseScope(value: string | undefined): readonly string[] {
  const tokens = (value ?? '').split(' ').filter((token) => SCOPE_TOKEN.test(token))
  return [...new Set(tokens)]
}

/** The wire form (RFC 6749 §3.3): tokens with one space between. */
export function formatScope(scope: readonly string[]): string {
  return scope.join(' ')
}

/** Whether everything in `a` is in `b`. */
export function isSubset(a: readonly string[], b: readonly string[]): boolean {
  const known = new Set(b)
  return a.every((token) => known.has(token))
}

/** What `a` and `b` share, in the order of `a`. */
export function intersect(a: readonly string[], b: readonly string[]): readonly string[] {
  const known = new Set(b)
  return a.filter((token) => known.has(token))
}
