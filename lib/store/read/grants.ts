import { and, desc, eq, gt, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { accessTokens, grants, refreshTokens } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import { REFRESH_TOKEN_MAX_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { type Cursor, isAfter, pageOf, positionOf } from '@/lib/store/database/keyset'

/** Which grants of an organization; what is absent does not matter. */
export type GrantFilter = {
  /** `live`: not revoked, and young enough for tokens that are good. */
  readonly state: 'live' | 'revoked' | 'all'
  readonly serverId?: string
  /** A client belongs to one server: goes with `serverId`, by which its index is sorted. */
  readonly clientRowId?: string
  readonly userId?: string
}

/** Tokens are only seen where they are kept: that of a signed access token is not. */
const lastToken = sql<string | null>`greatest(
  ${grants.redeemedAt},
  (select max(t.issued_at) from ${refreshTokens} as t where t.grant_id = ${grants.id}),
  (select max(t.issued_at) from ${accessTokens} as t where t.grant_id = ${grants.id})
)`
const lastRefreshedFrom = sql`(
  select t.network from ${refreshTokens} as t where t.grant_id = ${grants.id} order by t.issued_at desc limit 1
)`
/** Without the `offset`, the planner may walk all tokens from the one that expires last. */
const lastExpiry = sql<
  string | null
>`(select max(t.expires_at) from (select expires_at from ${refreshTokens} where grant_id = ${grants.id} offset 0) as t)`

const columns = {
  id: grants.id,
  kind: grants.kind,
  createdAt: grants.createdAt,
  revokedAt: grants.revokedAt,
  revokedReason: grants.revokedReason,
  scope: grants.scope,
  serverId: grants.serverId,
  server: servers.slug,
  serverName: servers.name,
  tokenFormat: servers.tokenFormat,
  accessTokenLifetime: servers.accessTokenLifetime,
  clientRowId: grants.clientRowId,
  clientId: grants.clientId,
  clientName: clients.name,
  clientBlockedAt: clients.blockedAt,
  userId: grants.userId,
  userEmail: users.email,
  userName: users.name,
  userBlockedAt: users.blockedAt,
  /** When it last got a token that is kept; null when it never did, or none is kept of it. */
  lastTokenAt: sql`${lastToken}`.mapWith(grants.createdAt) as SQL<Date | null>,
  /** Where it got that token, or the last one of which this is known; null when nothing is. */
  lastNetwork: sql<string | null>`coalesce(${lastRefreshedFrom}, ${grants.network})`,
  /** When its refresh token expires; null when it has none. */
  refreshableUntil: sql`${lastExpiry}`.mapWith(grants.createdAt) as SQL<Date | null>,
  position: positionOf(grants.createdAt),
}

/** Grants as the operator sees them, in Postgres. */
export function managedGrantStore(db: Database) {
  const select = () =>
    db
      .select(columns)
      .from(grants)
      .innerJoin(servers, eq(servers.id, grants.serverId))
      .innerJoin(clients, eq(clients.id, grants.clientRowId))
      .leftJoin(users, eq(users.id, grants.userId))
  return guarded({
    /** The newest first. */
    async list(
      organizationId: string,
      filter: GrantFilter,
      page: { readonly now: Date; readonly limit: number; readonly after?: Cursor },
    ) {
      const rows = await select()
        .where(
          and(
            eq(grants.organizationId, organizationId),
            filter.serverId === undefined ? undefined : eq(grants.serverId, filter.serverId),
            filter.clientRowId === undefined ? undefined : eq(grants.clientRowId, filter.clientRowId),
            filter.userId === undefined ? undefined : eq(grants.userId, filter.userId),
            inState(filter.state, page.now),
            isAfter(grants.createdAt, grants.id, page.after),
          ),
        )
        .orderBy(desc(grants.createdAt), desc(grants.id))
        .limit(page.limit + 1)
      return pageOf(rows, page.limit)
    },

    /** Null when there is none, or it is another organization's. */
    async find(organizationId: string, id: string) {
      const [row] = await select().where(and(eq(grants.organizationId, organizationId), eq(grants.id, id)))
      return row ?? null
    },
  })
}

export type ManagedGrant = NonNullable<Awaited<ReturnType<ReturnType<typeof managedGrantStore>['find']>>>

/** No token lives longer. */
export const oldestLive = (now: Date): Date => new Date(now.getTime() - REFRESH_TOKEN_MAX_LIFETIME * 1000)

/** A login whose code was never redeemed connected nobody. */
export const isConnected = sql`(${grants.redeemedAt} is not null or ${grants.kind} <> 'login')`

/** All but abandoned logins, in the words of the index `grants_shown`, which is used by queries that have them. */
export const isShown = sql`(not ${grants.isAbandoned} or ${grants.revokedAt} is not null)`

function inState(state: GrantFilter['state'], now: Date): SQL | undefined {
  if (state === 'revoked') return isNotNull(grants.revokedAt)
  if (state === 'all') return and(isShown, or(isConnected, isNotNull(grants.revokedAt)))
  return and(isShown, isConnected, isNull(grants.revokedAt), gt(grants.createdAt, oldestLive(now)))
}
