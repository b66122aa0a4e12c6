import { z } from 'zod'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { isIssuerTemplate, metadataPlace } from '@/lib/oauth/protocol/issuers'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { metadataUrls } from '@/lib/oauth/protocol/urls'
import { invalidResponse, readJsonObject, statusFailure } from './failure'
import type { UpstreamAnswer, UpstreamHttp } from './upstream-http'

/** Who a provider says it is, and where: under its issuer, unless the operator says otherwise. */
export type MetadataPlace = { readonly issuer: string; readonly metadataUrl?: string | undefined }

/** What we use of a provider's metadata. Lists of supported features are ignored: too many of them are wrong. */
export type ProviderMetadata = {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly jwksUri: string
  readonly userinfoEndpoint?: string
  /** RFC 7009. */
  readonly revocationEndpoint?: string
  /** Every authorization response carries `iss` (RFC 9207 §3). */
  readonly sendsIssuer: boolean
}

const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional().catch(undefined),
  revocation_endpoint: z.url().optional().catch(undefined),
  authorization_response_iss_parameter_supported: z.boolean().optional().catch(undefined),
})

/**
 * Fetches the metadata of an OpenID provider (OIDC Discovery §4); where there is none at the OpenID location, the
 * one of RFC 8414 §3.
 *
 * @throws UpstreamError
 */
export async function discover(place: MetadataPlace, http: UpstreamHttp): Promise<ProviderMetadata> {
  return (await discoverDocument(place, http)).metadata
}

type Document = Readonly<Record<string, unknown>>

/**
 * The same, with the document as it came, of which nothing else was checked.
 *
 * @throws UpstreamError
 */
export async function discoverDocument(
  place: MetadataPlace,
  http: UpstreamHttp,
): Promise<{ readonly metadata: ProviderMetadata; readonly document: Document }> {
  const document = await fetchMetadata(place, http)
  return { metadata: readMetadata(document, place.issuer, http), document }
}

/**
 * The document alone, of which nothing is checked: logins, tests, look-ups and the doctor follow the same.
 *
 * @throws UpstreamError
 */
export async function fetchMetadata(place: MetadataPlace, http: UpstreamHttp): Promise<Document> {
  for (const url of placesOf(place, http)) {
    const response = await getWithOneRedirect(new URL(url), http)
    if (response.status === 404) continue
    if (response.status !== 200) throw statusFailure('metadata', response.status)
    return readJsonObject('metadata', response)
  }
  throw new UpstreamError(
    'upstream_response_invalid',
    'There is no metadata under the issuer: check the issuer URL of the connection.',
  )
}

function placesOf({ issuer, metadataUrl }: MetadataPlace, http: UpstreamHttp): readonly string[] {
  if (metadataUrl !== undefined) return [metadataUrl]
  const { openid, oauth } = metadataUrls(http.checkUrl(metadataPlace(issuer), 'metadata'))
  return [openid, oauth]
}

/** Some providers move the document within their own origin; another origin is not trusted. */
async function getWithOneRedirect(url: URL, http: UpstreamHttp): Promise<UpstreamAnswer> {
  const init = { headers: { accept: 'application/json' } }
  const response = await http.request('metadata', url.href, init)
  const location = response.headers.get('location')
  if (![301, 302, 307, 308].includes(response.status) || !location) return response
  const target = parseUrl(location, url)
  if (target?.origin !== url.origin)
    throw invalidResponse(
      'metadata',
      'redirects to another origin, which is not followed: check the issuer URL',
    )
  return http.request('metadata', target.href, init)
}

function readMetadata(document: Document, issuer: string, http: UpstreamHttp): ProviderMetadata {
  const parsed = Metadata.safeParse(document)
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map((issue) => issue.path[0]))].join(', ')
    throw invalidResponse('metadata', `lacks a valid ${fields}`)
  }
  const metadata = parsed.data
  if (metadata.issuer !== issuer) throw issuerMismatch(metadata.issuer, issuer)
  http.checkUrl(metadata.authorization_endpoint, 'authorization endpoint')
  http.checkUrl(metadata.token_endpoint, 'token endpoint')
  http.checkUrl(metadata.jwks_uri, 'key set')
  return {
    issuer,
    authorizationEndpoint: metadata.authorization_endpoint,
    tokenEndpoint: metadata.token_endpoint,
    jwksUri: metadata.jwks_uri,
    ...(metadata.userinfo_endpoint && { userinfoEndpoint: metadata.userinfo_endpoint }),
    ...(metadata.revocation_endpoint && { revocationEndpoint: metadata.revocation_endpoint }),
    sendsIssuer: metadata.authorization_response_iss_parameter_supported === true,
  }
}

/** OIDC Discovery §4.3: "The issuer value returned MUST be identical to the Issuer URL". */
function issuerMismatch(found: string, expected: string): UpstreamError {
  return new UpstreamError('upstream_issuer_mismatch', remedyFor(found, expected))
}

function remedyFor(found: string, expected: string): string {
  if (found.replace(/\/$/, '') === expected.replace(/\/$/, ''))
    return 'The metadata names the issuer with a different trailing slash: write it in the connection exactly as the provider does.'
  if (isIssuerTemplate(found))
    return 'This is the address of all tenants of Entra ID, which is no issuer: enter https://login.microsoftonline.com/{tenantid}/v2.0 as the issuer with the tenants that may log in (allowed_tenants), or, for one tenant, its own id in place of {tenantid}.'
  if (/\.b2clogin\.com$/.test(parseUrl(expected)?.hostname ?? ''))
    return 'Azure AD B2C names another issuer than the address of its metadata: enter the issuer that the metadata names, and the address of the metadata as metadata_url. Or, in the user flow, under Properties, Token compatibility settings, choose the issuer claim with tfp, and enter that issuer.'
  return 'The metadata names another issuer than the connection: copy the provider’s issuer exactly.'
}
