import type { z } from 'zod'
import { isSecret } from './schema/secret'
import { bare, entriesOf, shapeFor, toWire, wireName } from './schema/wire'

/** A field that will change; of a secret only that it does. */
export type FieldChange =
  | { readonly field: string; readonly before?: unknown; readonly after?: unknown }
  | { readonly field: string; readonly secret: 'added' | 'changed' | 'removed' }

/** Settings, and the secret that belongs to them as it is stored: compared, and never shown. */
export type Compared = { readonly settings: unknown; readonly secret: string | undefined }

/**
 * The fields that differ, in wire names.
 *
 * @param before absent for what is new; then empty fields are left out
 * @param fixed fields that never change, or have changes of their own
 */
export function differences(
  schema: z.ZodType,
  before: Compared | undefined,
  after: Compared,
  fixed: readonly string[],
): readonly FieldChange[] {
  const [old, next] = [new Map(entriesOf(before?.settings)), new Map(entriesOf(after.settings))]
  const shape = { ...shapeFor(schema, after.settings), ...shapeFor(schema, before?.settings) }
  const changing = Object.entries(shape).filter(([key]) => !fixed.includes(key))
  return changing.flatMap(([key, field]): readonly FieldChange[] => {
    if (isSecret(bare(field as z.ZodType))) return secretChange(wireName(key), before?.secret, after.secret)
    const [was, is] = [old.get(key), next.get(key)].map((value) => toWire(field as z.ZodType, value))
    if (canonical(was) === canonical(is) || (!before && isEmpty(is))) return []
    return [
      {
        field: wireName(key),
        ...(was !== undefined && { before: was }),
        ...(is !== undefined && { after: is }),
      },
    ]
  })
}

function secretChange(field: string, before: string | undefined, after: string | undefined): FieldChange[] {
  if (before === after) return []
  return [{ field, secret: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed' }]
}

/** JSON with sorted keys: the database keeps keys in an order of its own. */
export function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) => {
    const members = entriesOf(inner)
    return members ? Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner
  })
}

/** A list or mapping without entries. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) ? value : entriesOf(value))?.length === 0
}
