/**
 * A JSON object without absent members: what we do not have is left out, never `null`, and lists without elements
 * are left out too (RFC 8414 §3.2, RFC 9728 §3.2). Client libraries refuse anything else.
 */
export function omitEmpty(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(members))
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) present[name] = value
  return present
}
