/** How organizations and servers look, as a configuration file says it. Decision 0157. */
import path from 'node:path'
import { LOGO_MAX_BYTES } from '@/lib/http/logos/logo-type'
import type { Wrong } from '@/lib/messages/mistakes'
import type { Logo } from '@/lib/oauth/ports/brand'
import { omitNullish } from '@/lib/omit-nullish'
import type { BrandChange } from '@/lib/store/oauth/server-branding'
import type { Mistake, Path } from '../mistakes'
import { readNamedFile } from '../schema/named-file'
import { type Draft, WRONG } from '../schema/read'
import type { BrandSettings } from '../schema/settings'
import type { SecretSources } from '../secret-reference'
import { checkBrand } from './brand-rules'

/** How an organization, or one of its servers, shall look: as the file says, and in nothing else. */
export type FileBrand = {
  readonly organization: string
  /** Absent: all of the organization. */
  readonly server?: string
  readonly brand: BrandChange
}

/** An organization or a server of a file, as far as it is right. */
type Branded = {
  readonly slug?: unknown
  readonly branding?: Draft<BrandSettings> | typeof WRONG | undefined
}
type BrandedOrganization = Branded & { readonly servers?: readonly Branded[] | typeof WRONG | undefined }

type Read = { readonly brands: readonly FileBrand[]; readonly mistakes: readonly Mistake[] }

/**
 * @param organizations of the file
 * @param sources where `file:` references of logos look
 * @returns every brand that the file names, and what is wrong with them, at paths of the file
 */
export function readBrands(
  organizations: readonly BrandedOrganization[],
  sources: Pick<SecretSources, 'directory'>,
): Read {
  const named = organizations.flatMap((organization, i) => {
    const at = ['organizations', i]
    const servers = organization.servers === WRONG ? [] : (organization.servers ?? [])
    return [
      { place: { organization: organization.slug }, path: at, branding: organization.branding },
      ...servers.map(({ slug, branding }, j) => {
        return {
          place: { organization: organization.slug, server: slug },
          path: [...at, 'servers', j],
          branding,
        }
      }),
    ]
  })
  const read = named.flatMap(({ place, path: at, branding }) =>
    typeof branding !== 'object' ? [] : [readBrand(place, branding, at, sources)],
  )
  return {
    brands: read.flatMap(({ brands }) => brands),
    mistakes: read.flatMap(({ mistakes }) => mistakes),
  }
}

function readBrand(
  { organization, server }: { readonly organization: unknown; readonly server?: unknown },
  branding: Draft<BrandSettings>,
  at: Path,
  sources: Pick<SecretSources, 'directory'>,
): Read {
  const mistakes: Mistake[] = []
  const logo = logoOf(branding.logo, sources)
  if ('wrong' in logo) mistakes.push({ path: ['logo'], ...logo.wrong })
  const { cornerRadius } = branding
  const brand = checkBrand(
    {
      name: textOf(branding.name),
      accent: textOf(branding.accent),
      accentDark: textOf(branding.accentDark),
      cornerRadius: typeof cornerRadius === 'number' ? cornerRadius : undefined,
      termsUrl: textOf(branding.termsUrl),
      privacyUrl: textOf(branding.privacyUrl),
      support: textOf(branding.support),
      logo: 'wrong' in logo ? null : logo.bytes,
    },
    mistakes,
  )
  if (mistakes.length > 0 || typeof organization !== 'string')
    return {
      brands: [],
      mistakes: mistakes.map((mistake) => ({ ...mistake, path: [...at, 'branding', ...mistake.path] })),
    }
  return { brands: [{ organization, ...(typeof server === 'string' && { server }), brand }], mistakes: [] }
}

/** What was wrong has been said already. */
const textOf = (value: string | typeof WRONG | undefined): string => (typeof value === 'string' ? value : '')

const FILE = /^file:(.+)$/s
const DATA = /^data:image\/(?:png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})$/

function logoOf(
  value: string | typeof WRONG | undefined,
  { directory }: Pick<SecretSources, 'directory'>,
): { readonly bytes: Uint8Array | null } | { readonly wrong: Wrong } {
  if (typeof value !== 'string') return { bytes: null }
  const [, data] = DATA.exec(value) ?? []
  if (data !== undefined) return { bytes: Buffer.from(data, 'base64') }
  const [, name] = FILE.exec(value) ?? []
  if (name === undefined || directory === undefined) return { wrong: { code: 'not_a_logo' } }
  const file = path.resolve(directory, name)
  try {
    const bytes = readNamedFile(file, LOGO_MAX_BYTES)
    return bytes ? { bytes } : { wrong: { code: 'file_too_large', params: { count: LOGO_MAX_BYTES / 1024 } } }
  } catch (error) {
    const code = (error instanceof Error && 'code' in error && error.code) || 'unknown error'
    const isMissing = code === 'ENOENT'
    return {
      wrong: {
        code: isMissing ? 'secret_file_missing' : 'secret_file_unreadable',
        params: { file, ...(!isMissing && { error: String(code) }) },
      },
    }
  }
}

/** What is stored, as a file says it. */
export function brandEntry({ accent, logo, ...brand }: BrandChange): BrandSettings {
  return omitNullish({
    name: brand.name,
    accent: accent?.light,
    accentDark: accent?.dark,
    cornerRadius: brand.cornerRadius,
    termsUrl: brand.termsUrl,
    privacyUrl: brand.privacyUrl,
    support: brand.support,
    logo: logo && dataUrl(logo),
  })
}

const dataUrl = ({ type, bytes }: Logo) => `data:${type};base64,${Buffer.from(bytes).toString('base64')}`
