import { LOGO_MAX_BYTES, logoTypeOf } from '@/lib/http/logos/logo-type'
import { mailAddress } from '@/lib/mail/address'
import type { Brand } from '@/lib/oauth/ports/brand'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { omitNullish } from '@/lib/omit-nullish'
import { managedBrandStore } from '@/lib/store/oauth/server-branding'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import { refuseOutdated } from '../configuration/entries'
import { InvalidInput, type Mistake } from '../configuration/mistakes'
import type { Management } from '../management/management'
import { checkAccent } from './accent'

/** Visible characters of a brand's name. */
const NAME_LENGTH = 48

/** How a server or an organization shall look. */
export type BrandInput = {
  /** Stands above the card; empty: the name of the server or organization. */
  readonly name: string
  /** `#rrggbb`, for light surfaces; empty: Vestibule's green. */
  readonly accent: string
  /** For dark ones; empty: the nearest to `accent` that can be read there. */
  readonly accentDark: string
  /** Pixels; absent: Vestibule's. */
  readonly cornerRadius?: number | undefined
  /** Addresses; empty: none. */
  readonly termsUrl?: string
  readonly privacyUrl?: string
  /** An email address or the address of a page; empty: none. */
  readonly support?: string
  /** The image file; null: none; absent: the one that is there. */
  readonly logo?: Uint8Array | null
}

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
  const brand = omitNullish({
    name: checkName(input.name, mistakes),
    accent: checkAccent(input, mistakes),
    cornerRadius: checkRadius(input.cornerRadius, mistakes),
    termsUrl: checkUrl('terms_url', input.termsUrl, mistakes),
    privacyUrl: checkUrl('privacy_url', input.privacyUrl, mistakes),
    support: checkSupport(input.support, mistakes),
  })
  const logo = checkLogo(input.logo, mistakes)
  if (mistakes.length > 0) throw new InvalidInput(mistakes)
  const { organization, organizationId } = scope
  const target =
    serverId === undefined
      ? { action: 'organization.branded', targetKind: 'organization', targetId: organizationId }
      : { action: 'server.branded', targetKind: 'server', targetId: serverId }
  const targetName = serverId === undefined ? organization : `${organization}/${server}`
  const event = { ...target, targetName, detail: { ...brand, ...described(logo) } }
  await managedBrandStore(db).save(
    { organizationId, serverId },
    { ...brand, ...logo },
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

/** Pixels. */
const ROUNDEST = 24

function checkRadius(radius: number | undefined, mistakes: Mistake[]): number | null {
  if (radius === undefined) return null
  if (Number.isInteger(radius) && radius >= 0 && radius <= ROUNDEST) return radius
  mistakes.push({ path: ['corner_radius'], code: 'not_a_radius', params: { count: ROUNDEST } })
  return null
}

const URL_LENGTH = 500

function isPage(address: string): boolean {
  const url = address.length <= URL_LENGTH ? parseUrl(address) : null
  return url?.protocol === 'https:' && !url.username && !url.password
}

function checkUrl(field: string, address: string | undefined, mistakes: Mistake[]): string | null {
  const trimmed = address?.trim() ?? ''
  if (trimmed === '' || isPage(trimmed)) return trimmed || null
  mistakes.push({ path: [field], code: 'not_https' })
  return null
}

function checkSupport(support: string | undefined, mistakes: Mistake[]): string | null {
  const trimmed = support?.trim() ?? ''
  if (trimmed === '' || isPage(trimmed)) return trimmed || null
  const address = mailAddress(trimmed)
  if (address === undefined) mistakes.push({ path: ['support'], code: 'not_a_support_address' })
  return address ?? null
}

function checkName(name: string, mistakes: Mistake[]): string | null {
  const trimmed = name.trim()
  if (trimmed === '') return null
  const shown = displayText(trimmed, NAME_LENGTH)
  if (shown !== trimmed.normalize('NFC'))
    mistakes.push({ path: ['name'], code: 'not_displayable', params: { count: NAME_LENGTH } })
  return shown
}

type CheckedLogo = {
  readonly logo?: { type: 'image/png' | 'image/jpeg' | 'image/webp'; bytes: Uint8Array } | null
}

function checkLogo(bytes: Uint8Array | null | undefined, mistakes: Mistake[]): CheckedLogo {
  if (!bytes) return bytes === null ? { logo: null } : {}
  const type = logoTypeOf(bytes)
  if (bytes.length > LOGO_MAX_BYTES)
    mistakes.push({ path: ['logo'], code: 'file_too_large', params: { count: LOGO_MAX_BYTES / 1024 } })
  else if (!type) mistakes.push({ path: ['logo'], code: 'not_an_image' })
  return type ? { logo: { type, bytes } } : {}
}

/** For the audit log. */
const described = ({ logo }: CheckedLogo) =>
  logo === undefined ? {} : { logo: logo ? `${logo.type}, ${logo.bytes.length} bytes` : 'removed' }
