import { z } from 'zod'
import { readSamlMetadata } from '@/lib/upstream/saml/metadata'
import { certificates } from './certificates'
import { day, scopeToken, sealedSecret, slug, text, upstreamUrl } from './values'

/** How we authenticate at an identity provider's token endpoint. */
export const CONNECTION_AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_basic_raw',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const

/** Of one SAML identity provider. */
const samlMetadata = z
  .string()
  .max(200_000, 'not_saml_metadata')
  .transform((xml) => xml.replaceAll('\r', '').trim())
  .refine((xml) => readSamlMetadata(xml) !== null, 'not_saml_metadata')

/** Of Entra ID. */
export const TENANT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What connections of several types have. */
function commonFields(url: ReturnType<typeof upstreamUrl>) {
  const named = {
    slug,
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'not_a_connection_id')
      .exactOptional(),
    name: text(100).exactOptional(),
  }
  const client = {
    clientId: text(),
    clientSecret: sealedSecret.exactOptional(),
    /** The day on which it expires, as far as anybody said: providers do not tell. */
    clientSecretEnds: day.exactOptional(),
    tokenEndpointAuthMethod: z.enum(CONNECTION_AUTH_METHODS).default('client_secret_basic'),
  }
  const options = {
    authorizationParameters: z.record(text(), text(2000)).default({}),
    forwardResource: z.boolean().default(false),
    revocationEndpoint: url.exactOptional(),
    certificateAuthorities: certificates.exactOptional(),
    signals: z
      .strictObject({ issuer: url, audience: text(2000), jwksUri: url.exactOptional() })
      .exactOptional(),
    scimMatch: z.enum(['external_id', 'user_name', 'email']).exactOptional(),
    /** Whether `groups` in access rules is what SCIM says, and not what tokens say. */
    scimGroups: z.boolean().exactOptional(),
    /** Whether its hosts may be in our own network; left out, what is stored stays while its addresses stay. */
    mayBeInternal: z.boolean().exactOptional(),
  }
  return { named, client, options }
}

/**
 * How users log in, one schema per type. The order of the fields is that of exports, plans and the documentation.
 *
 * @param loopback whether identity providers may be on this machine
 */
export function connectionSchema(loopback: boolean) {
  const url = upstreamUrl(loopback)
  const { named, client, options } = commonFields(url)
  const oidc = z.strictObject({
    ...named,
    type: z.literal('oidc'),
    issuer: url,
    /** Where its metadata is, when not under the issuer. */
    metadataUrl: url.exactOptional(),
    /** Of an issuer with `{tenantid}`. */
    allowedTenants: z
      .array(text(36).regex(TENANT_ID, 'not_a_tenant'))
      .min(1, 'empty_list')
      .max(1000)
      .exactOptional(),
    /** Left out, it is sent. */
    pkce: z.boolean().exactOptional(),
    ...client,
    scopes: z.array(scopeToken).default(['openid', 'email', 'profile']),
    ...options,
  })
  const claims = z.strictObject({
    subject: text().default('sub'),
    email: text().exactOptional(),
    name: text().exactOptional(),
  })
  const oauth2 = z.strictObject({
    ...named,
    type: z.literal('oauth2'),
    authorizationEndpoint: url,
    tokenEndpoint: url,
    userinfoEndpoint: url,
    claims: claims.default({ subject: 'sub' }),
    pkce: z.boolean().default(true),
    ...client,
    scopes: z.array(scopeToken).default([]),
    ...options,
  })
  const saml = z.strictObject({
    ...named,
    type: z.literal('saml'),
    metadataUrl: url.exactOptional(),
    metadata: samlMetadata.exactOptional(),
    signRequests: z.boolean().exactOptional(),
    claims: z
      .strictObject({
        subject: text().exactOptional(),
        email: text().exactOptional(),
        name: text().exactOptional(),
      })
      .default({}),
    certificateAuthorities: options.certificateAuthorities,
    signals: options.signals,
    scimMatch: options.scimMatch,
    scimGroups: options.scimGroups,
    mayBeInternal: options.mayBeInternal,
  })
  const platform = z.strictObject({ ...named, type: z.literal('platform') })
  return z.discriminatedUnion('type', [oidc, oauth2, saml, platform], {
    error: (issue) => (issue.code === 'invalid_union' ? 'not_a_connection_type' : undefined),
  })
}
