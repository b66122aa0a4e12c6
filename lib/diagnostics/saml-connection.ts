import { UpstreamError } from '@/lib/oauth/ports/upstream'
import type { UpstreamContext } from '@/lib/upstream/context'
import { findSamlProvider, type SamlConnection } from '@/lib/upstream/saml/metadata'
import { failureFinding } from './failure-finding'
import { type Finding, findingsOf } from './finding'

const { ok } = findingsOf('connection')

/** A SAML identity provider, which without a user shows its metadata alone. */
export async function examineSamlConnection(
  connection: SamlConnection,
  context: UpstreamContext,
): Promise<readonly Finding[]> {
  try {
    const { entityId } = await findSamlProvider(connection, context)
    return [ok('discovery', 'idp.discovery', { issuer: entityId })]
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    return [failureFinding(error)]
  }
}
