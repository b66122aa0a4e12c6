import { z } from 'zod'
import type { SecretInput } from '@/lib/configuration/schema/values'
import { entriesOf, fromWire } from '@/lib/configuration/schema/wire'
import { hasContentType, readText } from '@/lib/http/body'
import { everyText, parseJson } from '@/lib/http/parse-json'
import { Problem, type ProblemError } from './problem'

/**
 * The query, as the route declares it.
 *
 * @throws Problem `invalid-parameter`
 */
export function readQuery<Query extends z.ZodObject>(query: Query, request: Request): z.output<Query> {
  const parsed = query.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (parsed.success) return parsed.data
  throw invalid(parsed.error.issues.flatMap(mistakesOf))
}

/** @throws Problem `invalid-parameter` when there is any */
export function refuseQuery(request: Request): void {
  const names = [...new Set(new URL(request.url).searchParams.keys())]
  if (names.length > 0) throw invalid(names.map(unknownParameter))
}

const invalid = (errors: readonly ProblemError[]) =>
  new Problem('invalid-parameter', 'errors has every mistake', { errors })

const unknownParameter = (parameter: string) => ({ parameter, detail: 'is not a parameter here' })

function mistakesOf(issue: z.core.$ZodIssue) {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(unknownParameter)
  return [{ parameter: String(issue.path[0] ?? ''), detail: issue.message }]
}

/**
 * The body as it came.
 *
 * @throws Problem `unsupported-media-type`; OAuthError with 413
 */
export async function readBody(request: Request, limit: number | undefined): Promise<string> {
  if (!hasContentType(request, 'application/json'))
    throw new Problem('unsupported-media-type', 'send application/json')
  return readText(request, limit)
}

/**
 * What a body holds.
 *
 * @throws Problem `malformed-body`
 */
export function parseBody(text: string): unknown {
  const malformed = (why: string) => new Problem('malformed-body', `the body ${why}`)
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    throw malformed(error instanceof RangeError ? 'is nested too deeply' : 'is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('must be a JSON object')
  // No database could hold it.
  if (!everyText(value, (text) => !/[\0\p{Cs}]/u.test(text)))
    throw malformed('has a NUL character or half a surrogate pair in it')
  return value
}

/** Settings, with what the operator says of this change alone: that it may lock everybody out. */
export const withLockOut = <Settings extends z.ZodType>(settings: Settings) =>
  z.unknown().transform((body) => ({
    settings: settings.parse(body),
    isMeant: entriesOf(body)?.some(([name, value]) => name === 'allow_lock_out' && value === true) ?? false,
  }))

/**
 * Reads a body as settings, under our names. Whether they are right is decided where they are stored; a secret that is
 * `null` is there, and undefined.
 *
 * @param readOnly members that only answers have
 */
export function settingsBody<Schema extends z.ZodType>(schema: Schema, readOnly: z.core.$ZodShape) {
  return z.unknown().transform((body) => {
    const members = (entriesOf(body) ?? []).filter(([name]) => !(name in readOnly))
    return fromWire(schema, Object.fromEntries(members), enteredSecret)
  })
}

/** Whatever it is, it is never read as a reference to a variable or a file of ours. */
function enteredSecret(value: unknown): SecretInput | undefined {
  if (value === null) return undefined
  if (typeof value !== 'string') return { wrong: { code: 'not_text' } }
  return value === '' ? { wrong: { code: 'empty' } } : { set: value }
}
