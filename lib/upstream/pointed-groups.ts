import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { isPointedAt } from '@/lib/oauth/protocol/access-rules'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { readJsonObject, statusFailure } from './failure'
import type { UpstreamHttp } from './upstream-http'

type Claims = Readonly<Record<string, unknown>>

/** Microsoft Graph of each cloud, by the host of the issuer there. */
const GRAPHS: ReadonlyMap<string, string> = new Map([
  ['login.microsoftonline.com', 'https://graph.microsoft.com'],
  ['login.microsoftonline.us', 'https://graph.microsoft.us'],
  ['login.partner.microsoftonline.cn', 'https://microsoftgraph.chinacloudapi.cn'],
])

/** Where the groups are asked for that tokens of this issuer only point at; undefined where nowhere. */
export const graphOf = (issuer: string): string | undefined => GRAPHS.get(parseUrl(issuer)?.hostname ?? '')

/** What the ID token says instead of the groups of a user who is in too many (Entra ID's group overage claim). */
export const pointersOf = ({ _claim_names: names, hasgroups }: Claims): Claims => ({
  ...(names !== undefined && { _claim_names: names }),
  ...(hasgroups !== undefined && { hasgroups }),
})

/** Pages that are read, of {@link PAGE} memberships each. */
const PAGES = 12
const PAGE = 999

type Asked = {
  readonly needed: readonly string[]
  readonly graph: string | undefined
  readonly accessToken: string
  /** Of the access token, as far as it is known. */
  readonly scope: string | undefined
}

/**
 * The ids of the groups that an ID token of Entra ID only points at, from Microsoft Graph: the endpoint that the token
 * names is one that Microsoft has switched off, and would be an address that somebody else chose. Decision 0130.
 *
 * @returns undefined where they are not needed, are not pointed at, or may not be read with this access token
 * @throws UpstreamError where Graph does not answer, or not as it should
 */
export async function pointedGroups(
  claims: Claims,
  { needed, graph, accessToken, scope }: Asked,
  http: UpstreamHttp,
): Promise<readonly string[] | undefined> {
  if (!graph || !needed.includes('groups') || !isPointedAt(claims, 'groups') || !isForGraph(scope, graph))
    return undefined
  const ids: string[] = []
  let next: string | undefined = `${graph}/v1.0/me/transitiveMemberOf?$select=id&$top=${PAGE}`
  for (let page = 0; next !== undefined; page++) {
    if (page === PAGES) throw tooMany()
    const answer = await ask(next, accessToken, http)
    if (!answer) return undefined
    ids.push(...groupsIn(answer))
    next = nextOf(answer, graph)
  }
  return ids
}

/** An access token is for one API: another one's is not shown to Graph. */
const isForGraph = (scope: string | undefined, graph: string): boolean =>
  (scope ?? '').split(' ').every((one) => !one.includes('/') || one.startsWith(`${graph}/`))

/** Null where the token may not do that. */
async function ask(url: string, accessToken: string, http: UpstreamHttp): Promise<Claims | null> {
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
  const response = await http.request('group memberships', url, { headers })
  if (response.status === 401 || response.status === 403) return null
  if (response.status !== 200) throw statusFailure('group memberships', response.status)
  return readJsonObject('group memberships', response)
}

/** Roles and administrative units are among the memberships, too. */
function groupsIn({ value }: Claims): readonly string[] {
  if (!Array.isArray(value)) throw invalid()
  return value.flatMap((member: unknown) => {
    const { id, '@odata.type': type }: { id?: unknown; '@odata.type'?: unknown } = Object(member)
    return type === '#microsoft.graph.group' && typeof id === 'string' ? [id] : []
  })
}

/** The token goes nowhere but to Graph. */
function nextOf(answer: Claims, graph: string): string | undefined {
  const next = answer['@odata.nextLink']
  if (next === undefined) return undefined
  if (typeof next !== 'string' || parseUrl(next)?.origin !== new URL(graph).origin) throw invalid()
  return next
}

const invalid = () =>
  new UpstreamError('upstream_response_invalid', 'Microsoft Graph answered in a form that is not its own.')

const tooMany = () =>
  new UpstreamError(
    'upstream_response_invalid',
    `The user has more than ${PAGES * PAGE} memberships: too many to be read from Microsoft Graph.`,
  )
