import { and, desc, eq, inArray, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { clients } from '@/drizzle/schema/clients'
import { grants } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { TimelineEvent } from '@/lib/oauth/timeline'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Maker, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import {
  beginsWith,
  type Cursor,
  isAfter,
  oneMoreThan,
  pageOf,
  positionOf,
} from '@/lib/store/database/keyset'
import { ended } from '@/lib/store/oauth/authorization-requests'
import { withEvents } from '@/lib/store/oauth/timeline'
import { ERASED_SOURCE } from '@/lib/store/users/user-data'
import { oldestLive } from './grants'

/** Grants are counted up to here: more is "many". */
const COUNT_LIMIT = 1000

const isNotErased = ne(users.identitySource, ERASED_SOURCE)

type PageWish = { readonly now: Date; readonly limit: number; readonly after?: Cursor }

const liveGrants = (which: SQL, now: Date) =>
  sql<number>`(select count(*) from (
    select from ${grants} as g where ${which} and g.revoked_at is null
      and (g.redeemed_at is not null or g.kind <> 'login')
      and g.created_at > ${oldestLive(now).toISOString()}::timestamptz limit ${COUNT_LIMIT}::int
  ) as counted)`.mapWith(Number)

const clientColumns = (now: Date) => ({
  id: clients.id,
  serverId: clients.serverId,
  server: servers.slug,
  serverName: servers.name,
  clientId: clients.clientId,
  kind: clients.kind,
  name: clients.name,
  createdAt: clients.createdAt,
  blockedAt: clients.blockedAt,
  grants: liveGrants(sql`g.server_id = ${clients.serverId} and g.client_row_id = ${clients.id}`, now),
  lastLoginAt: sql`(select g.created_at from ${grants} as g
    where g.server_id = ${clients.serverId} and g.client_row_id = ${clients.id}
    order by g.created_at desc limit 1)`.mapWith(grants.createdAt) as SQL<Date | null>,
  position: positionOf(clients.createdAt),
})

const userColumns = (now: Date) => ({
  id: users.id,
  email: users.email,
  name: users.name,
  identitySource: users.identitySource,
  subject: users.subject,
  lastLoginAt: users.lastLoginAt,
  blockedAt: users.blockedAt,
  grants: liveGrants(sql`g.organization_id = ${users.organizationId} and g.user_id = ${users.id}`, now),
  position: positionOf(users.lastLoginAt),
})

/** Clients and users as the operator sees them, in Postgres. */
export function clientAndUserStore(db: Database) {
  const selectClients = (now: Date) =>
    db.select(clientColumns(now)).from(clients).innerJoin(servers, eq(servers.id, clients.serverId))
  return guarded({
    /** Servers of the organization, by their slugs. */
    servers: (organizationId: string) =>
      db
        .select({ id: servers.id, slug: servers.slug, name: servers.name, tokenFormat: servers.tokenFormat })
        .from(servers)
        .where(and(eq(servers.organizationId, organizationId), isNull(servers.deletedAt)))
        .orderBy(servers.slug),

    /** Clients that registered last first. `text`: the beginning of a name, or a whole `client_id`. */
    async listClients(serverIds: readonly string[], text: string | undefined, page: PageWish) {
      // For each server by its index, so that nothing is sorted that is not shown.
      const newest = sql`select client.id from unnest(${textArray(serverIds)}) as of(id) cross join lateral (
        select c.id, c.created_at from ${clients} as c
        where c.server_id = of.id and c.deleted_at is null
          and ${matching(text) ?? sql`true`}
          and ${isAfter(sql`c.created_at`, sql`c.id`, page.after) ?? sql`true`}
        order by c.created_at desc, c.id desc limit ${oneMoreThan(page.limit)}
      ) as client order by client.created_at desc, client.id desc limit ${oneMoreThan(page.limit)}`
      const rows = await selectClients(page.now)
        .where(sql`${clients.id} in (${newest})`)
        .orderBy(desc(clients.createdAt), desc(clients.id))
      return pageOf(rows, page.limit)
    },

    /** Null when there is none, or it is another organization's. */
    async findClient(organizationId: string, id: string, now: Date) {
      const [row] = await selectClients(now).where(
        and(
          eq(servers.organizationId, organizationId),
          isNull(servers.deletedAt),
          eq(clients.id, id),
          isNull(clients.deletedAt),
        ),
      )
      return row ?? null
    },

    /** Who logged in last first. `text`: the beginning of an e-mail address, a whole id or subject. */
    async listUsers(organizationId: string, text: string | undefined, page: PageWish) {
      const rows = await db
        .select(userColumns(page.now))
        .from(users)
        .where(
          and(
            eq(users.organizationId, organizationId),
            isNotErased,
            // Other logins of a user are found by their names, and lead to the user.
            text === undefined ? isNull(users.linkedTo) : isCalled(text),
            isAfter(users.lastLoginAt, users.id, page.after),
          ),
        )
        .orderBy(desc(users.lastLoginAt), desc(users.id))
        .limit(page.limit + 1)
      return pageOf(rows, page.limit)
    },

    /** The one whose login this is. Null as above. */
    async findUser(organizationId: string, id: string, now: Date) {
      const [row] = await db
        .select(userColumns(now))
        .from(users)
        .where(
          and(
            eq(users.organizationId, organizationId),
            sql`${users.id} = coalesce((select other.linked_to from users as other
              where other.organization_id = ${organizationId} and other.id = ${id}), ${id})`,
            isNotErased,
          ),
        )
      return row ?? null
    },

    ...blocking(db),
  })
}

function blocking(db: Database) {
  return {
    /**
     * Keeps a client out, and ends its logins under way; or, without `ending`, lets it in again.
     *
     * @returns false when it is so already, or there is no such client: then nothing is written
     */
    blockClient: (
      organizationId: string,
      id: string,
      change: { readonly ending?: TimelineEvent; readonly audit: AuditEntry },
      maker: Maker | undefined,
    ) =>
      transactInTime(db, async (tx) => {
        await mayStillMake(tx, organizationId, maker)
        const { ending, audit } = change
        const isOurs = and(eq(servers.organizationId, organizationId), isNull(servers.deletedAt))
        const ours = tx.select({ id: servers.id }).from(servers).where(isOurs)
        const [client] = await tx
          .update(clients)
          .set({ blockedAt: ending?.at ?? null })
          .where(
            and(
              eq(clients.id, id),
              inArray(clients.serverId, ours),
              isNull(clients.deletedAt),
              sql`(${clients.blockedAt} is null) = ${ending !== undefined}`,
            ),
          )
          .returning({ serverId: clients.serverId })
        if (!client) return false
        if (ending) await endLogins(tx, client.serverId, id, ending)
        await appendToAuditLog(tx, [audit])
        return true
      }),

    /**
     * Keeps a user out, and forgets the browsers that they were known in; or, without `at`, lets them in again.
     *
     * @returns false as above
     */
    blockUser: (
      organizationId: string,
      id: string,
      change: { readonly at?: Date; readonly audit: AuditEntry },
      maker: Maker | undefined,
    ) =>
      transactInTime(db, async (tx) => {
        await mayStillMake(tx, organizationId, maker)
        const { at, audit } = change
        const [user] = await tx
          .update(users)
          .set({ blockedAt: at ?? null })
          .where(
            and(
              eq(users.organizationId, organizationId),
              eq(users.id, id),
              sql`(${users.blockedAt} is null) = ${at !== undefined}`,
            ),
          )
          .returning({ id: users.id })
        if (!user) return false
        const isTheirs = and(
          eq(browserSessions.organizationId, organizationId),
          eq(browserSessions.userId, id),
        )
        if (at) await tx.delete(browserSessions).where(isTheirs)
        await appendToAuditLog(tx, [audit])
        return true
      }),
  }
}

/** Logins of a client that are under way. */
function endLogins(tx: Transaction, server: string, client: string, ending: TimelineEvent) {
  const { serverId, clientRowId, endedAt } = authorizationRequests
  return tx
    .update(authorizationRequests)
    .set({ ...ended('failed', ending), timeline: withEvents(ending) })
    .where(and(eq(serverId, server), eq(clientRowId, client), isNull(endedAt)))
}

export type ManagedClient = NonNullable<
  Awaited<ReturnType<ReturnType<typeof clientAndUserStore>['findClient']>>
>
export type ManagedUser = NonNullable<Awaited<ReturnType<ReturnType<typeof clientAndUserStore>['findUser']>>>

/** One parameter, however many there are. */
export const textArray = (values: readonly string[]): SQL =>
  sql`array(select jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`

/** Of `c`, a client. */
const matching = (text: string | undefined): SQL | undefined =>
  text === undefined ? undefined : sql`(c.client_id = ${text} or ${beginsWith(sql`lower(c.name)`, text)})`

const isCalled = (text: string): SQL | undefined =>
  or(beginsWith(sql`lower(${users.email})`, text), eq(users.id, text), eq(users.subject, text))
