import { brandedServer, logoResponse } from '@/lib/http/brand-files'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { context } from '@/lib/services/services'

/** The logo of a server's consent page. */
export const GET = sessionEndpoint(context, async (request, { ports }) =>
  logoResponse(await ports.brands.findLogo(brandedServer(request))),
)
