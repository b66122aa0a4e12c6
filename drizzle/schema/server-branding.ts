import { sql } from 'drizzle-orm'
import { check, foreignKey, pgTable, text } from 'drizzle-orm/pg-core'
import { bytea, instant } from './columns'
import { servers } from './servers'

/** How a server looks on the consent page. A server without a row looks like Vestibule. */
export const serverBranding = pgTable(
  'server_branding',
  {
    serverId: text('server_id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    /** Stands above the card in place of the server's name. */
    name: text('name'),
    /** `#rrggbb`, for light and for dark surfaces: both or none. */
    accentLight: text('accent_light'),
    accentDark: text('accent_dark'),
    logo: bytea('logo'),
    logoType: text('logo_type', { enum: ['image/png', 'image/jpeg', 'image/webp'] }),
    updatedAt: instant('updated_at').notNull(),
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
