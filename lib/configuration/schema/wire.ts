/**
 * Names on the wire: those of configuration files, the API and the audit log. `tokenEndpoint` is `token_endpoint`
 * there, at every depth of a schema; what a schema leaves open (records, keys by value) keeps the names it has.
 */
import { z } from 'zod'
import { isSecret, type SecretInput } from './values'

/** `tokenEndpoint` becomes `token_endpoint`. */
export function wireName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

const ownName = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** How a key of an object that was read from the wire is spelled there; unknown keys keep their spelling. */
export function spelledOnWire(shape: z.core.$ZodShape, key: string): string {
  if (key in shape) return wireName(key)
  return ownName(key) in shape ? ownName(key) : key
}

/** A key in our spelling becomes its wire name, which no shape has: the two change places. */
function spelledOurWay(shape: z.core.$ZodShape, key: string): string {
  if (ownName(key) in shape && wireName(ownName(key)) === key) return ownName(key)
  return key in shape ? wireName(key) : key
}

/** How the secrets of a source are read. */
export type SecretReader = (value: unknown) => SecretInput | undefined

/**
 * A value from the wire under our names. Nothing is checked, and unknown keys stay: what the type claims, `readSettings`
 * verifies.
 */
export function fromWire<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  secretOf: SecretReader,
): z.input<Schema> {
  return renamed(schema, value, spelledOurWay, secretOf) as z.input<Schema>
}

/** What JSON can hold. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined }

/** A value under the names of the wire. @param secretOf what stands there in place of a secret */
export function toWire(
  schema: z.ZodType,
  value: unknown,
  secretOf: () => Json | undefined = () => undefined,
): Json | undefined {
  return renamed(schema, value, (_, key) => wireName(key), secretOf) as Json | undefined
}

/** The fields of a schema under their wire names. */
export function wireShape({ shape }: z.ZodObject): z.core.$ZodLooseShape {
  return Object.fromEntries(
    Object.entries(shape).map(([key, field]) => [wireName(key), wireSchema(field as z.ZodType)]),
  )
}

function wireSchema(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return z.strictObject(wireShape(schema))
  if (schema instanceof z.ZodArray)
    return z.clone(schema, { ...schema.def, element: wireSchema(schema.def.element as z.ZodType) })
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodExactOptional)
    return z.clone(schema, { ...schema.def, innerType: wireSchema(schema.def.innerType as z.ZodType) })
  return schema
}

type Spelling = (shape: z.core.$ZodShape, key: string) => string

function renamed(
  wrapped: z.ZodType,
  value: unknown,
  spelling: Spelling,
  secretOf: (value: unknown) => unknown,
): unknown {
  const schema = bare(wrapped)
  if (isSecret(schema)) return secretOf(value)
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map((item) => renamed(schema.def.element as z.ZodType, item, spelling, secretOf))
  const shape = shapeFor(schema, value)
  const members = entriesOf(value)
  if (!shape || !members) return value
  return Object.fromEntries(
    members.map(([key, member]) => {
      const name = spelling(shape, key)
      const field = shape[key in shape ? key : name]
      return [name, field ? renamed(field as z.ZodType, member, spelling, secretOf) : member]
    }),
  )
}

/** The schema without its default and without being optional. */
export function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodExactOptional)
    return bare(schema.def.innerType as z.ZodType)
  return schema
}

/** The fields that a value has or may have: of a union, those of the member that its `type` names. */
export function shapeFor(schema: z.ZodType, value: unknown): z.core.$ZodShape | undefined {
  if (schema instanceof z.ZodObject) return schema.shape
  if (schema instanceof z.ZodDiscriminatedUnion) return memberFor(schema, value)?.shape
  return undefined
}

/** The member of a union that the value's `type` names; otherwise the first one. */
export function memberFor(union: z.ZodDiscriminatedUnion, value: unknown): z.ZodObject | undefined {
  const members = union.options.filter((option) => option instanceof z.ZodObject)
  return members.find((member) => isNamed(union, member, value)) ?? members[0]
}

/** Whether the value says that it is of this member. */
export function isNamed(union: z.ZodDiscriminatedUnion, member: z.ZodObject, value: unknown): boolean {
  const { discriminator } = union.def
  const literal = member.shape[discriminator]
  const said = entriesOf(value)?.find(([key]) => key === discriminator)?.[1]
  return literal instanceof z.ZodLiteral && literal.value === said
}

type MemberOf<Value> = Value extends Json ? Json : unknown

/** The members of a JSON object or YAML mapping; undefined for anything else. */
export function entriesOf<Value>(value: Value): readonly (readonly [string, MemberOf<Value>])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.entries(value)
}
