import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import type { GetContext, HttpContext } from './context'
import { hostOrigin } from './issuer'

/**
 * What a page is given. Pages live on `publicUrl` alone: on any other host there is nothing (404). The header comes
 * first: reading it is what tells Next that the page cannot be rendered when it is built.
 */
export async function pageContext(context: GetContext): Promise<HttpContext> {
  const host = (await headers()).get('host')
  const services = await context()
  if (hostOrigin(host, services.publicUrl) !== services.publicUrl) notFound()
  return services
}
