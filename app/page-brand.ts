import { type BrandView, ownedBrandView } from '@/lib/oauth/flow/brand-view'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { context } from '@/lib/services/services'

/**
 * How a page looks that belongs to no server: as its organization. Without one, as the only organization that there is;
 * undefined: as Vestibule. Decision 0140.
 */
export async function pageBrand(organizationId?: string): Promise<BrandView | undefined> {
  const { ports } = await context()
  return ownedBrandView(await ports.brands.findOrganization(organizationId))
}

/**
 * How the page looks where the user of a login signs in: as the server that they want to use.
 *
 * @param state of the login's attempt; one that is not of a login at this connection is as none
 */
export async function loginBrand(
  state: string,
  { id: connectionId, organizationId }: { readonly id: string; readonly organizationId: string },
): Promise<BrandView | undefined> {
  const { ports } = await context()
  const found = await ports.brands.findLogin({ stateHash: hashSecret(state), connectionId })
  return found ? ownedBrandView(found) : pageBrand(organizationId)
}
