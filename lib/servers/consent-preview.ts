import type { ConsentView } from '@/lib/oauth/consent/view'
import type { BrandView } from '@/lib/oauth/flow/brand-view'
import { brandView } from '@/lib/oauth/flow/brand-view'
import type { OrganizationScope } from '../access'
import type { Management } from '../management/management'
import { shownBranding } from './branding'
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
  const brand = await shownBranding(scope, server.slug, management)
  return example(clientName, server, brand && brandView({ key: server.slug, name: server.name }, brand))
}

/**
 * The same of a server that has nothing of its own.
 *
 * @throws Forbidden
 */
export async function previewShared(
  scope: OrganizationScope & { readonly organizationName: string },
  clientName: string,
  management: Management,
): Promise<ConsentView> {
  const brand = await shownBranding(scope, undefined, management)
  const name = scope.organizationName
  const server = { name, resource: 'https://mcp.example/mcp', connection: { name }, scopes: [] }
  return example(clientName, server, brand && brandView({ key: `~${scope.organization}`, name }, brand))
}

type Shown = Pick<ServerDetails, 'name' | 'resource' | 'scopes'> & {
  readonly connection: Pick<ServerDetails['connection'], 'name'>
}

function example(clientName: string, server: Shown, brand: BrandView | null): ConsentView {
  return {
    client: { kind: 'registered', name: clientName, clientId: 'example' },
    redirect: { kind: 'https', host: 'app.example' },
    server: { name: server.name, resource: server.resource, ...(brand && { brand }) },
    connection: { name: server.connection.name, scopes: [] },
    scopes: server.scopes,
    offline: true,
    reference: '',
  }
}
