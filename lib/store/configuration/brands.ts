import { organizationBranding, serverBranding } from '@/drizzle/schema/server-branding'
import { omitNullish } from '@/lib/omit-nullish'
import type { Transaction } from '@/lib/store/database/database'
import { brandValues } from '@/lib/store/oauth/server-branding'
import type { BrandRow } from './rows'

type Stored = typeof organizationBranding.$inferSelect | typeof serverBranding.$inferSelect

/** How all organizations and servers look, with their logos. */
export async function readBrands(tx: Transaction): Promise<readonly BrandRow[]> {
  const [shared, own] = await Promise.all([
    tx.select().from(organizationBranding),
    tx.select().from(serverBranding),
  ])
  return [...shared.map((row) => brandRow(row)), ...own.map((row) => brandRow(row, row.serverId))]
}

function brandRow({ organizationId, logo, logoType, ...row }: Stored, serverId?: string): BrandRow {
  const { name, accentLight: light, accentDark: dark, cornerRadius, termsUrl, privacyUrl, support } = row
  const accent = light !== null && dark !== null ? { light, dark } : null
  return {
    organizationId,
    ...(serverId !== undefined && { serverId }),
    brand: {
      ...omitNullish({ name, accent, cornerRadius, termsUrl, privacyUrl, support }),
      logo: logo && logoType ? { type: logoType, bytes: logo } : null,
    },
  }
}

export async function writeBrands(tx: Transaction, rows: readonly BrandRow[], at: Date): Promise<void> {
  for (const { organizationId, serverId, brand } of rows) {
    const values = brandValues(brand, at)
    if (serverId === undefined)
      await tx
        .insert(organizationBranding)
        .values({ organizationId, ...values })
        .onConflictDoUpdate({ target: organizationBranding.organizationId, set: values })
    else
      await tx
        .insert(serverBranding)
        .values({ organizationId, serverId, ...values })
        .onConflictDoUpdate({ target: serverBranding.serverId, set: values })
  }
}
