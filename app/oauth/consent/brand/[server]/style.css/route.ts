import { brandedPlace, brandedServer, stylesheetResponse } from '@/lib/http/brand-files'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { brandStylesheet } from '@/lib/oauth/consent/brand-stylesheet'
import { context } from '@/lib/services/services'

/** The accent colour of a server's consent page. */
export const GET = sessionEndpoint(context, async (request, { ports }) => {
  const accent = await ports.brands.findAccent(brandedServer(request))
  return stylesheetResponse(brandStylesheet(accent, brandedPlace(request)))
})
