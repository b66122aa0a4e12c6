/** What users and groups have in common. */
import type { Management } from '@/lib/management/management'
import type { EndDepartedPorts } from '@/lib/oauth/flow/end-departed'
import type { ScimConnection } from '@/lib/store/provisioning/tokens'
import { ScimError } from './scim-error'

/** Which attribute of a provisioned user says who they are at logins. Decision 0086. */
export type ScimMatch = 'external_id' | 'user_name' | 'email'

/** What the endpoint stands on. */
export type ScimServices = Pick<Management, 'db' | 'limits' | 'log' | 'publicUrl'> & {
  readonly ports: EndDepartedPorts
  /** How many a connection may have, where it is not what is usual. */
  readonly most?: { readonly users: number; readonly groups: number }
}

/** One request of a provisioning client. */
export type Call = {
  readonly connection: Omit<ScimConnection, 'settings'> & { readonly match: ScimMatch }
  readonly services: ScimServices
  readonly query: URLSearchParams
  /** JSON. */
  readonly body: () => Promise<unknown>
  /** Of the addresses of resources. */
  readonly base: string
}

/** Of one page (RFC 7644 §3.4.2.4); fewer, where each is large. */
const MAX_PAGE = 200
const PAGE = 100

/** More than any list has. */
const BEYOND = 1_000_000_000

const wholeIn = (query: URLSearchParams, name: string): number | undefined => {
  const value = query.get(name)
  return value !== null && /^-?\d+$/.test(value) ? Math.min(Number(value), BEYOND) : undefined
}

/** Which part of a list was asked for, and the list as it is answered. */
export function page(query: URLSearchParams, most = MAX_PAGE) {
  const startIndex = Math.max(1, wholeIn(query, 'startIndex') ?? 1)
  const limit = Math.min(most, Math.max(0, wholeIn(query, 'count') ?? PAGE))
  return {
    offset: startIndex - 1,
    limit,
    listOf: <Resource>(totalResults: number, resources: readonly Resource[]) => ({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults,
      startIndex,
      itemsPerPage: resources.length,
      Resources: resources,
    }),
  }
}

/** @throws ScimError 404 */
export function found<Resource>(resource: Resource | null): Resource {
  if (resource === null) throw new ScimError(404, 'there is no such resource')
  return resource
}

export const taken = (attribute: string) =>
  new ScimError(409, `another resource has this ${attribute}`, 'uniqueness')

export const tooMany = () => new ScimError(403, 'this connection has as many resources as it may', 'tooMany')

/** Whether two values are written alike. The database keeps the members of an object in an order of its own. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .map(([name, member]) => [name, sorted(member)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}
