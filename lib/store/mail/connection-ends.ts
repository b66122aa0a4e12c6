import { sql } from 'drizzle-orm'
import { connections, organizations } from '@/drizzle/schema/organizations'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** A connection whose certificates are to be looked at. */
export type WatchedConnection = {
  readonly id: string
  readonly organizationId: string
  /** An OpenID provider's issuer, the token endpoint of another one, or where SAML metadata is; null if not https. */
  readonly url: string | null
  readonly isSaml: boolean
  readonly mayBeInternal: boolean
  /** Of a SAML provider, as XML, where it was entered. */
  readonly metadata: string | null
  /** Private authorities that were entered, in PEM. */
  readonly authorities: string | null
}

/** What of a connection ends, as far as it is known. */
export type ConnectionEnds = {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly organizationId: string
  /** Slug. */
  readonly organization: string
  /** The first certificate that logins depend on. */
  readonly certificate: Date | null
  /** The client secret: a day, as it was entered. */
  readonly secret: string | null
}

/** For an interval: how long what was seen of certificates is good for. */
const LOOKS = '1 day'

const address = sql`coalesce(c.settings ->> 'metadataUrl', c.settings ->> 'issuer', c.settings ->> 'tokenEndpoint')`

/** When secrets and certificates of connections end. */
export function connectionEndStore(db: Database) {
  const instant = (at: Date) => sql`${at.toISOString()}::timestamptz`
  return guarded({
    /** Connections that nobody has looked at for a day; other instances get others. */
    claim: (now: Date, count: number) =>
      db.execute<WatchedConnection>(sql`
        update ${connections} as c set certificate_looked_at = ${instant(now)}
        where c.id in (
          select c.id from ${connections} as c
          join ${organizations} as o on o.id = c.organization_id and o.deleted_at is null
          where c.deleted_at is null and c.type <> 'platform'
            and coalesce(c.certificate_looked_at <= ${instant(now)} - ${LOOKS}::interval, true)
          order by c.id limit ${count}::int
          for no key update of c skip locked
        )
        returning c.id, c.organization_id as "organizationId", c.may_be_internal as "mayBeInternal", c.type = 'saml' as "isSaml",
          case when ${address} like 'https:%' then ${address} end as url,
          c.settings ->> 'metadata' as metadata, c.settings ->> 'certificateAuthorities' as authorities`),

    /**
     * Keeps what was seen, unless the connection has changed since.
     *
     * @param lookedAt as it was claimed
     * @param isWhole false where the provider did not answer, so that what was known of it stays
     */
    async keep(id: string, lookedAt: Date, ends: Date | null, isWhole: boolean): Promise<void> {
      const seen = ends ? instant(ends) : sql`null`
      await db.execute(sql`
        update ${connections} set certificate_ends = ${isWhole ? seen : sql`least(certificate_ends, ${seen})`}
        where id = ${id} and certificate_looked_at = ${instant(lookedAt)}`)
    },

    /** All that is known to end, of all organizations. */
    async all(): Promise<readonly ConnectionEnds[]> {
      const rows = await db.execute<Omit<ConnectionEnds, 'certificate'> & { certificate: string | null }>(sql`
        select c.id, c.slug, c.name, o.id as "organizationId", o.slug as organization,
          c.certificate_ends as certificate,
          case when c.client_secret is not null then c.settings ->> 'clientSecretEnds' end as secret
        from ${connections} as c join ${organizations} as o on o.id = c.organization_id and o.deleted_at is null
        where c.deleted_at is null and coalesce(c.certificate_ends::text, c.settings ->> 'clientSecretEnds') is not null
        order by c.id`)
      return rows.map(({ certificate, ...row }) => ({
        ...row,
        certificate: certificate === null ? null : new Date(certificate),
      }))
    },

    /** When certificates end, by id of the connection. */
    async certificates(organizationId: string): Promise<ReadonlyMap<string, Date>> {
      const rows = await db.execute<{ id: string; ends: string }>(sql`
        select id, certificate_ends as ends from ${connections}
        where organization_id = ${organizationId} and deleted_at is null and certificate_ends is not null`)
      return new Map(rows.map(({ id, ends }) => [id, new Date(ends)]))
    },
  })
}
