import { sql } from 'drizzle-orm'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { mails } from '@/drizzle/schema/mails'
import { members, operators } from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'
import { webhookDeliveries, webhooks } from '@/drizzle/schema/webhooks'
import { ENDS_SOON } from '@/lib/oauth/protocol/lifetimes'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

type Of = {
  readonly organizationId: string
  /** Slug. */
  readonly organization: string
}

/** What administrators are told of by mail, of all organizations. */
export function alertStore(db: Database) {
  const ofOrganization = sql`o.id as "organizationId", o.slug as organization`
  return guarded({
    /** API keys that end soon. */
    endingKeys: (now: Date) =>
      db.execute<Of & { id: string; name: string; ends: string }>(sql`
        select ${ofOrganization}, k.id, k.name, k.expires_at::text as ends
        from ${apiKeys} as k join ${organizations} as o on o.id = k.organization_id and o.deleted_at is null
        where k.revoked_at is null and k.expires_at > ${now.toISOString()}::timestamptz
          and k.expires_at <= ${now.toISOString()}::timestamptz + make_interval(secs => ${ENDS_SOON}::int)`),

    /** Webhooks of which deliveries were given up since then. */
    deadWebhooks: (since: Date) =>
      db.execute<Of & { id: string; url: string }>(sql`
        select ${ofOrganization}, w.id, w.url
        from ${webhooks} as w join ${organizations} as o on o.id = w.organization_id and o.deleted_at is null
        where exists (select from ${webhookDeliveries} as d
          where d.webhook_id = w.id and d.state = 'dead' and d.ended_at >= ${since.toISOString()}::timestamptz)`),

    /** The occasions of an organization's mails of a kind, and how many of them were in the last hour. */
    async occasions(organizationId: string, kind: string, now: Date) {
      const rows = await db.execute<{ occasion: string; recent: boolean }>(sql`
        select m.occasion, max(m.created_at) > ${now.toISOString()}::timestamptz - interval '1 hour' as recent
        from ${mails} as m
        where m.organization_id = ${organizationId} and m.kind = ${kind} and m.occasion is not null
        group by m.occasion`)
      return {
        all: new Set(rows.map(({ occasion }) => occasion)),
        recent: rows.filter(({ recent }) => recent).length,
      }
    },

    /** Addresses of those who run an organization and may sign in. */
    async administrators(organizationId: string): Promise<readonly string[]> {
      const rows = await db.execute<{ address: string }>(sql`
        select coalesce(p.address, p.email) as address
        from ${members} as m join ${operators} as p on p.id = m.operator_id
        where m.organization_id = ${organizationId} and m.role in ('owner', 'admin') and p.disabled_at is null`)
      return rows.map(({ address }) => address)
    },
  })
}
