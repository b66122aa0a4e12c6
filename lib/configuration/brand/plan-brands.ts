import { omitNullish } from '@/lib/omit-nullish'
import type { BrandRow, ConfigurationRows } from '@/lib/store/configuration/rows'
import type { BrandChange } from '@/lib/store/oauth/server-branding'
import type { Change, FieldChange } from '../changes'
import { BRAND } from '../schema/brand'
import { wireName } from '../schema/wire'
import { describeLogo } from './brand-rules'
import { brandEntry, type FileBrand } from './file-brands'

/**
 * What has to change for organizations and servers to look as a file says. Who is named without a brand stays as they
 * are. Pure, as {@link planConfiguration}.
 *
 * @param stored what there is, and what the same file makes
 */
export function planBrands(
  wanted: readonly FileBrand[],
  stored: Pick<ConfigurationRows, 'organizations' | 'servers' | 'brands'>,
): { readonly changes: readonly Change[]; readonly brands: readonly BrandRow[] } {
  const planned = wanted.flatMap(({ organization, server, brand }) => {
    const organizationId = stored.organizations.find(({ slug }) => slug === organization)?.id
    const serverId = stored.servers.find(
      (row) => row.slug === server && row.organizationId === organizationId,
    )?.id
    // A server that could not be planned has been refused.
    if (organizationId === undefined || (server !== undefined && serverId === undefined)) return []
    const place = { organizationId, ...(serverId !== undefined && { serverId }) }
    const before = stored.brands?.find(
      (row) => row.organizationId === organizationId && row.serverId === serverId,
    )
    const fields = differences(before?.brand ?? {}, brand)
    if (fields.length === 0) return []
    const change: Change = {
      action: before ? 'update' : 'create',
      kind: 'branding',
      name: server === undefined ? organization : `${organization}/${server}`,
      fields,
    }
    return [{ change, row: { ...place, brand } }]
  })
  return { changes: planned.map(({ change }) => change), brands: planned.map(({ row }) => row) }
}

function differences(before: BrandChange, after: BrandChange): readonly FieldChange[] {
  const [old, next] = [valuesOf(before), valuesOf(after)]
  const [oldShown, nextShown] = [shownOf(before), shownOf(after)]
  return Object.keys(BRAND.shape)
    .filter((key) => old.get(key) !== next.get(key))
    .map((key) => ({
      field: wireName(key),
      ...omitNullish({ before: oldShown.get(key), after: nextShown.get(key) }),
    }))
}

const valuesOf = (brand: BrandChange) => new Map(Object.entries(brandEntry(brand)))

/** Of a logo, what kind and how large it is. */
const shownOf = (brand: BrandChange) =>
  new Map(Object.entries({ ...brandEntry(brand), ...(brand.logo && { logo: describeLogo(brand.logo) }) }))
