import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { connections } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** What decides where a user may link a login, in Postgres. Decision 0133. */
export function linkableConnectionStore(db: Database) {
  return guarded({
    /** The issuers whose identity assertions a server of the organization trusts. */
    async trustedIssuers(organizationId: string): Promise<readonly string[]> {
      const rows = await db.execute<{ issuer: string }>(sql`
        select distinct trusted ->> 'issuer' as issuer
        from ${servers} as server cross join jsonb_array_elements(server.trusted_issuers) as trusted
        where server.organization_id = ${organizationId} and server.deleted_at is null`)
      return rows.map(({ issuer }) => issuer)
    },

    /** The connections whose providers can be asked for a fresh login, with what says whose users these are. */
    fresh: (organizationId: string) =>
      db
        .select({
          id: connections.id,
          name: connections.name,
          names: sql<Readonly<Record<string, unknown>>>`jsonb_build_object(
            'issuer', ${connections.settings} -> 'issuer',
            'allowedTenants', ${connections.settings} -> 'allowedTenants')`,
        })
        .from(connections)
        .where(
          and(
            eq(connections.organizationId, organizationId),
            inArray(connections.type, ['oidc', 'saml']),
            isNull(connections.deletedAt),
          ),
        )
        .orderBy(asc(connections.slug)),
  })
}
