import { callbackUrl } from '@/lib/oauth/protocol/urls'
import { setupLinkStore } from '@/lib/store/credentials/setup-links'
import { connectionConfigs } from '@/lib/store/oauth/connections'
import { serviceProviderMetadata } from '@/lib/upstream/saml/service-provider'
import type { Management } from '../management/management'

/**
 * Our metadata for the SAML identity provider of a connection: of one that is there, or that is to be filled in with a
 * setup link, since many providers want to know us first. Null for any other.
 */
export async function serviceProviderFor(
  connectionId: string,
  { db, sealer, publicUrl, ports }: Management,
): Promise<string | null> {
  const now = ports.clock()
  const connection = await ports.connections.find(connectionId)
  const isSaml = connection?.type === 'saml'
  if (!isSaml && !(await setupLinkStore(db).isAwaited(connectionId, now))) return null
  const config = isSaml ? await connectionConfigs(db, sealer).find(connectionId) : null
  const signsRequests = config?.type === 'saml' && config.signRequests === true
  const certificates = await sealer.samlKeys.published(connectionId, now)
  return serviceProviderMetadata(callbackUrl(publicUrl, connectionId), { certificates, signsRequests })
}
