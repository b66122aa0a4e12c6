import { z } from 'zod'
import { PROBLEMS, type ProblemName, permissionName } from './problem'
import type { Route } from './routing'
import { components, problem } from './schemas'

const REFERENCE = '#/components/schemas/'

/** The same in two notations: not all regular expressions know Unicode's categories. */
const NO_CONTROL_CHARACTERS = '^\\P{Cc}*$'
const PORTABLE = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'

/** The API as OpenAPI 3.1 describes it, from the schemas that requests are checked with. */
export function openApi(routes: readonly Route[], publicUrl: string) {
  const paths: Record<string, Record<string, ReturnType<typeof operation>>> = {}
  for (const route of routes) {
    paths[route.path] ??= {}
    const operations = paths[route.path]
    if (operations) operations[route.method.toLowerCase()] = operation(route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vestibule management API',
      version: '1',
      description:
        'Organizations, connections, servers, clients, API keys, the audit log and its webhooks, logins and grants.',
    },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ key: [] }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas(),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', bearerFormat: 'vst_key_…', description: 'An API key.' },
      },
    },
  }
}

function operation(route: Route) {
  const { operationId, summary, permission, query, method, path } = route
  const body = route.documentedBody ?? route.body
  const idempotent = {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key and body get the same answer for 24 hours, and nothing is done twice.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  }
  const precondition = {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag of what was read: what was changed since is not replaced.',
    schema: { type: 'string' },
  }
  const parameters = [
    ...pathParameters(path),
    ...queryParameters(query),
    ...(method === 'POST' ? [idempotent] : []),
    ...(route.versioned && method !== 'GET' ? [precondition] : []),
  ]
  return {
    operationId,
    summary,
    description: `Needs the permission \`${permissionName(permission)}\`${route.of === 'installation' ? ', in a key of the installation' : ''}.`,
    tags: [tagOf(route)],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: jsonContent(reference(body)) } }),
    responses: responses(route),
  }
}

function responses(route: Route) {
  const { response, creates, exports: isExported } = route
  const content = response && {
    ...jsonContent(reference(response)),
    ...(isExported && { 'application/jsonl': { schema: { type: 'string' } } }),
  }
  const good = content ? { description: 'Done.', content } : { description: 'Done.' }
  const created = { ...good, description: 'Created.' }
  const success = response
    ? {
        ...(creates !== 'always' && { '200': good }),
        ...(creates && { '201': created }),
      }
    : { '204': good }
  const problems = problemsOf(route).map((name) => [
    String(PROBLEMS[name][0]),
    {
      description: PROBLEMS[name][1],
      content: { 'application/problem+json': { schema: reference(problem) } },
    },
  ])
  return { ...success, ...Object.fromEntries(problems) }
}

/** Those that a client of this operation has to think of. */
function problemsOf({ method, body, path, query, canRefuse }: Route): readonly ProblemName[] {
  return [
    ...(query || method === 'POST' ? (['invalid-parameter'] as const) : []),
    ...(body
      ? (['malformed-body', 'body-too-large', 'unsupported-media-type', 'invalid-input'] as const)
      : []),
    ...(canRefuse ? (['invalid-input'] as const) : []),
    ...(method === 'GET' ? [] : (['precondition-failed'] as const)),
    'unauthorized',
    'forbidden',
    ...(path.includes('{') ? (['not-found'] as const) : []),
    ...(method === 'POST' ? (['idempotency-key-in-use'] as const) : []),
    'too-many-requests',
    'unavailable',
  ]
}

function pathParameters(path: string) {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(query: z.ZodObject | undefined) {
  if (!query) return []
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' })
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

/** Every schema has a name: a client's types are called after it. */
function reference(schema: z.ZodType) {
  const id = components.get(schema)?.id
  if (id === undefined) throw new Error('a schema of the API has no name')
  return { $ref: REFERENCE + id }
}

function schemas() {
  const all = z.toJSONSchema(components, {
    io: 'input',
    unrepresentable: 'any',
    uri: (id) => REFERENCE + id,
    override: ({ jsonSchema }) => {
      if (jsonSchema.pattern === NO_CONTROL_CHARACTERS) jsonSchema.pattern = PORTABLE
    },
  })
  const named = Object.entries(all.schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema])
  return Object.fromEntries(named)
}

/** The last step of the path that is a name: `connections`. */
function tagOf({ path }: Route): string {
  return path.split('/').findLast((step) => step !== '' && !step.startsWith('{')) ?? ''
}

const jsonContent = (schema: ReturnType<typeof reference>) => ({ 'application/json': { schema } })
