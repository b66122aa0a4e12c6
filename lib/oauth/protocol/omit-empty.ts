/**
 * A JSON object without absent members: what we do not have is left out, never `null`, and lists without elements
 * are left out too (RFC 8414 §3.2, RFC 9728 §3.2). Client libraries refuse anything else.
 */
export function omitEmpty(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  )
}
