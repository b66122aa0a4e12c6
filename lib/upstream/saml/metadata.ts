import { DOMParser } from '@xmldom/xmldom'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import type { ConnectionConfig } from '../connection-config'
import type { UpstreamContext } from '../context'
import { remembered } from '../discovery-cache'
import { statusFailure } from '../failure'
import { isShallowXml } from './shallow'

export type SamlConnection = Extract<ConnectionConfig, { type: 'saml' }>

/** What we use of an identity provider's metadata (SAML 2.0 Metadata §2.4.3). */
export type SamlProvider = {
  readonly entityId: string
  /** Where the browser is sent, by the redirect binding. */
  readonly signOnUrl: string
  /** Base64 of DER. */
  readonly certificates: readonly string[]
}

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** Reads metadata of exactly one identity provider; null when it is no such. */
export function readSamlMetadata(xml: string): SamlProvider | null {
  const root = parse(xml)
  if (!root) return null
  const [provider, ...further] = within(root, METADATA, 'IDPSSODescriptor')
  const entity = provider?.parentNode as Element | null | undefined
  const entityId = entity?.getAttribute('entityID')
  if (!provider || further.length > 0 || !entityId) return null
  const service = within(provider, METADATA, 'SingleSignOnService').find(
    (one) => one.getAttribute('Binding') === REDIRECT,
  )
  const signOnUrl = service?.getAttribute('Location') ?? ''
  const certificates = within(provider, METADATA, 'KeyDescriptor')
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => within(key, SIGNATURE, 'X509Certificate'))
    .map((certificate) => (certificate.textContent ?? '').replace(/\s/g, ''))
    .filter((text) => /^[A-Za-z0-9+/]{100,20000}={0,2}$/.test(text))
  return parseUrl(signOnUrl) && certificates.length > 0 ? { entityId, signOnUrl, certificates } : null
}

function parse(xml: string): Element | null {
  if (!isShallowXml(xml)) return null
  const fail = () => {
    throw new Error('not XML')
  }
  try {
    const parser = new DOMParser({ errorHandler: { warning: fail, error: fail, fatalError: fail } })
    return parser.parseFromString(xml.trim(), 'text/xml').documentElement
  } catch {
    return null
  }
}

const within = (element: Element, namespace: string, name: string): readonly Element[] =>
  Array.from(element.getElementsByTagNameNS(namespace, name))

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
