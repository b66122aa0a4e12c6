import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { authorizationRequests as requests } from '@/drizzle/schema/authorization-requests'
import { clients } from '@/drizzle/schema/clients'
import { grants } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import {
  beginsWith,
  type Cursor,
  isAfter,
  oneMoreThan,
  pageOf,
  positionOf,
} from '@/lib/store/database/keyset'
import { shownTimeline } from '@/lib/store/oauth/timeline'
import { textArray } from './clients-and-users'
import { asWritten } from './request-timelines'

/** `running` and `abandoned` have not ended: there is still time for the one, and none for the other. */
export const LOGIN_OUTCOMES = ['running', 'completed', 'denied', 'failed', 'refused', 'abandoned'] as const
export type LoginOutcome = (typeof LOGIN_OUTCOMES)[number]

/** Which logins; what is absent does not matter. */
export type LoginFilter = {
  readonly outcome?: LoginOutcome
  /** Of the last step that failed; `upstream_never_returned` where nothing more was heard. */
  readonly reason?: ReasonCode
  /** A whole `client_id`, or the beginning of a client's name. */
  readonly client?: string
  /** A user's id or subject, or the beginning of an e-mail address; also one that a client gave as a hint. */
  readonly user?: string
  readonly from?: Date
  /** Not included. */
  readonly until?: Date
}

/** So many clients and users may have names that begin as was typed. */
const NAMESAKES = 200

const columns = {
  id: requests.id,
  reference: requests.reference,
  serverId: requests.serverId,
  server: servers.slug,
  serverName: servers.name,
  clientRowId: requests.clientRowId,
  clientId: requests.clientId,
  clientName: clients.name,
  createdAt: requests.createdAt,
  expiresAt: requests.expiresAt,
  consentedAt: requests.consentedAt,
  connectionId: requests.connectionId,
  endedAt: requests.endedAt,
  outcome: requests.outcome,
  failure: requests.failure,
  deviceCodeId: requests.deviceCodeId,
  redirectUri: requests.redirectUri,
  scope: requests.scope,
  loginHint: requests.loginHint,
  grantId: requests.grantId,
  userId: users.id,
  userEmail: users.email,
  userName: users.name,
  position: positionOf(requests.createdAt),
}

/** Authorization requests as the operator sees them, in Postgres. */
export function managedLoginStore(db: Database) {
  return guarded({
    /** The newest first, of these servers. */
    async list(
      organizationId: string,
      serverIds: readonly string[],
      filter: LoginFilter,
      page: { readonly now: Date; readonly limit: number; readonly after?: Cursor },
    ) {
      const conditions = [
        ...plainConditions(filter, page.now),
        ...(filter.client === undefined ? [] : [await clientCondition(db, serverIds, filter.client)]),
        ...(filter.user === undefined
          ? []
          : [await userCondition(db, { organizationId, serverIds }, filter.user)]),
        isAfter(sql`r.created_at`, sql`r.id`, page.after) ?? sql`true`,
      ]
      // For each server by its index, so that nothing is sorted that is not shown.
      const newest = sql`select request.id from unnest(${textArray(serverIds)}) as of(id) cross join lateral (
        select r.id, r.created_at from ${requests} as r
        where r.server_id = of.id and ${sql.join(conditions, sql` and `)}
        order by r.created_at desc, r.id desc limit ${oneMoreThan(page.limit)}
      ) as request order by request.created_at desc, request.id desc limit ${oneMoreThan(page.limit)}`
      const rows = await selectLogins(db)
        .where(sql`${requests.id} in (${newest})`)
        .orderBy(desc(requests.createdAt), desc(requests.id))
      return pageOf(rows, page.limit)
    },

    /**
     * One login with its timeline. Null when there is none, or it is another organization's.
     *
     * @param reference as the error page shows it; case, dash and misread letters do not matter
     */
    async find(organizationId: string, reference: string) {
      const [row] = await db
        .select({ ...columns, timeline: requests.timeline, redeemedAt: grants.redeemedAt })
        .from(requests)
        .innerJoin(servers, eq(servers.id, requests.serverId))
        .leftJoin(clients, eq(clients.id, requests.clientRowId))
        .leftJoin(grants, eq(grants.id, requests.grantId))
        .leftJoin(users, eq(users.id, grants.userId))
        .where(and(eq(servers.organizationId, organizationId), eq(requests.reference, asWritten(reference))))
      if (!row) return null
      const { redeemedAt, timeline, ...login } = row
      return { ...login, timeline: shownTimeline(timeline, redeemedAt) }
    },
  })
}

