import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Json } from '@/lib/configuration/schema/wire'
import { openApi } from '../openapi'
import { ROUTES } from '../routes/all'
import { matchRoute } from '../routing'

type JsonObject = { readonly [name: string]: Json }

const DOCUMENT = openApi(ROUTES, 'https://auth.example.com')

/** Every schema of the document, where a schema looks for those it refers to. */
const DEFINITIONS = closed((DOCUMENT.components as { schemas: JsonObject }).schemas)

/**
 * Fails unless an answer is one that the OpenAPI document declares for the operation: its status, and a body that fits
 * the schema and has no member besides.
 *
 * @param path under `/api/v1`, without the query
 */
export function expectDeclared(
  method: string,
  path: string,
  { status, headers, body }: { readonly status: number; readonly headers: Headers; readonly body: unknown },
): void {
  const match = matchRoute(ROUTES, method, path)
  if (!('route' in match)) return
  const operations = (DOCUMENT.paths as Record<string, Record<string, { responses: JsonObject }>>)[
    match.route.path
  ]
  const responses = operations?.[method.toLowerCase()]?.responses
  const declared = responses?.[String(status)] as
    | { content?: Record<string, { schema: JsonObject }> }
    | undefined
  assert.ok(declared, `${match.route.operationId} does not declare ${status}`)
  const type = headers.get('content-type')?.split(';')[0] ?? ''
  if (!declared.content) {
    assert.equal(body, '')
    return
  }
  const schema = declared.content[type]?.schema
  assert.ok(schema, `${match.route.operationId} does not declare ${type}`)
  if (typeof body !== 'object') return
  const parsed = checkOf(schema).safeParse(body)
  assert.ok(parsed.success, parsed.error && `${match.route.operationId}: ${z.prettifyError(parsed.error)}`)
}

const checks = new WeakMap<JsonObject, z.ZodType>()

/** What checks that a body fits a schema of the document; made once, since many answers have the same. */
function checkOf(schema: JsonObject): z.ZodType {
  const known = checks.get(schema)
  if (known) return known
  const whole = { ...(closed(schema) as JsonObject), $defs: DEFINITIONS }
  const made = z.fromJSONSchema(whole as Parameters<typeof z.fromJSONSchema>[0])
  checks.set(schema, made)
  return made
}

/** The same schema without room for members that it does not name, and with references as JSON Schema has them. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === '$ref' ? String(value).replace('#/components/schemas/', '#/$defs/') : closed(value),
    ]),
  )
  const isOpen = inner.type === 'object' && 'properties' in inner && !('additionalProperties' in inner)
  return isOpen ? { ...inner, additionalProperties: false } : inner
}
