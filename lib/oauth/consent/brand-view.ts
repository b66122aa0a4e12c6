import type { Brand, BrandKey, OrganizationBrand } from '../ports/brand'
import type { BrandView } from './view'

/** How a server or an organization looks above the card. */
export function brandView(
  { key, name: own }: { readonly key: BrandKey; readonly name: string },
  { name = own, accent, cornerRadius, ...brand }: Brand,
): BrandView {
  return { key, name, hasStyle: accent !== undefined || cornerRadius !== undefined, ...brand }
}

/** The same of an organization that has a branding. */
export const organizationBrandView = (found: OrganizationBrand | null): BrandView | undefined =>
  found ? brandView(found, found.brand) : undefined
