import { LOGO_MAX_BYTES, logoTypeOf } from '@/lib/http/logos/logo-type'
import type { Accent, Brand } from '@/lib/oauth/ports/brand'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { managedBrandStore } from '@/lib/store/oauth/server-branding'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import type { Mistake } from '../configuration/mistakes'
import { InvalidInput } from '../configuration/mistakes'
import { refuseOutdated } from '../configuration/version'
import type { Management } from '../management/management'
import { checkAccent } from './accent'

/** Visible characters of a brand's name. */
const NAME_LENGTH = 48

/** How a server shall look. */
export type BrandInput = {
  /** Stands above the consent page's card; empty: the server's name. */
  readonly name: string
  /** `#rrggbb`, for light surfaces; empty: Vestibule's green. */
  readonly accent: string
  /** For dark ones; empty: the nearest to `accent` that can be read there. */
  readonly accentDark: string
  /** The image file; null: none; absent: the one that is there. */
  readonly logo?: Uint8Array | null
}

/**
 * How a server looks on the consent page; null: like Vestibule.
 *
 * @throws Forbidden, NotFound
 */
export async function findBranding(
  scope: OrganizationScope,
  slug: string,
  { db }: Management,
): Promise<Brand | null> {
  requirePermission(scope, 'read')
  const found = await managedBrandStore(db).find(scope.organizationId, slug)
  if (!found) throw new NotFound('server')
  return found.brand
}

/**
 * Changes how a server looks on the consent page. A logo is known by its first bytes, whatever its name says.
 *
 * @throws Forbidden, NotFound
 * @throws InvalidInput at `name`, `accent`, `accent_dark` or `logo`
 */
export async function saveBranding(
  scope: OrganizationScope,
  slug: string,
  input: BrandInput,
  { db, ports }: Management,
): Promise<void> {
  requirePermission(scope, 'configure')
  const store = managedBrandStore(db)
  const found = await store.find(scope.organizationId, slug)
  if (!found) throw new NotFound('server')
  const mistakes: Mistake[] = []
  const name = checkName(input.name, mistakes)
  const accent = checkAccent(input, mistakes)
  const logo = checkLogo(input.logo, mistakes)
  if (mistakes.length > 0) throw new InvalidInput(mistakes)
  const place = { organizationId: scope.organizationId, serverId: found.serverId }
  const auditEvent = {
    action: 'server.branded',
    targetKind: 'server',
    targetId: found.serverId,
    targetName: `${scope.organization}/${slug}`,
    detail: described(name, accent, logo),
  }
  const wanted = { name: name ?? undefined, accent: accent?.light, accent_dark: accent?.dark }
  await store.save(place, { name, accent, ...logo }, auditEntry(scope, ports.clock(), auditEvent), (stored) =>
    refuseOutdated(scope, brandEntry(stored), { ...brandEntry(stored), ...wanted }),
  )
}

/** What counts of it for its version; a logo by when it was saved. */
export const brandEntry = (brand: Brand | null) => ({
  name: brand?.name,
  accent: brand?.accent?.light,
  accent_dark: brand?.accent?.dark,
  logo: brand?.hasLogo ? brand.version : undefined,
})

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
function described(name: string | null, accent: Accent | null, { logo }: CheckedLogo) {
  return {
    ...(name !== null && { name }),
    ...(accent && { accent }),
    ...(logo !== undefined && { logo: logo ? `${logo.type}, ${logo.bytes.length} bytes` : 'removed' }),
  }
}
