import type { z } from 'zod'
import type { OrganizationScope, Permission } from '@/lib/access'
import type { Management } from '@/lib/management/management'
import type { InstallationScope } from '@/lib/organizations/installation-scope'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `organization` of `/organizations/{organization}`. */
type ParameterOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never

/** One request, whose sender may make it, with everything read and checked. */
export type Call<Path extends string, Scope, Query, Body> = {
  readonly scope: Scope
  readonly params: Readonly<Record<ParameterOf<Path>, string>>
  readonly query: Query
  readonly body: Body
  readonly management: Management
  readonly request: Request
}

export type Answer = {
  /** Without it, the answer has no content. */
  readonly body?: object
  /** Instead of a body: one line of JSON each. */
  readonly lines?: AsyncIterable<object>
  /** Where there is more of a list: its cursor. */
  readonly next?: string
  /** 200, or 204 without content. */
  readonly status?: number
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
  /** What is stored can stand against it, though nothing is sent that could be wrong. */
  readonly canRefuse?: true
  /** Can also answer `application/jsonl`. */
  readonly exports?: true
}

/** An operation of the API: what it takes and answers, what one must be allowed to do, and what does it. */
export type Route = Described & {
  readonly of: 'organization' | 'installation'
  handle(call: Call<string, never, never, never>): Promise<Answer>
}

type Spec<Path extends string, Scope, Query extends z.ZodObject, Body extends z.ZodType> = Described & {
  readonly path: Path
  readonly query?: Query
  readonly body?: Body
  readonly handle: (call: Call<Path, Scope, z.output<Query>, z.output<Body>>) => Promise<Answer>
}

/** About one organization: its path begins with `/organizations/{organization}`. */
export function organizationRoute<
  const Path extends `/organizations/{organization}${string}`,
  Query extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
>(spec: Spec<Path, OrganizationScope, Query, Body>): Route {
  return { ...spec, of: 'organization' } as Route
}

/** Above all organizations: only for keys of the installation. */
export function installationRoute<
  const Path extends string,
  Query extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
>(spec: Spec<Path, InstallationScope, Query, Body>): Route {
  return { ...spec, of: 'installation' } as Route
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
