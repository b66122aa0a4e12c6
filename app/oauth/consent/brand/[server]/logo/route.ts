import { brandKey, logoResponse } from '@/lib/http/brand-files'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { context } from '@/lib/services/services'

/** The logo of a server or an organization. */
export const GET = sessionEndpoint(context, async (request, { ports }) =>
  logoResponse(await ports.brands.findLogo(brandKey(request))),
)
