import { applicationLogoResponse } from '@/lib/http/brand-files'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { context } from '@/lib/services/services'

/** The logo of an application that a metadata document describes, by the address of that document. */
export const GET = sessionEndpoint(context, async (request, { ports }) =>
  applicationLogoResponse(
    await ports.applicationLogos.find(new URL(request.url).searchParams.get('client') ?? ''),
  ),
)
