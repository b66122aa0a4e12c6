import { versionOf } from '@/lib/configuration/version'
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
    has_logo: brand?.hasLogo ?? false,
  })

const shown = (brand: Brand) => ({ body: show(brand), version: versionOf(brandEntry(brand)) })

/** Whatever is no base64 is no image either, and refused as such. */
const logoOf = (logo: string | null) => (logo === null ? null : Buffer.from(logo, 'base64'))

const PATH = '/organizations/{organization}/servers/{server}/branding'

export const brandingRoutes = [
  organizationRoute({
    method: 'GET',
    path: PATH,
    operationId: 'getBranding',
    summary: 'Reads how a server looks on the consent page',
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
    summary: 'Replaces how a server looks on the consent page; the logo stays when it is left out',
    versioned: true,
    permission: 'configure',
    body: brandingBody,
    bodyLimit: 160 * 1024,
    response: branding,
    async handle({ scope, params, body, management }) {
      const { name = '', accent = '', accent_dark: accentDark = '', logo } = body
      const input = { name, accent, accentDark, ...(logo !== undefined && { logo: logoOf(logo) }) }
      await saveBranding(scope, params.server, input, management)
      return shown(await findBranding(scope, params.server, management))
    },
  }),
]