type Store = ReturnType<typeof managedLoginStore>
export type ManagedLogin = Awaited<ReturnType<Store['list']>>['rows'][number]
export type ManagedTimeline = NonNullable<Awaited<ReturnType<Store['find']>>>

function selectLogins(db: Database) {
  return db
    .select(columns)
    .from(requests)
    .innerJoin(servers, eq(servers.id, requests.serverId))
    .leftJoin(clients, eq(clients.id, requests.clientRowId))
    .leftJoin(grants, eq(grants.id, requests.grantId))
    .leftJoin(users, eq(users.id, grants.userId))
}

/** Of `r`, a request. */
function plainConditions({ outcome, reason, from, until }: LoginFilter, now: Date): readonly SQL[] {
  const at = (time: Date) => sql`${time.toISOString()}::timestamptz`
  const isOpen = sql`r.outcome is null`
  return [
    ...(outcome === 'running' ? [isOpen, sql`r.expires_at > ${at(now)}`] : []),
    ...(outcome === 'abandoned' ? [isOpen, sql`r.expires_at <= ${at(now)}`] : []),
    ...(outcome && outcome !== 'running' && outcome !== 'abandoned' ? [sql`r.outcome = ${outcome}`] : []),
    ...(reason ? [reasonCondition(reason, at(now))] : []),
    ...(from ? [sql`r.created_at >= ${at(from)}`] : []),
    ...(until ? [sql`r.created_at < ${at(until)}`] : []),
  ]
}

/** Abandoned logins have no stored event: see `abandonedEvent`. */
function reasonCondition(reason: ReasonCode, now: SQL): SQL {
  if (reason !== 'upstream_never_returned') return sql`r.failure = ${reason}`
  return sql`r.outcome is null and r.expires_at <= ${now} and r.consented_at is not null and r.connection_id is not null`
}

/** The text itself counts, too: of a refused request, `client_id` is what was presented. */
async function clientCondition(db: Database, serverIds: readonly string[], text: string): Promise<SQL> {
  const named = await db
    .selectDistinct({ clientId: clients.clientId })
    .from(clients)
    .where(and(inArray(clients.serverId, [...serverIds]), beginsWith(sql`lower(${clients.name})`, text)))
    .limit(NAMESAKES)
  const [...ids] = new Set([text, ...named.map(({ clientId }) => clientId)])
  return ids.length === 1 ? sql`r.client_id = ${text}` : sql`r.client_id = any(${textArray(ids)})`
}

/** Requests are tied to a user by their grant; before there is one, only a remembered answer or a hint may tell. */
async function userCondition(
  db: Database,
  of: { readonly organizationId: string; readonly serverIds: readonly string[] },
  text: string,
): Promise<SQL> {
  const servers = textArray(of.serverIds)
  const rows = await db.execute<{ id: string }>(sql`
    with person as materialized (
      select id from ${users} where organization_id = ${of.organizationId}
        and (${beginsWith(sql`lower(email)`, text)} or id = ${text} or subject = ${text})
      limit ${NAMESAKES}::int
    ), granted as materialized (
      select g.id from person join ${grants} as g
        on g.organization_id = ${of.organizationId} and g.user_id = person.id
      order by g.created_at desc limit 1000
    )
    select r.id from granted join ${requests} as r on r.grant_id = granted.id
    union
    select r.id from person join ${requests} as r on r.remembered_for = person.id
    union
    select id from ${requests} where server_id = any(${servers}) and lower(login_hint) = lower(${text})`)
  return sql`r.id = any(${textArray(rows.map(({ id }) => id))})`
}
