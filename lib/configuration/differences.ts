import { wireName } from './camel-keys'

const HIDDEN = Symbol('hidden')

/** A secret, or its digest: can be compared, cannot be printed. */
type Hidden = { readonly [HIDDEN]: string }

/** What something is made of, by the names of our own; `undefined` where it has none. */
export type Fields = Readonly<Record<string, unknown>>

/** A field that will change; of a secret only that it does. */
export type FieldChange =
  | { readonly field: string; readonly before?: unknown; readonly after?: unknown }
  | { readonly field: string; readonly secret: 'added' | 'changed' | 'removed' }

/** Marks a value as one that nobody may see. */
export function hidden(value: string | undefined): Hidden | undefined {
  return value === undefined ? undefined : { [HIDDEN]: value }
}

/** The fields that differ, in wire names. `before` is absent for what is new; then empty fields are left out. */
export function differences(before: Fields | undefined, after: Fields): readonly FieldChange[] {
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before ?? {})])]
  return keys.flatMap((key) => {
    const [old, next] = [before?.[key], after[key]]
    if (same(old, next) || (!before && isEmpty(next))) return []
    return [fieldChange(wireName(key), old, next)]
  })
}

function fieldChange(field: string, before: unknown, after: unknown): FieldChange {
  if (isHidden(before) || isHidden(after))
    return { field, secret: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed' }
  return { field, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

function same(a: unknown, b: unknown): boolean {
  if (isHidden(a) && isHidden(b)) return a[HIDDEN] === b[HIDDEN]
  return canonical(a) === canonical(b)
}

/** JSON with sorted keys: the database keeps keys in an order of its own. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

function isEmpty(value: unknown): boolean {
  if (isHidden(value)) return false
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function isHidden(value: unknown): value is Hidden {
  return typeof value === 'object' && value !== null && HIDDEN in value
}
