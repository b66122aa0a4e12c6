import { ScimError } from './scim-error'

/** A condition of a filter: an attribute's path in lower case, without the core schema, and the value it must have. */
export type Equality = { readonly attribute: string; readonly value: string | boolean }

/** Conditions of one filter. */
const MOST = 5

const CORE = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/

/** `userName eq "alice"`; a path may have a condition of its own, `emails[type eq "work"].value`. */
const CONDITION =
  /^\s*([\w$.:-]+(?:\[[^\]"]*(?:"[^"]*"[^\]"]*)?\](?:\.[\w$]+)?)?)\s+eq\s+("(?:[^"\\]|\\.)*"|true|false)\s*(?:and\s|$)/i

/**
 * A filter in the forms that provisioning clients send (RFC 7644 §3.4.2.2): equalities, joined by `and`, five at most.
 *
 * @throws ScimError `invalidFilter` for any other
 */
export function readFilter(filter: string): readonly Equality[] {
  const found: Equality[] = []
  for (let rest = filter; rest.trim() !== ''; ) {
    const match = CONDITION.exec(rest)
    if (!match) throw unsupported()
    if (found.length === MOST)
      throw new ScimError(400, `a filter has at most ${MOST} conditions`, 'invalidFilter')
    const [whole, path = '', value = ''] = match
    found.push({ attribute: plain(path), value: read(value) })
    rest = rest.slice(whole.length)
  }
  if (found.length === 0) throw unsupported()
  return found
}

/**
 * Conditions by the name of what they compare. The same one twice is one.
 *
 * @throws ScimError `invalidFilter` when two contradict each other: nothing is like both
 */
export function byName<Value>(conditions: readonly (readonly [string, Value])[]): Map<string, Value> {
  const found = new Map<string, Value>()
  for (const [name, value] of conditions) {
    if (found.has(name) && found.get(name) !== value)
      throw new ScimError(400, 'two conditions of the filter contradict each other', 'invalidFilter')
    found.set(name, value)
  }
  return found
}

/** Names of attributes are compared without case (RFC 7643 §2.1), and those of the core schema are known without it. */
export function plain(path: string): string {
  return path
    .toLowerCase()
    .replace(CORE, '')
    .replace(/\[[^\]]*\]/, '')
}

function read(value: string): string | boolean {
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
  try {
    return String(JSON.parse(value))
  } catch {
    throw unsupported()
  }
}

export const unsupported = () =>
  new ScimError(400, 'only equalities, joined by and, are supported in a filter', 'invalidFilter')
