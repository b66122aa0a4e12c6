/** What access rules would do to the users of a server: before they are saved. Decision 0079. */
import { isDeepStrictEqual } from 'node:util'
import type { Loose, ServerSettings } from '@/lib/configuration/schema/settings'
import type { Ports } from '@/lib/oauth/ports/ports'
import {
  type AccessRefusal,
  accessRefusal,
  allowedScope,
  hasAccessRules,
} from '@/lib/oauth/protocol/access-rules'
import { leavesNothing } from '@/lib/oauth/protocol/standard-scopes'
import { type RecentLogin, recentLogins } from '@/lib/store/read/recent-logins'
import { managedServerStore } from '@/lib/store/read/servers'
import { writerStore } from '@/lib/store/read/writers'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { invalid } from '../configuration/mistakes'
import type { Management } from '../management/management'

/** Days that are looked back on. */
export const TRIAL_DAYS = 30

/** How many logins are looked at, and how many refused users are named. */
const MOST = { logins: 20_000, named: 1_000 }

/** What a dry run needs. */
export type TrialServices = Pick<Management, 'db'> & { readonly ports: Pick<Ports, 'clock'> }

/** The rules of a server, as they are or shall be. */
export type AccessRules = Pick<ServerSettings, 'access' | 'scopes'>

/** A user whose last login would be refused, or get less than it did. */
export type TriedUser = {
  readonly userId: string
  readonly email?: string
  readonly name?: string
  /** The last login. */
  readonly at: Date
  /** Absent where the user only loses scopes. */
  readonly refusal?: AccessRefusal
  readonly lostScopes: readonly string[]
}

export type AccessTrial = {
  readonly since: Date
  /** Completed logins and their users that were looked at. */
  readonly logins: number
  readonly users: number
  /** Users that would be refused by what the provider last said of them, and those among the logins. */
  readonly refusedUsers: number
  readonly refusedLogins: number
  /** Refused users first, at most {@link MOST}`.named` of them. */
  readonly affected: readonly TriedUser[]
  /** Who asks has logged in at this server, with this email, and would be refused. */
  readonly refusedWriter?: string
  /** There were more logins than are looked at. */
  readonly isCut: boolean
}

type Tried = {
  readonly rules?: Loose<AccessRules>
  /** As if SCIM said groups, whatever the connection says. */
  readonly scimGroups?: boolean
}

/**
 * Asks rules about the logins of the last 30 days, each with what the identity provider said of its user.
 *
 * @param rules by default those that the server has
 * @throws Forbidden, NotFound
 */
export async function tryAccess(
  scope: OrganizationScope,
  slug: string,
  tried: Tried,
  services: TrialServices,
): Promise<AccessTrial> {
  requirePermission(scope, 'read')
  return askRules(scope, slug, tried, services)
}

/** The same for who may change rules. */
export async function askRules(
  scope: OrganizationScope,
  slug: string,
  { rules, scimGroups = false }: Tried,
  { db, ports }: TrialServices,
): Promise<AccessTrial> {
  const server = await managedServerStore(db).find(scope.organizationId, slug, ports.clock())
  if (!server) throw new NotFound('server')
  const asked = { access: server.access, scopes: server.scopes, ...rules }
  const since = new Date(ports.clock().getTime() - TRIAL_DAYS * 24 * 3600 * 1000)
  const latest = new Map<string, TriedUser>()
  let [logins, refusedLogins, isCut] = [0, 0, false]
  for await (const batch of recentLogins(db, { ...scope, serverId: server.id, since, scimGroups })) {
    const room = MOST.logins - logins
    for (const login of batch.slice(0, room)) {
      const judged = judge(asked, login)
      logins++
      if (judged.refusal) refusedLogins++
      // The newest comes first.
      if (!latest.has(login.userId)) latest.set(login.userId, judged)
    }
    isCut = batch.length > room
    if (isCut) break
  }
  const users = [...latest.values()]
  const refused = users.filter(({ refusal }) => refusal)
  const writers = refused.length > 0 ? await writersOf(scope, db) : []
  const refusedWriter = refused.find(({ email }) => email && writers.includes(email.toLowerCase()))?.email
  const narrowed = users.filter(({ refusal, lostScopes }) => !refusal && lostScopes.length > 0)
  return {
    since,
    logins,
    users: users.length,
    refusedUsers: refused.length,
    refusedLogins,
    affected: [...refused, ...narrowed].slice(0, MOST.named),
    ...(refusedWriter !== undefined && { refusedWriter }),
    isCut,
  }
}

