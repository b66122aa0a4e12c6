import { brandedPlace, brandKey, stylesheetResponse } from '@/lib/http/brand-files'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { brandStylesheet } from '@/lib/oauth/consent/brand-stylesheet'
import { context } from '@/lib/services/services'

/** Accent and corners of the pages of a server or an organization. */
export const GET = sessionEndpoint(context, async (request, { ports }) =>
  stylesheetResponse(brandStylesheet(await ports.brands.find(brandKey(request)), brandedPlace(request))),
)
