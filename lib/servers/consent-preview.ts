import { brandView } from '@/lib/oauth/consent/prompt'
import type { ConsentView } from '@/lib/oauth/consent/view'
import type { OrganizationScope } from '../access'
import type { Management } from '../management/management'
import { findBranding } from './branding'
import type { ServerDetails } from './servers'

/**
 * The consent page of a server as its users will see it, for a client that registered itself and wants everything: that
 * is the page with the most to read.
 *
 * @throws Forbidden, NotFound
 */
export async function previewConsent(
  scope: OrganizationScope,
  server: ServerDetails,
  clientName: string,
  management: Management,
): Promise<ConsentView> {
  const brand = await findBranding(scope, server.slug, management)
  return {
    client: { kind: 'registered', name: clientName, clientId: 'example' },
    redirect: { kind: 'https', host: 'app.example' },
    server: {
      name: server.name,
      resource: server.resource,
      ...(brand && { brand: brandView(server, brand) }),
    },
    connection: { name: server.connection.name, scopes: [] },
    scopes: server.scopes,
    offline: true,
    reference: '',
  }
}
