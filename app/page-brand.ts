import { organizationBrandView } from '@/lib/oauth/consent/brand-view'
import type { BrandView } from '@/lib/oauth/consent/view'
import { context } from '@/lib/services/services'

/**
 * How a page looks that belongs to no server: as its organization. Without one, as the only organization that there is;
 * undefined: as Vestibule. Decision 0110.
 */
export async function pageBrand(organizationId?: string): Promise<BrandView | undefined> {
  const { ports } = await context()
  return organizationBrandView(await ports.brands.findOrganization(organizationId))
}
