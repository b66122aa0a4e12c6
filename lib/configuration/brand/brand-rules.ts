/** What a brand may be: for console, API and configuration file alike. Decision 0140. */
import { LOGO_MAX_BYTES, logoTypeOf } from '@/lib/http/logos/logo-type'
import { mailAddress } from '@/lib/mail/address'
import type { Logo } from '@/lib/oauth/ports/brand'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { omitNullish } from '@/lib/omit-nullish'
import type { BrandChange } from '@/lib/store/oauth/server-branding'
import type { Mistake } from '../mistakes'
import { checkAccent } from './accent'

/** Visible characters of a brand's name. */
const NAME_LENGTH = 48

/** Pixels. */
const ROUNDEST = 24

const URL_LENGTH = 500

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

/**
 * What was entered, as it is stored. A logo is known by its first bytes, whatever its name says.
 *
 * @param mistakes what is wrong is added, at `name`, `accent`, `accent_dark`, `corner_radius`, `terms_url`, `privacy_url`,
 * `support` or `logo`
 */
export function checkBrand(input: BrandInput, mistakes: Mistake[]): BrandChange {
  const brand = omitNullish({
    name: checkName(input.name, mistakes),
    accent: checkAccent(input, mistakes),
    cornerRadius: checkRadius(input.cornerRadius, mistakes),
    termsUrl: checkUrl('terms_url', input.termsUrl, mistakes),
    privacyUrl: checkUrl('privacy_url', input.privacyUrl, mistakes),
    support: checkSupport(input.support, mistakes),
  })
  return { ...brand, ...checkLogo(input.logo, mistakes) }
}

/** A logo, as the audit log and a plan name it. */
export const describeLogo = ({ type, bytes }: Logo): string => `${type}, ${bytes.length} bytes`

function checkRadius(radius: number | undefined, mistakes: Mistake[]): number | null {
  if (radius === undefined) return null
  if (Number.isInteger(radius) && radius >= 0 && radius <= ROUNDEST) return radius
  mistakes.push({ path: ['corner_radius'], code: 'not_a_radius', params: { count: ROUNDEST } })
  return null
}

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

function checkLogo(
  bytes: Uint8Array | null | undefined,
  mistakes: Mistake[],
): { readonly logo?: Logo | null } {
  if (!bytes) return bytes === null ? { logo: null } : {}
  const type = logoTypeOf(bytes)
  if (bytes.length > LOGO_MAX_BYTES)
    mistakes.push({ path: ['logo'], code: 'file_too_large', params: { count: LOGO_MAX_BYTES / 1024 } })
  else if (!type) mistakes.push({ path: ['logo'], code: 'not_an_image' })
  return type ? { logo: { type, bytes } } : {}
}
