import { and, asc, eq, isNull, or } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { organizations } from '@/drizzle/schema/organizations'
import { organizationBranding, serverBranding } from '@/drizzle/schema/server-branding'
import { servers } from '@/drizzle/schema/servers'
import type { Accent, Brand, Brands, KnownLogin, Logo } from '@/lib/oauth/ports/brand'
import { omitNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Maker, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'

/** First one that is never null: by it drizzle knows whether there is a row to join. */
export const brandColumns = {
  updatedAt: serverBranding.updatedAt,
  name: serverBranding.name,
  accentLight: serverBranding.accentLight,
  accentDark: serverBranding.accentDark,
  cornerRadius: serverBranding.cornerRadius,
  termsUrl: serverBranding.termsUrl,
  privacyUrl: serverBranding.privacyUrl,
  support: serverBranding.support,
  logoType: serverBranding.logoType,
}

/** The same of its organization. */
export const sharedBrandColumns = {
  updatedAt: organizationBranding.updatedAt,
  name: organizationBranding.name,
  accentLight: organizationBranding.accentLight,
  accentDark: organizationBranding.accentDark,
  cornerRadius: organizationBranding.cornerRadius,
  termsUrl: organizationBranding.termsUrl,
  privacyUrl: organizationBranding.privacyUrl,
  support: organizationBranding.support,
  logoType: organizationBranding.logoType,
}

type Row = Pick<typeof organizationBranding.$inferSelect, keyof typeof sharedBrandColumns>

/** What an operator wants a server or an organization to look like. */
export type BrandChange = Omit<Brand, 'hasLogo' | 'version'> & {
  /** Absent: the logo stays. */
  readonly logo?: Logo | null
}

/** Organizations are asked for by their slug behind this. */
const ORGANIZATION = '~'

/** How servers and organizations look, in Postgres. */
export function brandStore(db: Database): Brands {
  /** Both rows of what a key names. */
  async function rowsOf(key: string) {
    const logos = { own: serverBranding.logo, shared: organizationBranding.logo }
    if (key.startsWith(ORGANIZATION)) {
      const [row] = await db
        .select({ shared: sharedBrandColumns, logos: { shared: logos.shared } })
        .from(organizations)
        .innerJoin(organizationBranding, eq(organizationBranding.organizationId, organizations.id))
        .where(and(eq(organizations.slug, key.slice(1)), isNull(organizations.deletedAt)))
      return row && { own: null, shared: row.shared, logos: { own: null, shared: row.logos.shared } }
    }
    const [row] = await db
      .select({ own: brandColumns, shared: sharedBrandColumns, logos })
      .from(servers)
      .leftJoin(serverBranding, eq(serverBranding.serverId, servers.id))
      .leftJoin(organizationBranding, eq(organizationBranding.organizationId, servers.organizationId))
      .where(and(eq(servers.slug, key), isNull(servers.deletedAt)))
    return row
  }
  const store: Brands = {
    async find(key) {
      const rows = await rowsOf(key)
      return rows ? toBrand(rows.own, rows.shared) : null
    },
    async findLogo(key) {
      const rows = await rowsOf(key)
      if (!rows) return null
      return logoOf(rows.logos.own, rows.own?.logoType) ?? logoOf(rows.logos.shared, rows.shared?.logoType)
    },
    async findOrganization(id) {
      const found = await db
        .select({
          id: organizations.id,
          slug: organizations.slug,
          name: organizations.name,
          shared: sharedBrandColumns,
        })
        .from(organizations)
        .leftJoin(organizationBranding, eq(organizationBranding.organizationId, organizations.id))
        .where(and(isNull(organizations.deletedAt), id === undefined ? undefined : eq(organizations.id, id)))
        .limit(2)
      const [only, another] = found
      if (!only || another) return null
      const { slug, name } = only
      const brand = toBrand(null, only.shared)
      if (brand) return { key: `${ORGANIZATION}${slug}`, name, brand }
      const [first] = await db
        .select({ key: servers.slug, own: brandColumns })
        .from(serverBranding)
        .innerJoin(servers, eq(servers.id, serverBranding.serverId))
        .where(and(eq(servers.organizationId, only.id), isNull(servers.deletedAt)))
        .orderBy(asc(serverBranding.updatedAt))
        .limit(1)
      const look = first && toBrand(first.own, null)
      return look ? { key: first.key, name, brand: look } : null
    },
    async findLogin(login) {
      const [found] = await serverOf(db, login)
      if (!found) return store.findOrganization(undefined)
      const { key, name, own, shared } = found
      const brand = toBrand(own, shared)
      return brand && { key, name, brand }
    },
  }
  return guarded(store)
}

/** The server of a login, with both rows of its branding. */
const serverOf = (db: Database, login: KnownLogin) =>
  db
    .select({ key: servers.slug, name: servers.name, own: brandColumns, shared: sharedBrandColumns })
    .from(authorizationRequests)
    .innerJoin(servers, eq(servers.id, authorizationRequests.serverId))
    .leftJoin(serverBranding, eq(serverBranding.serverId, servers.id))
    .leftJoin(organizationBranding, eq(organizationBranding.organizationId, servers.organizationId))
    .where(and(isThisLogin(login), isNull(servers.deletedAt)))

function isThisLogin(login: KnownLogin) {
  if ('reference' in login) return eq(authorizationRequests.reference, login.reference)
  if ('requestId' in login) return eq(authorizationRequests.id, login.requestId)
  const { connectionId, stateHash, takenStateHash } = authorizationRequests
  return and(
    or(eq(stateHash, login.stateHash), eq(takenStateHash, login.stateHash)),
    eq(connectionId, login.connectionId),
  )
}

const logoOf = (bytes: Uint8Array | null, type: Logo['type'] | null | undefined): Logo | null =>
  bytes && type ? { type, bytes } : null

/** The same of one organization, for its operators. */
export function managedBrandStore(db: Database) {
  return guarded({
    /** How a server, or the organization, looks; null when the organization has no such server. */
    async find(
      organizationId: string,
      slug: string | undefined,
    ): Promise<{
      readonly serverId?: string
      readonly brand: Brand | null
      readonly shown: Brand | null
    } | null> {
      const [of] = await db
        .select(sharedBrandColumns)
        .from(organizationBranding)
        .where(eq(organizationBranding.organizationId, organizationId))
      const shared = of ?? null
      if (slug === undefined) return { brand: toBrand(null, shared), shown: toBrand(null, shared) }
      const [row] = await db
        .select({ serverId: servers.id, own: brandColumns })
        .from(servers)
        .leftJoin(serverBranding, eq(serverBranding.serverId, servers.id))
        .where(
          and(eq(servers.organizationId, organizationId), eq(servers.slug, slug), isNull(servers.deletedAt)),
        )
      if (!row) return null
      return { serverId: row.serverId, brand: toBrand(row.own, null), shown: toBrand(row.own, shared) }
    },

    /**
     * Writes it and the audit log in one transaction.
     *
     * @param place without a server: all of the organization
     * @param check is given what is stored, which stays until the transaction ends; what it throws ends the change
     */
    async save(
      {
        organizationId,
        serverId,
        maker,
      }: {
        readonly organizationId: string
        readonly serverId: string | undefined
        readonly maker: Maker | undefined
      },
      change: BrandChange,
      audit: AuditEntry,
      check: (stored: Brand | null) => void,
    ): Promise<void> {
      const values = brandValues(change, audit.at)
      const table = serverId === undefined ? organizationBranding : serverBranding
      const isThis = and(
        eq(table.organizationId, organizationId),
        serverId === undefined ? undefined : eq(serverBranding.serverId, serverId),
      )
      await transactInTime(db, async (tx) => {
        const holds = eq(organizations.id, organizationId)
        await tx.select({ id: organizations.id }).from(organizations).where(holds).for('no key update')
        await mayStillMake(tx, organizationId, maker)
        const [stored] =
          serverId === undefined
            ? await tx.select(sharedBrandColumns).from(organizationBranding).where(isThis)
            : await tx.select(brandColumns).from(serverBranding).where(isThis)
        check(stored ? toBrand(null, stored) : null)
        if (stored) await tx.update(table).set(values).where(isThis)
        else if (serverId === undefined)
          await tx.insert(organizationBranding).values({ organizationId, ...values })
        else await tx.insert(serverBranding).values({ organizationId, serverId, ...values })
        await appendToAuditLog(tx, [audit])
      })
    },
  })
}

/** The columns of a change. */
export function brandValues({ accent, logo, ...change }: BrandChange, updatedAt: Date) {
  return {
    name: change.name ?? null,
    accentLight: accent?.light ?? null,
    accentDark: accent?.dark ?? null,
    cornerRadius: change.cornerRadius ?? null,
    termsUrl: change.termsUrl ?? null,
    privacyUrl: change.privacyUrl ?? null,
    support: change.support ?? null,
    ...(logo !== undefined && { logo: logo?.bytes ?? null, logoType: logo?.type ?? null }),
    updatedAt,
  }
}

/** What a server has itself, and else what its organization has; null where it looks like Vestibule. */
export function toBrand(own: Row | null, shared: Row | null): Brand | null {
  const rows = [own, shared].filter((row) => row !== null)
  if (rows.length === 0) return null
  const first = <T>(read: (row: Row) => T | null): T | undefined =>
    rows.map(read).find((value) => value !== null) ?? undefined
  return omitNullish({
    name: first(({ name }) => name),
    accent: first(({ accentLight: light, accentDark: dark }): Accent | null =>
      light !== null && dark !== null ? { light, dark } : null,
    ),
    cornerRadius: first(({ cornerRadius }) => cornerRadius),
    termsUrl: first(({ termsUrl }) => termsUrl),
    privacyUrl: first(({ privacyUrl }) => privacyUrl),
    support: first(({ support }) => support),
    hasLogo: rows.some(({ logoType }) => logoType !== null),
    version: rows.map(({ updatedAt }) => updatedAt.getTime().toString(36)).join('-'),
  })
}
