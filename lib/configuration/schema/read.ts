import { z } from 'zod'
import type { Mistake, Path } from '../mistakes'
import type { Frozen, KeyOf, OrganizationSettings } from './settings'
import { describeIssue, wrongOf } from './values'
import { bare, entriesOf, isNamed, memberFor, shapeFor, spelledOnWire, wireName } from './wire'

/** Stands in a draft for what was given and cannot be. */
export const WRONG = Symbol('wrong')

/**
 * What was given, as far as it is right, without defaults: rules that compare several values speak also when others
 * are wrong, so that every mistake is reported at once.
 */
export type Draft<T> = { readonly [Key in keyof T]?: DraftValue<T[Key]> | typeof WRONG | undefined }
type DraftValue<T> = T extends readonly string[]
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Draft<Item>[]
    : T

export type OrganizationDraft = Draft<OrganizationSettings>

type Read<Value, Drafted> = {
  /** Absent when anything is wrong. */
  readonly value?: Value
  readonly draft: Drafted
  /** Each with its path in wire names. */
  readonly mistakes: readonly Mistake[]
}

/**
 * Checks one value after another of an input under our names, and fills in defaults.
 *
 * @param path where the input is, in wire names
 * @param stored settings that are, as they are stored, part of the input; they have been checked, and none of their
 * texts is new
 */
export function readSettings<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  path: Path,
  stored: Stored = NOTHING,
) {
  const { draft, ...found } = read(schema, input, { path, stored })
  return { ...found, draft: entriesOf(draft) ? draft : {} } as Read<
    Frozen<z.output<Schema>>,
    Draft<Frozen<z.output<Schema>>>
  >
}

/** What is stored already. */
export type Stored = {
  /** The very objects: what is one of them stays as it is. */
  readonly settings: ReadonlySet<unknown>
  /** Texts with characters that no new one may have. */
  readonly texts: ReadonlySet<string>
}

export const NOTHING: Stored = { settings: new Set(), texts: new Set() }

type Place = { readonly path: Path; readonly stored: Stored }

const inside = ({ path, stored }: Place, step: string | number): Place => ({ path: [...path, step], stored })

function read(schema: z.ZodType, input: unknown, place: Place): Read<unknown, unknown> {
  if (place.stored.settings.has(input)) return { value: input, draft: input, mistakes: [] }
  if (schema instanceof z.ZodDefault && input === undefined)
    return { value: schema.def.defaultValue, draft: undefined, mistakes: [] }
  if (schema instanceof z.ZodExactOptional && input === undefined) return { draft: undefined, mistakes: [] }
  const inner = bare(schema)
  if (inner instanceof z.ZodArray && Array.isArray(input) && isComposite(inner.def.element as z.ZodType))
    return readList(inner.def.element as z.ZodType, input, place)
  if (inner instanceof z.ZodDiscriminatedUnion && entriesOf(input)) return readMember(inner, input, place)
  if (inner instanceof z.ZodObject && entriesOf(input)) return readMembers(inner, input, place)
  return readValue(inner, input, place)
}

/** What zod has found, with paths from the outermost value. */
function mistakesOf({ issues }: z.ZodError, path: Path): readonly Mistake[] {
  return issues.flatMap((issue): readonly Mistake[] => {
    const place = [...path, ...(issue.path as Path)]
    if (issue.code !== 'unrecognized_keys') return [{ path: place, ...wrongOf(issue) }]
    return issue.keys.map((key) => ({ path: [...place, key], ...unknownKey(issue.message), atKey: true }))
  })
}

const isComposite = (schema: z.ZodType) =>
  schema instanceof z.ZodObject || schema instanceof z.ZodDiscriminatedUnion

function readValue(schema: z.ZodType, input: unknown, { path, stored }: Place): Read<unknown, unknown> {
  const parsed = schema.safeParse(input, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject
        ? keysOf(issue.inst.shape)
        : describeIssue(issue),
  })
  if (parsed.success) return { value: parsed.data, draft: parsed.data, mistakes: [] }
  const isKept = (issue: z.core.$ZodIssue) =>
    wrongOf(issue).code === 'invisible_character' &&
    stored.texts.has(String(issue.path.reduce(memberOf, input)))
  if (parsed.error.issues.every(isKept)) return { value: input, draft: input, mistakes: [] }
  const draft = input === undefined ? undefined : WRONG
  return { draft, mistakes: mistakesOf(parsed.error, path) }
}

/** What is at one step of a path. */
const memberOf = (value: unknown, step: PropertyKey): unknown =>
  Array.isArray(value) ? value[Number(step)] : entriesOf(value)?.find(([key]) => key === step)?.[1]

function readList(element: z.ZodType, input: readonly unknown[], place: Place): Read<unknown, unknown> {
  const items = input.map((item, i) => read(element, item, inside(place, i)))
  const draft = items.map((item) => (entriesOf(item.draft) ? item.draft : {}))
  const mistakes = items.flatMap((item) => item.mistakes)
  return mistakes.length > 0
    ? { draft, mistakes }
    : { value: items.map(({ value }) => value), draft, mistakes }
}

function readMember(union: z.ZodDiscriminatedUnion, input: unknown, place: Place): Read<unknown, unknown> {
  const member = memberFor(union, input)
  if (!member) return readValue(union, input, place)
  const asMember = readMembers(member, input, place)
  if (isNamed(union, member, input)) return asMember
  // Nothing is known of its fields but that their rules may have something to say.
  return { draft: asMember.draft, mistakes: readValue(union, input, place).mistakes }
}

function readMembers({ shape }: z.ZodObject, input: unknown, place: Place): Read<unknown, unknown> {
  const given = new Map(entriesOf(input))
  const fields = Object.entries(shape).map(
    ([key, field]) => [key, read(field, given.get(key), inside(place, wireName(key)))] as const,
  )
  const unknown = [...given.keys()]
    .filter((key) => !(key in shape) && given.get(key) !== undefined)
    .map((key): Mistake => {
      return { path: [...place.path, spelledOnWire(shape, key)], ...unknownKey(keysOf(shape)), atKey: true }
    })
  const mistakes = [...fields.flatMap(([, field]) => field.mistakes), ...unknown]
  const draft = present(fields.map(([key, field]) => [key, field.draft] as const))
  if (mistakes.length > 0) return { draft, mistakes }
  return { value: present(fields.map(([key, { value }]) => [key, value] as const)), draft, mistakes }
}

const keysOf = (shape: z.core.$ZodShape) => Object.keys(shape).map(wireName).join(', ')
const unknownKey = (keys: string) => ({ code: 'unknown_key', params: { keys } }) as const

/** What is stored, in the order of the schema, with defaults for what was not there yet when it was stored. */
export function inOrder<Settings>(
  schema: z.ZodType,
  stored: { readonly [Key in KeyOf<Settings>]?: unknown },
): Settings {
  const source = new Map(entriesOf(stored))
  const fields = Object.entries(shapeFor(schema, stored) ?? {}).map(([key, field]) => {
    const value = source.get(key)
    return [
      key,
      value === undefined && field instanceof z.ZodDefault ? field.def.defaultValue : value,
    ] as const
  })
  return present(fields) as Settings
}

const present = (members: readonly (readonly [string, unknown])[]) =>
  Object.fromEntries(members.filter(([, value]) => value !== undefined))
