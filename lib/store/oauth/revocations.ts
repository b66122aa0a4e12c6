import { and, desc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import { clients } from '@/drizzle/schema/clients'
import { grants, revokedAccessTokens as tokens } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Ended, Revocations } from '@/lib/oauth/ports/revocations'
import { ACCESS_TOKEN_MAX_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** What has ended, from the rows that say so: nothing is written for the feed. Each part has an index. */
export function revocationStore(db: Database): Revocations {
  return guarded({
    async tokenLifetime({ id }, now) {
      const [row] = await db
        .select({ lifetime: servers.accessTokenLifetime, updatedAt: servers.updatedAt })
        .from(servers)
        .where(eq(servers.id, id))
      if (!row) return 0
      const age = (now.getTime() - row.updatedAt.getTime()) / 1000
      return age < ACCESS_TOKEN_MAX_LIFETIME ? ACCESS_TOKEN_MAX_LIFETIME : row.lifetime
    },

    async list({ id, organizationId }, since, limit) {
      return unionAll(
        db
          .select({ claim: claim('gid'), value: named(grants.id), at: endOf(grants.revokedAt) })
          .from(grants)
          .where(
            and(
              eq(grants.organizationId, organizationId),
              eq(grants.serverId, id),
              gt(grants.revokedAt, since),
            ),
          ),
        db
          .select({ claim: claim('jti'), value: named(tokens.id), at: endOf(tokens.revokedAt) })
          .from(tokens)
          .innerJoin(grants, eq(grants.id, tokens.grantId))
          .where(and(eq(grants.serverId, id), gt(tokens.revokedAt, since))),
        db
          .select({ claim: claim('sub'), value: named(users.id), at: endOf(users.blockedAt) })
          .from(users)
          .where(and(eq(users.organizationId, organizationId), gt(users.blockedAt, since))),
        db
          .select({
            claim: claim('client_id'),
            value: named(clients.clientId),
            at: endOf(clients.blockedAt),
          })
          .from(clients)
          .where(and(eq(clients.serverId, id), gt(clients.blockedAt, since))),
      )
        .orderBy(desc(sql`at`), sql`claim`, sql`value`)
        .limit(limit)
    },
  } satisfies Revocations)
}

const claim = (name: Ended['claim']) => sql<Ended['claim']>`${sql.raw(`'${name}'`)}`.as('claim')

const named = (column: typeof grants.id | typeof tokens.id | typeof users.id | typeof clients.clientId) =>
  sql<string>`${column}`.as('value')

/** The conditions leave no row without a time. */
const endOf = (
  column:
    | SQL.Aliased
    | typeof grants.revokedAt
    | typeof tokens.revokedAt
    | typeof users.blockedAt
    | typeof clients.blockedAt,
) => sql<Date>`${column}`.mapWith(tokens.revokedAt).as('at')
