import { sql } from 'drizzle-orm'
import { authorizationRequests as requests } from '@/drizzle/schema/authorization-requests'
import type { members } from '@/drizzle/schema/operators'
import { connections, users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import { ENDS_SOON } from '@/lib/oauth/protocol/lifetimes'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { visibleOrganizations } from './visible-organizations'

/** What no user can help: the identity provider, or how its connection is set up. */
const BROKEN: readonly ReasonCode[] = [
  'upstream_unreachable',
  'upstream_certificate_invalid',
  'upstream_callback_rejected',
  'upstream_scope_rejected',
  'upstream_error',
  'upstream_client_rejected',
  'upstream_response_invalid',
  'upstream_pkce_rejected',
  'upstream_nonce_mismatch',
  'upstream_nonce_missing',
  'upstream_audience_mismatch',
  'upstream_extra_audience',
  'upstream_issuer_mismatch',
  'upstream_signature_invalid',
  'upstream_assertion_audience',
  'upstream_assertion_signature',
  'upstream_clock_skew',
  'upstream_identity_missing',
]

/** So many failures of a connection, and no login that went well since. */
const FAILING = 2

/** What of a connection ends soon, or has ended. */
export type EndingPart = {
  readonly slug: string
  readonly name: string
  readonly what: 'secret' | 'certificate'
  /** A day, in UTC. */
  readonly on: string
  readonly isOver: boolean
}

/** An organization as an operator sees it, and how it fares. */
export type OrganizationHealth = {
  readonly id: string
  readonly slug: string
  readonly name: string
  /** None where they see it as the installation's operator. */
  readonly role: (typeof members.$inferSelect)['role'] | null
  /** The connection that users cannot sign in through. */
  readonly failing: { readonly slug: string; readonly name: string } | null
  /** What ends first of all that ends soon. */
  readonly ending: EndingPart | null
  /** In the last 24 hours. */
  readonly completed: number
  readonly failed: number
  readonly lastLoginAt: Date | null
  /** Whether it has a connection and a server. */
  readonly isSetUp: boolean
}

type Row = Omit<OrganizationHealth, 'failing' | 'ending' | 'lastLoginAt'> & {
  readonly endingSlug: string | null
  readonly endingName: string | null
  readonly endingWhat: EndingPart['what'] | null
  readonly endingOn: string | null
  readonly total: number
  readonly failingSlug: string | null
  readonly failingName: string | null
  readonly lastLoginAt: string | null
}

type Wishes = {
  /** Of the operator of the installation: all that there are. */
  readonly everywhere: boolean
  readonly limit: number
  /** Part of a name or slug. */
  readonly search?: string
}

/** What an operator sees first. */
export function homeStore(db: Database) {
  return guarded({
    /**
     * The organizations that an operator sees with their health: what needs attention first. One statement for all.
     *
     * @returns with how many there are without the limit
     */
    async organizations(operatorId: string, { everywhere, limit, search }: Wishes, now: Date) {
      // Days of the calendar are in order as texts, too.
      const soon = sql`to_char((${now.toISOString()}::timestamptz + make_interval(secs => ${ENDS_SOON}::int)) at time zone 'UTC', 'YYYY-MM-DD')`
      const rows = await db.execute<Row>(sql`
        with visible as (
          select * from (${visibleOrganizations(operatorId, everywhere)}) as o
          where position(lower(${search ?? ''}) in lower(o.name || ' ' || o.slug)) > 0
        ), attempts as (
          select s.organization_id, r.*, max(r.ended_at) filter (where r.outcome = 'completed')
            over (partition by r.connection_id) as worked_at
          from ${servers} as s cross join lateral (
            select connection_id, outcome, failure, ended_at from ${requests}
            where server_id = s.id and created_at >= ${now.toISOString()}::timestamptz - interval '1 day'
          ) as r
          where s.organization_id in (select id from visible)
        ), counted as (
          select organization_id, connection_id,
            count(*) filter (where outcome = 'completed') as completed,
            count(*) filter (where outcome in ('failed', 'refused')) as failed,
            count(*) filter (where failure in ${BROKEN} and ended_at > coalesce(worked_at, '-infinity')) >= ${FAILING} as failing
          from attempts group by 1, 2
        ), summed as (
          select organization_id, sum(completed)::int as completed, sum(failed)::int as failed,
            min(connection_id) filter (where failing) as failing
          from counted group by 1
        )
        select v.*, coalesce(s.completed, 0) as completed, coalesce(s.failed, 0) as failed,
          c.slug as "failingSlug", c.name as "failingName", ending.*, last.at as "lastLoginAt", parts.complete as "isSetUp",
          count(*) over ()::int as total
        from visible as v
        left join summed as s on s.organization_id = v.id
        left join ${connections} as c on c.id = s.failing and c.deleted_at is null
        left join lateral (
          select k.slug as "endingSlug", k.name as "endingName", e.what as "endingWhat", e.day as "endingOn"
          from ${connections} as k cross join lateral (values
            ('secret', case when k.client_secret is not null then k.settings ->> 'clientSecretEnds' end),
            ('certificate', to_char(k.certificate_ends at time zone 'UTC', 'YYYY-MM-DD'))
          ) as e(what, day)
          where k.organization_id = v.id and k.deleted_at is null and e.day <= ${soon}
          order by e.day, k.slug, e.what desc limit 1
        ) as ending on true
        left join lateral (
          select last_login_at as at from ${users} where organization_id = v.id order by last_login_at desc limit 1
        ) as last on true
        cross join lateral (
          select exists (select from ${servers} where organization_id = v.id and deleted_at is null)
            and exists (select from ${connections} where organization_id = v.id and deleted_at is null) as complete
        ) as parts
        order by c.id is null, "endingOn", coalesce(s.failed, 0) desc, parts.complete, lower(v.name), v.id
        limit ${limit}::int`)
      const found = rows.map(healthOf(now))
      return { rows: found, total: rows[0]?.total ?? 0 }
    },
  })
}

const healthOf =
  (now: Date) =>
  ({ failingSlug, failingName, lastLoginAt, total: _, ...row }: Row): OrganizationHealth => {
    const { endingSlug: slug, endingName: name, endingWhat: what, endingOn: on, ...rest } = row
    return {
      ...rest,
      failing: failingSlug && failingName ? { slug: failingSlug, name: failingName } : null,
      ending: slug && name && what && on ? { slug, name, what, on, isOver: new Date(on) <= now } : null,
      lastLoginAt: lastLoginAt ? new Date(lastLoginAt) : null,
    }
  }
