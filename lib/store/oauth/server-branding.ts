import { and, asc, eq, isNull } from 'drizzle-orm'
import { serverBranding } from '@/drizzle/schema/server-branding'
import { servers } from '@/drizzle/schema/servers'
import type { Accent, Brand, Brands, Logo } from '@/lib/oauth/ports/brand'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** First one that is never null: by it drizzle knows whether there is a row to join. */
export const brandColumns = {
  updatedAt: serverBranding.updatedAt,
  name: serverBranding.name,
  accentLight: serverBranding.accentLight,
  accentDark: serverBranding.accentDark,
  logoType: serverBranding.logoType,
}

type Row = Pick<typeof serverBranding.$inferSelect, keyof typeof brandColumns>

/** What an operator wants a server to look like. */
export type BrandChange = {
  readonly name: string | null
  readonly accent: Accent | null
  /** Absent: the logo stays. */
  readonly logo?: Logo | null
}

/** The looks of servers, in Postgres. */
export function brandStore(db: Database): Brands {
  return guarded({
    async findAccent(slug) {
      const [row] = await db
        .select(brandColumns)
        .from(serverBranding)
        .innerJoin(servers, eq(servers.id, serverBranding.serverId))
        .where(and(eq(servers.slug, slug), isNull(servers.deletedAt)))
      return row ? toAccent(row) : null
    },
    async findLogo(slug) {
      const [row] = await db
        .select({ bytes: serverBranding.logo, type: serverBranding.logoType })
        .from(serverBranding)
        .innerJoin(servers, eq(servers.id, serverBranding.serverId))
        .where(and(eq(servers.slug, slug), isNull(servers.deletedAt)))
      return row?.bytes && row.type ? { type: row.type, bytes: row.bytes } : null
    },
  } satisfies Brands)
}

/** The same of one organization, for its operators. */
export function managedBrandStore(db: Database) {
  return guarded({
    /** The look of a server; null when the organization has no such server. */
    async find(
      organizationId: string,
      slug: string,
    ): Promise<{ readonly serverId: string; readonly brand: Brand | null } | null> {
      const [row] = await db
        .select({ serverId: servers.id, brand: brandColumns })
        .from(servers)
        .leftJoin(serverBranding, eq(serverBranding.serverId, servers.id))
        .where(
          and(eq(servers.organizationId, organizationId), eq(servers.slug, slug), isNull(servers.deletedAt)),
        )
      if (!row) return null
      return { serverId: row.serverId, brand: row.brand && toBrand(row.brand) }
    },

    /** The look of an organization: that of the first of its servers that has one; null without any. */
    async ofOrganization(
      organizationId: string,
    ): Promise<{ readonly slug: string; readonly brand: Brand } | null> {
      const [row] = await db
        .select({ slug: servers.slug, brand: brandColumns })
        .from(serverBranding)
        .innerJoin(servers, eq(servers.id, serverBranding.serverId))
        .where(and(eq(serverBranding.organizationId, organizationId), isNull(servers.deletedAt)))
        .orderBy(asc(serverBranding.updatedAt))
        .limit(1)
      return row ? { slug: row.slug, brand: toBrand(row.brand) } : null
    },

    /**
     * Writes it and the audit log in one transaction.
     *
     * @param check is given what is stored, which stays until the transaction ends; what it throws ends the change
     */
    async save(
      place: { readonly organizationId: string; readonly serverId: string },
      { name, accent, logo }: BrandChange,
      audit: AuditEntry,
      check: (stored: Brand | null) => void,
    ): Promise<void> {
      const values = {
        name,
        accentLight: accent?.light ?? null,
        accentDark: accent?.dark ?? null,
        ...(logo !== undefined && { logo: logo?.bytes ?? null, logoType: logo?.type ?? null }),
        updatedAt: audit.at,
      }
      await db.transaction(async (tx) => {
        const ofServer = eq(servers.id, place.serverId)
        await tx.select({ id: servers.id }).from(servers).where(ofServer).for('no key update')
        const branding = eq(serverBranding.serverId, place.serverId)
        const [stored] = await tx.select(brandColumns).from(serverBranding).where(branding)
        check(stored ? toBrand(stored) : null)
        await tx
          .insert(serverBranding)
          .values({ ...place, ...values })
          .onConflictDoUpdate({
            target: serverBranding.serverId,
            set: values,
            setWhere: eq(serverBranding.organizationId, place.organizationId),
          })
        await appendToAuditLog(tx, [audit])
      })
    },
  })
}

export function toBrand(row: Row): Brand {
  const accent = toAccent(row)
  return {
    ...(row.name !== null && { name: row.name }),
    ...(accent && { accent }),
    hasLogo: row.logoType !== null,
    version: row.updatedAt.getTime().toString(36),
  }
}

function toAccent({ accentLight: light, accentDark: dark }: Row): Accent | null {
  return light !== null && dark !== null ? { light, dark } : null
}
