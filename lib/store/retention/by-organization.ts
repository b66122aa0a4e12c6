import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { grants } from '@/drizzle/schema/grants'
import { organizations, users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import { REFRESH_TOKEN_MAX_LIFETIME, TIMELINE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { ERASED_SOURCE } from '@/lib/store/users/user-data'

/** What each organization may keep for a time of its own. */
export type OwnRule = {
  /** What goes, for the operator. */
  readonly what: string
  /** Deletes some of what is due of the owners behind one, and says which of them it looked at last. */
  readonly statement: (now: Date, after: string, limit: number) => SQL
}

/** Owners that one statement looks at. */
const OWNERS = 50

export type OwnBatch = { readonly count: number; readonly last: string | null }

const DAY = 86_400

/** @param days an expression; null: for so many seconds */
const ago = (now: Date, days: SQL, seconds = 0, more = 0) =>
  sql`${now.toISOString()}::timestamptz - make_interval(secs => coalesce(${days} * ${DAY}, ${seconds}) + ${more})`

/** Deletes what is `due`, but for what others hold, and says up to which `owner` was looked. */
const deleted = (table: SQLWrapper) => sql`
      gone as (
        delete from ${table} where id in (
          select id from ${table} where id = any(array(select id from due)) for update skip locked
        ) returning 1
      ) select (select count(*)::int from gone) as count, (select max(id) from owner) as last`

/** Each walks its owners along their index, and what is due of an owner along another: nothing else is looked at. */
export const OWN_RULES: readonly OwnRule[] = [
  {
    what: 'timelines of logins',
    statement: (now, after, limit) => sql`
      with owner as materialized (
        select server.id, organization.login_retention as days
        from ${servers} as server join ${organizations} as organization on organization.id = server.organization_id
        where server.id > ${after} order by server.id limit ${OWNERS}
      ), due as materialized (
        select old.id from owner cross join lateral (
          select id from ${authorizationRequests} as request
          where request.server_id = owner.id and request.created_at <= ${ago(now, sql`owner.days`, TIMELINE_LIFETIME)}
          order by request.created_at limit ${limit}
        ) as old limit ${limit}
      ), ${deleted(authorizationRequests)}`,
  },
  {
    what: 'ended grants',
    statement: (now, after, limit) => {
      const since = (more = 0) => ago(now, sql`owner.days`, 0, more)
      return sql`
      with owner as materialized (
        select id, grant_retention as days from ${organizations} as organization
        where organization.id > ${after} and grant_retention is not null order by id limit ${OWNERS}
      ), due as materialized (
        select old.id from owner cross join lateral (
          (select id from ${grants} as given
            where given.organization_id = owner.id and given.revoked_at <= ${since()}
            order by given.revoked_at limit ${limit})
          union all
          (select id from ${grants} as given
            where given.organization_id = owner.id and given.redeemed_at is not null and given.revoked_at is null
              and not given.is_abandoned
              and given.kind = 'login' and given.created_at <= ${since(REFRESH_TOKEN_MAX_LIFETIME)}
            order by given.created_at limit ${limit})
        ) as old limit ${limit}
      ), ${deleted(grants)}`
    },
  },
  {
    what: 'erased users whom no grant names',
    statement: (_, after, limit) => sql`
      with owner as materialized (
        select id from ${organizations} as organization
        where organization.id > ${after} and grant_retention is not null order by id limit ${OWNERS}
      ), due as materialized (
        select old.id from owner cross join lateral (
          select id from ${users} as person
          where person.organization_id = owner.id and person.identity_source = ${ERASED_SOURCE}
            and not exists (select from ${grants} as given
              where given.organization_id = person.organization_id and given.user_id = person.id)
          limit ${limit}
        ) as old limit ${limit}
      ), ${deleted(users)}`,
  },
]
