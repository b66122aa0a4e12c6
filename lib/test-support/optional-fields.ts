import { expect, it } from 'vitest'
import { z } from 'zod'

/** What a form sends, by name; null: nothing, as of a box that is not ticked. */
export type Fields = Readonly<Record<string, string | null>>

/** What fills an optional field, besides what its form needs for that; or why no field of a form could be emptied. */
export type Line = { readonly set: Fields; readonly from?: Fields } | { readonly none: string }
export type Lines = Readonly<Record<string, Line>>

function formOf(...parts: readonly Fields[]): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(Object.assign({}, ...parts) as Fields))
    if (value !== null) form.set(name, value)
  return form
}

const mayBeLeftOut = (schema: z.ZodType): schema is z.ZodExactOptional | z.ZodDefault =>
  schema instanceof z.ZodExactOptional || schema instanceof z.ZodDefault

/** The paths of all fields that may be left out, also of those within others: `access.allow.when`. */
export function optionalPaths(schema: z.ZodType, path: readonly string[] = []): readonly string[] {
  if (mayBeLeftOut(schema)) return optionalPaths(schema.unwrap() as z.ZodType, path)
  if (schema instanceof z.ZodArray) return optionalPaths(schema.element as z.ZodType, path)
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => optionalPaths(option as z.ZodType, path))
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>).flatMap(([name, field]) => {
    const at = [...path, name]
    return [...(mayBeLeftOut(field) ? [at.join('.')] : []), ...optionalPaths(field, at)]
  })
}

/**
 * Fills every optional field, and empties it again, as somebody does at the form.
 *
 * @param save sends the form, and says what is stored then
 */
export function fillAndEmpty(
  paths: readonly string[],
  lines: Lines,
  base: Fields,
  save: (form: FormData) => Promise<unknown>,
) {
  const lineOf = (path: string): Line | undefined => {
    const above = path.slice(0, Math.max(0, path.lastIndexOf('.')))
    const parent = above === '' ? undefined : lineOf(above)
    return lines[path] ?? (parent && 'none' in parent ? parent : undefined)
  }
  it('has a line for every optional field, and no other', () => {
    expect(paths.filter((path) => lineOf(path) === undefined)).toEqual([])
    expect(Object.keys(lines).filter((path) => !paths.includes(path))).toEqual([])
  })
  const fields = Object.entries(lines).flatMap(([path, line]) => ('set' in line ? [{ path, ...line }] : []))
  it.each(fields)('$path: set, empty, gone', async ({ set, from = {} }) => {
    const before = await save(formOf(base, from))
    expect(await save(formOf(base, from, set))).not.toEqual(before)
    expect(await save(formOf(base, from))).toEqual(before)
  })
}
