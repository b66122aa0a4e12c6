import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import type { ConnectionConfig } from '../connection-config'
import type { UpstreamContext } from '../context'
import { remembered } from '../discovery-cache'
import { statusFailure } from '../failure'
import { elementsWithin, parseXml, SIGNATURE } from './xml'

export type SamlConnection = Extract<ConnectionConfig, { type: 'saml' }>

/** What we use of an identity provider's metadata (SAML 2.0 Metadata §2.4.3). */
export type SamlProvider = {
  readonly entityId: string
  /** Where the browser is sent, by the redirect binding. */
  readonly signOnUrl: string
  /** Base64 of DER. */
  readonly certificates: readonly string[]
  readonly wantsSignedRequests: boolean
}

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** Reads metadata of exactly one identity provider; null when it is no such. */
export function readSamlMetadata(xml: string): SamlProvider | null {
  const root = parseXml(xml)
  if (!root) return null
  const [provider, ...further] = elementsWithin(root, METADATA, 'IDPSSODescriptor')
  const entity = provider?.parentNode as Element | null | undefined
  const entityId = entity?.getAttribute('entityID')
  if (!provider || further.length > 0 || !entityId) return null
  const service = elementsWithin(provider, METADATA, 'SingleSignOnService').find(
    (one) => one.getAttribute('Binding') === REDIRECT,
  )
  const signOnUrl = service?.getAttribute('Location') ?? ''
  const certificates = elementsWithin(provider, METADATA, 'KeyDescriptor')
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => elementsWithin(key, SIGNATURE, 'X509Certificate'))
    .map((certificate) => (certificate.textContent ?? '').replace(/\s/g, ''))
    .filter((text) => /^[A-Za-z0-9+/]{100,20000}={0,2}$/.test(text))
  const wantsSignedRequests = /^(true|1)$/.test(provider.getAttribute('WantAuthnRequestsSigned') ?? '')
  return parseUrl(signOnUrl) && certificates.length > 0
    ? { entityId, signOnUrl, certificates, wantsSignedRequests }
    : null
}

/**
 * The identity provider of a connection, from its address, as often as that of an OpenID provider, or as it was entered.
 *
 * @throws UpstreamError
 */
export async function findSamlProvider(
  { metadata, metadataUrl = '' }: SamlConnection,
  { http, clock }: UpstreamContext,
): Promise<SamlProvider> {
  if (metadata !== undefined) return usable(metadata)
  return remembered('saml-providers', `${http.reach} ${metadataUrl}`, clock(), async () => {
    const response = await http.request('metadata', metadataUrl)
    if (response.status !== 200) throw statusFailure('metadata', response.status)
    return usable(await response.text())
  })
}

function usable(xml: string): SamlProvider {
  const provider = readSamlMetadata(xml)
  if (provider) return provider
  throw new UpstreamError(
    'upstream_response_invalid',
    'The metadata is not that of one SAML identity provider with a sign-on service by redirect and a certificate.',
  )
}
