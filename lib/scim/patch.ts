/** Changes of a resource in the forms that Okta and Entra send (RFC 7644 §3.5.2). */
import { ScimError } from './scim-error'

export type Members = Readonly<Record<string, unknown>>

/** Without a path, the value has the attributes that it is about. */
export type Operation = {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path?: string
  readonly value: unknown
}

/** Of one request. */
const MAX_OPERATIONS = 1_000

/** Attributes that the changes of one user name: with each, the user is made anew. */
const MAX_CHANGES = 200

export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A member by its name in any case (RFC 7643 §2.1). */
export function keyOf(value: Members, name: string): string {
  const wanted = name.toLowerCase()
  return Object.keys(value).find((key) => key.toLowerCase() === wanted) ?? name
}

/** @throws ScimError `invalidSyntax` */
export function readOperations(body: unknown): readonly Operation[] {
  const list: unknown = isObject(body) ? body[keyOf(body, 'Operations')] : undefined
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_OPERATIONS)
    throw new ScimError(400, `Operations must be a list of 1 to ${MAX_OPERATIONS}`, 'invalidSyntax')
  return list.map((operation: unknown) => {
    if (!isObject(operation)) throw new ScimError(400, 'an operation is no object', 'invalidSyntax')
    // Entra writes Add, Replace and Remove.
    const op = String(operation.op).toLowerCase()
    const { path, value } = operation
    if (op !== 'add' && op !== 'replace' && op !== 'remove')
      throw new ScimError(400, 'op must be add, replace or remove', 'invalidSyntax')
    if (path === undefined || path === null || path === '') {
      if (op === 'remove') throw new ScimError(400, 'remove needs a path', 'noTarget')
      if (!isObject(value))
        throw new ScimError(400, 'without a path, value must be an object', 'invalidValue')
      return { op, value }
    }
    if (typeof path !== 'string') throw invalidPath()
    return { op, path, value }
  })
}

/**
 * A resource after the operations, none of which changes the one that is given.
 *
 * @throws ScimError `invalidPath`, or `invalidSyntax` for too many changes
 */
export function patched(resource: Members, operations: readonly Operation[]): Members {
  const changes = operations.reduce(
    (sum, { path, value }) => sum + (path === undefined && isObject(value) ? Object.keys(value).length : 1),
    0,
  )
  if (changes > MAX_CHANGES)
    throw new ScimError(400, `a request may change ${MAX_CHANGES} attributes at most`, 'invalidSyntax')
  return operations.reduce(apply, resource)
}

function apply(resource: Members, { op, path, value }: Operation): Members {
  if (path !== undefined) return changed(resource, pathOf(path), op, value)
  // The keys may be paths themselves: name.familyName, or that of an extension.
  return Object.entries(isObject(value) ? value : {}).reduce(
    (before, [key, member]) => changed(before, pathOf(key), op, member),
    resource,
  )
}

type Path = {
  readonly schema?: string
  readonly attribute: string
  readonly filter?: { readonly attribute: string; readonly value: string }
  readonly sub?: string
}

const EXTENSION = /^urn:[\w.:-]+:extension:[\w.-]+:[\w.-]+:[A-Za-z]+$/i
const CORE = /^urn:ietf:params:scim:schemas:core:2\.0:(User|Group)$/i
const PATH =
  /^(?:(urn:[\w.:-]+):)?([A-Za-z$][\w$-]*)(?:\[\s*([\w$]+)\s+eq\s+"?([^"\]]*)"?\s*\])?(?:\.([A-Za-z$][\w$-]*))?$/i

/** `emails[type eq "work"].value`, `name.familyName`, `urn:…:User:department` (RFC 7644 §3.5.2, figure 7). */
function pathOf(path: string): Path {
  if (EXTENSION.test(path)) return { attribute: path }
  const [, schema, attribute, name, value = '', sub] = PATH.exec(path) ?? []
  if (!attribute) throw invalidPath()
  return {
    ...(schema && !CORE.test(schema) && { schema }),
    attribute,
    ...(name && { filter: { attribute: name, value } }),
    ...(sub && { sub }),
  }
}

function changed(resource: Members, path: Path, op: Operation['op'], value: unknown): Members {
  const { schema, ...rest } = path
  if (schema !== undefined) {
    const key = keyOf(resource, schema)
    const extension = isObject(resource[key]) ? resource[key] : {}
    return { ...resource, [key]: changed(extension, rest, op, value) }
  }
  const key = keyOf(resource, path.attribute)
  const after = valueAfter(resource[key], path, op, value)
  const others = Object.entries(resource).filter(([name]) => name !== key)
  return Object.fromEntries(after === undefined ? others : [...others, [key, after]])
}

function valueAfter(before: unknown, { filter, sub }: Path, op: Operation['op'], value: unknown): unknown {
  if (filter) return listAfter(Array.isArray(before) ? before : [], filter, sub, op, value)
  if (sub !== undefined) return memberAfter(isObject(before) ? before : {}, sub, op, value)
  if (op === 'remove') return removed(before, value)
  if (isObject(before) && isObject(value)) return { ...before, ...value }
  if (op === 'add' && Array.isArray(before)) return [...before, ...[value].flat()]
  return value
}

function memberAfter(before: Members, sub: string, op: Operation['op'], value: unknown): Members {
  const key = keyOf(before, sub)
  const others = Object.entries(before).filter(([name]) => name !== key)
  return Object.fromEntries(op === 'remove' ? others : [...others, [key, value]])
}

/** Entra sets a value of a list that has none yet: it is made, rather than refused with `noTarget`. */
function listAfter(
  before: readonly unknown[],
  { attribute, value: wanted }: NonNullable<Path['filter']>,
  sub: string | undefined,
  op: Operation['op'],
  value: unknown,
): unknown {
  const fits = (item: unknown) => isObject(item) && String(item[keyOf(item, attribute)]) === wanted
  if (op === 'remove' && sub === undefined) return before.filter((item) => !fits(item))
  const edit = (item: Members): Members =>
    sub === undefined ? { ...item, ...(isObject(value) ? value : {}) } : memberAfter(item, sub, op, value)
  const after = before.map((item) => (isObject(item) && fits(item) ? edit(item) : item))
  return op === 'remove' || before.some(fits) ? after : [...before, edit({ [attribute]: wanted })]
}

/** What is left of a list without the values that are named; nothing, where none is. */
function removed(before: unknown, value: unknown): unknown {
  if (!Array.isArray(before) || value === undefined || value === null) return undefined
  const gone = [value].flat().map((item: unknown) => (isObject(item) ? item.value : item))
  return before.filter((item: unknown) => !gone.includes(isObject(item) ? item.value : item))
}

const invalidPath = () => new ScimError(400, 'the path is not one that is supported', 'invalidPath')