function judge({ access, scopes }: Loose<AccessRules>, login: RecentLogin): TriedUser {
  const { userId, email, name, at, claims, scope } = login
  const kept = allowedScope(scope, scopes ?? [], claims)
  const refusal = accessRefusal(access, claims) ?? (leavesNothing(scope, kept) ? NOTHING_LEFT : null)
  return {
    userId,
    at,
    ...(email !== null && { email }),
    ...(name !== null && { name }),
    ...(refusal && { refusal }),
    lostScopes: scope.filter((one) => !kept.includes(one)),
  }
}

/** As at a login. */
const NOTHING_LEFT: AccessRefusal = { reason: 'not_allowed', missing: [] }

const writersOf = ({ organizationId, actor }: OrganizationScope, db: TrialServices['db']) =>
  writerStore(db).emails({ organizationId, actorId: actor.id })

/** Whether rules leave nobody of those who were seen, or keep out who writes them or may have. */
export function lockOut({ users, refusedUsers, refusedWriter }: AccessTrial) {
  if (users > 0 && refusedUsers === users) return 'locks_out_everybody' as const
  return refusedWriter === undefined ? null : ('locks_out_writer' as const)
}

/** What the mistake says. */
export const lockOutParams = ({ users, refusedWriter }: AccessTrial): LockOut['params'] => ({
  users,
  days: TRIAL_DAYS,
  ...(refusedWriter !== undefined && { writer: refusedWriter }),
})

/** What is wrong with rules that lock out, and in which field. */
export type LockOut = {
  readonly field: 'access' | 'scopes'
  readonly code: 'locks_out_everybody' | 'locks_out_writer'
  readonly params: { readonly users: number; readonly days: number; readonly writer?: string }
}

/**
 * Whether new rules of a server lock out everybody who was seen, or who writes them; null where they do not, where they
 * are those that the server has, and of a new server.
 *
 * @throws Forbidden
 */
export async function findLockOut(
  scope: OrganizationScope,
  slug: string,
  rules: Loose<AccessRules>,
  services: TrialServices,
): Promise<LockOut | null> {
  requirePermission(scope, 'configure')
  const { db, ports } = services
  const server = await managedServerStore(db).find(scope.organizationId, slug, ports.clock())
  if (!server) return null
  const { scopes = server.scopes } = rules
  const access = 'access' in rules ? rules.access : server.access
  const asked = { ...(access && { access }), scopes }
  if (!hasAccessRules(asked) || isSameRules(server, asked)) return null
  const trial = await askRules(scope, slug, { rules: asked }, services)
  const code = lockOut(trial)
  if (!code) return null
  const field = isDeepStrictEqual(server.access, access) ? 'scopes' : 'access'
  return { field, code, params: lockOutParams(trial) }
}

const isSameRules = (one: Loose<AccessRules>, other: Loose<AccessRules>): boolean =>
  isDeepStrictEqual(rulesOf(one), rulesOf(other))

const rulesOf = ({ access, scopes = [] }: Loose<AccessRules>) => [
  access,
  scopes.map(({ name, when }) => [name, when]),
]

/**
 * Stands before rules of a server are saved.
 *
 * @param isMeant whether the operator has said so
 * @throws Forbidden
 * @throws InvalidInput at `access` or `scopes`
 */
export async function refuseLockOut(
  scope: OrganizationScope,
  slug: string,
  rules: Loose<AccessRules>,
  isMeant: boolean,
  services: TrialServices,
): Promise<void> {
  if (isMeant) return
  const found = await findLockOut(scope, slug, rules, services)
  if (found) throw invalid(found.field, found.code, found.params)
}
