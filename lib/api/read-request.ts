import type { z } from 'zod'
import { hasContentType, readText } from '@/lib/http/body'
import { parseJson } from '@/lib/http/parse-json'
import { Problem } from './problem'
import type { Route } from './routing'

/**
 * The query, as the route declares it.
 *
 * @throws Problem `invalid-parameter`
 */
export function readQuery({ query }: Route, url: URL): unknown {
  const given = Object.fromEntries(url.searchParams)
  const parsed = query?.safeParse(given)
  if (parsed?.success) return parsed.data
  const errors = parsed
    ? parsed.error.issues.flatMap(mistakesOf)
    : Object.keys(given).map((parameter) => ({ parameter, detail: 'is not a parameter here' }))
  if (errors.length === 0) return {}
  throw new Problem('invalid-parameter', 'errors has every mistake', { errors })
}

function mistakesOf(issue: z.core.$ZodIssue) {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((parameter) => ({ parameter, detail: 'is not a parameter here' }))
  return [{ parameter: String(issue.path[0] ?? ''), detail: issue.message }]
}

/**
 * The body as it came; empty where the route takes none.
 *
 * @throws Problem `unsupported-media-type`; OAuthError with 413
 */
export async function readBody({ body, bodyLimit }: Route, request: Request): Promise<string> {
  if (!body) return ''
  if (!hasContentType(request, 'application/json'))
    throw new Problem('unsupported-media-type', 'send application/json')
  return readText(request, bodyLimit)
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
  if (!isStorable(value)) throw malformed('has a NUL character or half a surrogate pair in it')
  return value
}

/** Whether a database can hold every string in it. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && isWellFormed(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, member]) => isStorable(name) && isStorable(member))
}

function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}
