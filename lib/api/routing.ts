import type { z } from 'zod'
import { type OrganizationScope, type Permission, requirePermission } from '@/lib/access'
import { installationOf, type KeyHolder, organizationOf } from '@/lib/api-keys/key-holder'
import { checkedInput } from '@/lib/configuration/checked-input'
import { expectedByHeader } from '@/lib/configuration/entries'
import type { Management } from '@/lib/management/management'
import type { InstallationScope } from '@/lib/organizations/installation-scope'
import { Problem } from './problem'
import { parseBody, readBody, readQuery, refuseQuery } from './read-request'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `organization` of `/organizations/{organization}`. */
type ParameterOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never

/** One request, whose sender may make it. */
type Call<Path extends string, Scope> = {
  readonly scope: Scope
  readonly params: Readonly<Record<ParameterOf<Path>, string>>
  readonly management: Management
  readonly request: Request
}

export type Answer = {
  /** JSON; without it, the answer has no content. */
  readonly body?: unknown
  /** Instead of a body: one line of JSON each. */
  readonly lines?: AsyncIterable<unknown>
  /** Where there is more of a list: its cursor. */
  readonly next?: string
  /** 200, or 204 without content. */
  readonly status?: number
  /** Of what the body shows: its ETag. */
  readonly version?: string
  /** The path of what was created, from `/organizations` on. */
  readonly location?: string
}

type Described = {
  readonly method: Method
  /** Under `/api/v1`. */
  readonly path: string
  /** Unique, and for ever: generated clients are named after it. */
  readonly operationId: string
  readonly summary: string
  readonly permission: Permission
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Bytes; 64 KiB when it is absent. */
  readonly bodyLimit?: number
  /** Says more of the body than `body` does, where management checks it. */
  readonly documentedBody?: z.ZodType
  /** Absent: 204. */
  readonly response?: z.ZodType
  /** What the response says, other than 200. */
  readonly creates?: 'always' | 'sometimes'
  /** May answer 422 because of stored state although there is no body. */
  readonly canRefuse?: true
  /** Has an ETag, and heeds `If-Match`. */
  readonly versioned?: true
  /** Can also answer `application/jsonl`. */
  readonly exports?: true
}

/** A request that found its route; nothing of it is checked yet. */
type Arrived = {
  readonly holder: KeyHolder
  readonly params: Readonly<Record<string, string>>
  readonly management: Management
  readonly request: Request
}

/** An operation of the API: what it takes and answers, the permission that it needs, and what does it. */
export type Route = Described & {
  readonly of: 'organization' | 'installation'
  /**
   * Checks permission, query and content type of a request.
   *
   * @returns the body's text, and the work itself, which begins with parsing that text
   * @throws Forbidden, NotFound, Problem
   */
  prepare(arrived: Arrived): Promise<{ readonly text: string; work(): Promise<Answer> }>
}

type Base<Path extends string> = Omit<Described, 'path' | 'query' | 'body'> & { readonly path: Path }

type WithQuery<Path extends string, Scope, Query extends z.ZodObject> = Base<Path> & {
  readonly query: Query
  readonly body?: undefined
  readonly handle: (call: Call<Path, Scope> & { readonly query: z.output<Query> }) => Promise<Answer>
}

type WithBody<Path extends string, Scope, Body extends z.ZodType> = Base<Path> & {
  readonly query?: undefined
  readonly body: Body
  readonly handle: (call: Call<Path, Scope> & { readonly body: z.output<Body> }) => Promise<Answer>
}

type WithNeither<Path extends string, Scope> = Base<Path> & {
  readonly query?: undefined
  readonly body?: undefined
  readonly handle: (call: Call<Path, Scope>) => Promise<Answer>
}

type Spec<Path extends string, Scope, Query extends z.ZodObject, Body extends z.ZodType> =
  | WithQuery<Path, Scope, Query>
  | WithBody<Path, Scope, Body>
  | WithNeither<Path, Scope>

/** Makes routes: what the handler is given follows from the path, the scope and the schema. */
type RouteMaker<Prefix extends string, Scope> = {
  <const Path extends Prefix, Query extends z.ZodObject>(spec: WithQuery<Path, Scope, Query>): Route
  <const Path extends Prefix, Body extends z.ZodType>(spec: WithBody<Path, Scope, Body>): Route
  <const Path extends Prefix>(spec: WithNeither<Path, Scope>): Route
}

