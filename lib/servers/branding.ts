import type { Brand, Logo } from '@/lib/oauth/ports/brand'
import { managedBrandStore } from '@/lib/store/oauth/server-branding'
import { changerOf, NotFound, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import { type BrandInput, checkBrand, describeLogo } from '../configuration/brand/brand-rules'
import { refuseOutdated } from '../configuration/entries'
import { InvalidInput, type Mistake } from '../configuration/mistakes'
import type { Management } from '../management/management'

/** A slug of a server; absent: all of the organization. */
type Server = string | undefined

/**
 * How a server itself looks on pages for end users, or what all of the organization have; null: nothing of its own.
 * Decision 0140.
 *
 * @throws Forbidden, NotFound
 */
export async function findBranding(
  scope: OrganizationScope,
  server: Server,
  management: Management,
): Promise<Brand | null> {
  return (await foundBranding(scope, server, management)).brand
}

/**
 * The same with what a server has from its organization.
 *
 * @throws Forbidden, NotFound
 */
export async function shownBranding(
  scope: OrganizationScope,
  server: Server,
  management: Management,
): Promise<Brand | null> {
  return (await foundBranding(scope, server, management)).shown
}

async function foundBranding(scope: OrganizationScope, server: Server, { db }: Pick<Management, 'db'>) {
  requirePermission(scope, 'read')
  const found = await managedBrandStore(db).find(scope.organizationId, server)
  if (!found) throw new NotFound('server')
  return found
}

/**
 * Changes how a server or the organization looks. A logo is known by its first bytes, whatever its name says.
 *
 * @throws Forbidden, NotFound
 * @throws InvalidInput at `name`, `accent`, `accent_dark`, `corner_radius`, `terms_url`, `privacy_url`, `support` or `logo`
 */
export async function saveBranding(
  scope: OrganizationScope,
  server: Server,
  input: BrandInput,
  { db, ports }: Management,
): Promise<void> {
  requirePermission(scope, 'configure')
  const { serverId } = await foundBranding(scope, server, { db })
  const mistakes: Mistake[] = []
  const { logo, ...brand } = checkBrand(input, mistakes)
  if (mistakes.length > 0) throw new InvalidInput(mistakes)
  const { organization, organizationId } = scope
  const target =
    serverId === undefined
      ? { action: 'organization.branded', targetKind: 'organization', targetId: organizationId }
      : { action: 'server.branded', targetKind: 'server', targetId: serverId }
  const targetName = serverId === undefined ? organization : `${organization}/${server}`
  const event = { ...target, targetName, detail: { ...brand, ...described(logo) } }
  await managedBrandStore(db).save(
    { organizationId, serverId, maker: changerOf(scope) },
    { ...brand, ...(logo !== undefined && { logo }) },
    auditEntry(scope, ports.clock(), event),
    (stored) => {
      const { logo: kept } = brandEntry(stored)
      refuseOutdated(scope, brandEntry(stored), {
        ...brandEntry({ ...brand, hasLogo: false, version: '' }),
        logo: kept,
      })
    },
  )
}

/** What counts of it for its version; a logo by when it was saved. */
export const brandEntry = (brand: Brand | null) => ({
  name: brand?.name,
  accent: brand?.accent?.light,
  accent_dark: brand?.accent?.dark,
  corner_radius: brand?.cornerRadius,
  terms_url: brand?.termsUrl,
  privacy_url: brand?.privacyUrl,
  support: brand?.support,
  logo: brand?.hasLogo ? brand.version : undefined,
})

/** For the audit log. */
const described = (logo: Logo | null | undefined) =>
  logo === undefined ? {} : { logo: logo ? describeLogo(logo) : 'removed' }
