import type { z } from 'zod'
import { versionOf } from '@/lib/configuration/entries'
import { omitNullish } from '@/lib/omit-nullish'
import { brandEntry, findBranding, saveBranding } from '@/lib/servers/branding'
import { organizationRoute } from '../routing'
import { branding, brandingBody } from '../schemas'

type Brand = Awaited<ReturnType<typeof findBranding>>

const show = (brand: Brand) =>
  omitNullish({
    name: brand?.name,
    accent: brand?.accent?.light,
    accent_dark: brand?.accent?.dark,
    corner_radius: brand?.cornerRadius,
    terms_url: brand?.termsUrl,
    privacy_url: brand?.privacyUrl,
    support: brand?.support,
    has_logo: brand?.hasLogo ?? false,
  })

const shown = (brand: Brand) => ({ body: show(brand), version: versionOf(brandEntry(brand)) })

/** Whatever is no base64 is no image either, and refused as such. */
const logoOf = (logo: string | null) => (logo === null ? null : Buffer.from(logo, 'base64'))

const inputOf = (body: z.infer<typeof brandingBody>) => ({
  name: body.name ?? '',
  accent: body.accent ?? '',
  accentDark: body.accent_dark ?? '',
  cornerRadius: body.corner_radius,
  termsUrl: body.terms_url ?? '',
  privacyUrl: body.privacy_url ?? '',
  support: body.support ?? '',
  ...(body.logo !== undefined && { logo: logoOf(body.logo) }),
})

/** Bytes: a logo in base64, and the rest. */
const LIMIT = 160 * 1024

const PATH = '/organizations/{organization}/servers/{server}/branding'
const SHARED_PATH = '/organizations/{organization}/branding'

export const brandingRoutes = [
  organizationRoute({
    method: 'GET',
    path: PATH,
    operationId: 'getBranding',
    summary: 'Reads how a server looks on pages for end users, where it differs from its organization',
    versioned: true,
    permission: 'read',
    response: branding,
    handle: async ({ scope, params, management }) =>
      shown(await findBranding(scope, params.server, management)),
  }),
  organizationRoute({
    method: 'PUT',
    path: PATH,
    operationId: 'putBranding',
    summary: 'Replaces how a server looks on pages for end users; the logo stays when it is left out',
    versioned: true,
    permission: 'configure',
    body: brandingBody,
    bodyLimit: LIMIT,
    response: branding,
    async handle({ scope, params, body, management }) {
      await saveBranding(scope, params.server, inputOf(body), management)
      return shown(await findBranding(scope, params.server, management))
    },
  }),
  organizationRoute({
    method: 'GET',
    path: SHARED_PATH,
    operationId: 'getOrganizationBranding',
    summary: 'Reads how all servers of an organization look on pages for end users',
    versioned: true,
    permission: 'read',
    response: branding,
    handle: async ({ scope, management }) => shown(await findBranding(scope, undefined, management)),
  }),
  organizationRoute({
    method: 'PUT',
    path: SHARED_PATH,
    operationId: 'putOrganizationBranding',
    summary: 'Replaces how all servers of an organization look; the logo stays when it is left out',
    versioned: true,
    permission: 'configure',
    body: brandingBody,
    bodyLimit: LIMIT,
    response: branding,
    async handle({ scope, body, management }) {
      await saveBranding(scope, undefined, inputOf(body), management)
      return shown(await findBranding(scope, undefined, management))
    },
  }),
]
