/**
 * A value from outside as Postgres can hold it: NUL and lone surrogates, which text and jsonb refuse, are taken out
 * of every string in it.
 */
export function storable<T>(value: T): T {
  if (typeof value === 'string') return Buffer.from(value.replaceAll('\0', '')).toString() as T
  if (Array.isArray(value)) return value.map(storable) as T
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [storable(name), storable(member)]),
  ) as T
}