/** About one organization. */
export const organizationRoute: RouteMaker<`/organizations/{organization}${string}`, OrganizationScope> = <
  Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(
  spec: Spec<Path, OrganizationScope, Query, Body>,
) =>
  route('organization', spec, ({ holder, params, management }) =>
    organizationOf(holder, params.organization ?? '', management),
  )

/** Above all organizations: only for keys of the installation. */
export const installationRoute: RouteMaker<string, InstallationScope> = <
  Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(
  spec: Spec<Path, InstallationScope, Query, Body>,
) =>
  route('installation', spec, async ({ holder }, permission) => {
    const scope = installationOf(holder)
    if (scope) return scope
    throw new Problem('forbidden', 'only a key of the installation can do this', { permission })
  })

/** Hides the types of a route in a closure, so that routes of every kind fit into one list. */
function route<
  Path extends string,
  Scope extends Pick<OrganizationScope, 'permissions'>,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(
  of: Route['of'],
  spec: Spec<Path, Scope, Query, Body>,
  scopeOf: (arrived: Arrived, permission: Permission) => Promise<Scope>,
): Route {
  const { handle: _, query, body, ...described } = spec
  return {
    ...described,
    ...(query && { query }),
    ...(body && { body }),
    of,
    async prepare(arrived) {
      const { params, management, request } = arrived
      const scope = await scopeOf(arrived, spec.permission)
      requirePermission(scope, spec.permission)
      if (!hasParameters(params, spec.path)) throw new Error(`${spec.path} lacks parameters`)
      const expected = expectedByHeader(request.headers.get('if-match'))
      if (expected && spec.method !== 'GET' && !spec.versioned)
        throw new Problem('precondition-failed', 'this has no ETag: send it without If-Match')
      const call = { scope: { ...scope, ...(expected && { expected }) }, params, management, request }
      if (takesQuery(spec)) {
        const query = readQuery(spec.query, request)
        return { text: '', work: () => spec.handle({ ...call, query }) }
      }
      refuseQuery(request)
      if (!takesBody(spec)) return { text: '', work: () => spec.handle(call) }
      const text = await readBody(request, spec.bodyLimit)
      return {
        text,
        work: async () => spec.handle({ ...call, body: checkedInput(spec.body, parseBody(text)) }),
      }
    },
  }
}

function takesQuery<Path extends string, Scope, Query extends z.ZodObject, Body extends z.ZodType>(
  spec: Spec<Path, Scope, Query, Body>,
): spec is WithQuery<Path, Scope, Query> {
  return spec.query !== undefined
}

function takesBody<Path extends string, Scope, Body extends z.ZodType>(
  spec: WithBody<Path, Scope, Body> | WithNeither<Path, Scope>,
): spec is WithBody<Path, Scope, Body> {
  return spec.body !== undefined
}

function hasParameters<Path extends string>(
  params: Readonly<Record<string, string>>,
  path: Path,
): params is Readonly<Record<ParameterOf<Path>, string>> {
  return [...path.matchAll(/\{([^}]+)\}/g)].every(([, name = '']) => Object.hasOwn(params, name))
}

export type Match = { readonly route: Route; readonly params: Readonly<Record<string, string>> }

/**
 * The route of a path and a method.
 *
 * @param path under `/api/v1`, as it came
 * @returns the methods that the path has, where it does not have this one; none for an unknown path
 */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): Match | { readonly allowed: readonly Method[] } {
  const found = routes.flatMap((route) => {
    const params = matchPath(route.path, path)
    return params ? [{ route, params }] : []
  })
  return (
    found.find(({ route }) => route.method === method) ?? { allowed: found.map(({ route }) => route.method) }
  )
}

function matchPath(template: string, path: string): Readonly<Record<string, string>> | null {
  const [wanted, given] = [template.split('/'), path.split('/')]
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [i, step] of wanted.entries()) {
    const value = decoded(given[i] ?? '')
    const name = /^\{(.+)\}$/.exec(step)?.[1]
    if (!value && step !== '') return null
    if (name === undefined ? value !== step : value === null) return null
    if (name !== undefined) params[name] = value ?? ''
  }
  return params
}

/** Null for what is no text: nothing has a name like that. */
function decoded(step: string): string | null {
  try {
    const text = decodeURIComponent(step)
    return /\p{Cc}/u.test(text) ? null : text
  } catch {
    return null
  }
}
