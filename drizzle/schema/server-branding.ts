import { sql } from 'drizzle-orm'
import { check, foreignKey, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytea, instant } from './columns'
import { organizations } from './organizations'
import { servers } from './servers'

/** How pages for end users look. Decision 0140. */
const looks = () => ({
  /** Stands above the card. */
  name: text('name'),
  /** `#rrggbb`, for light and for dark surfaces: both or none. */
  accentLight: text('accent_light'),
  accentDark: text('accent_dark'),
  /** Pixels. */
  cornerRadius: integer('corner_radius'),
  termsUrl: text('terms_url'),
  privacyUrl: text('privacy_url'),
  /** An email address, or an address of a page. */
  support: text('support'),
  logo: bytea('logo'),
  logoType: text('logo_type', { enum: ['image/png', 'image/jpeg', 'image/webp'] }),
  updatedAt: instant('updated_at').notNull(),
})

/** Of one server; what is missing is that of its organization. */
export const serverBranding = pgTable(
  'server_branding',
  {
    serverId: text('server_id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    ...looks(),
  },
  (table) => [
    foreignKey({
      name: 'server_branding_server_of_same_organization',
      columns: [table.organizationId, table.serverId],
      foreignColumns: [servers.organizationId, servers.id],
    }).onDelete('cascade'),
    check(
      'server_branding_accent',
      sql`(${table.accentLight} is null) = (${table.accentDark} is null) and ${table.accentLight} ~ '^#[0-9a-f]{6}$' and ${table.accentDark} ~ '^#[0-9a-f]{6}$'`,
    ),
    check(
      'server_branding_logo',
      sql`(${table.logo} is null) = (${table.logoType} is null) and octet_length(${table.logo}) <= 102400`,
    ),
  ],
)

/** Of all servers of an organization, and of pages that belong to none. Without a row they look like Vestibule. */
export const organizationBranding = pgTable(
  'organization_branding',
  {
    organizationId: text('organization_id')
      .primaryKey()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    ...looks(),
  },
  (table) => [
    check(
      'organization_branding_accent',
      sql`(${table.accentLight} is null) = (${table.accentDark} is null) and ${table.accentLight} ~ '^#[0-9a-f]{6}$' and ${table.accentDark} ~ '^#[0-9a-f]{6}$'`,
    ),
    check(
      'organization_branding_logo',
      sql`(${table.logo} is null) = (${table.logoType} is null) and octet_length(${table.logo}) <= 102400`,
    ),
  ],
)
