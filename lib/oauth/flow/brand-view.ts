import type { Brand, BrandKey, OwnedBrand } from '../ports/brand'

/** A branding. URLs of its style and its logo are made of the key and the version. */
export type BrandView = {
  readonly key: BrandKey
  readonly version: string
  readonly name: string
  readonly hasStyle: boolean
  readonly hasLogo: boolean
  /** Of the operator: https addresses; of the last one an email address as well. */
  readonly termsUrl?: string
  readonly privacyUrl?: string
  readonly support?: string
}

/** How a server or an organization looks above the card. */
export function brandView(
  { key, name: own }: { readonly key: BrandKey; readonly name: string },
  { name = own, accent, cornerRadius, ...brand }: Brand,
): BrandView {
  return { key, name, hasStyle: accent !== undefined || cornerRadius !== undefined, ...brand }
}

/** The same of what a page belongs to, if that has a branding. */
export const ownedBrandView = (found: OwnedBrand | null): BrandView | undefined =>
  found ? brandView(found, found.brand) : undefined
