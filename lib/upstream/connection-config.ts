import { z } from 'zod'

/** What every connection has. */
const common = {
  id: z.string().min(1),
  organizationId: z.string().min(1),
  slug: z.string().min(1),
  /** For people: "Okta". */
  name: z.string().min(1),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  /** `client_secret_basic_raw`: for servers that do not decode what RFC 6749 §2.3.1 has clients encode. */
  tokenEndpointAuthMethod: z
    .enum(['client_secret_basic', 'client_secret_basic_raw', 'client_secret_post', 'private_key_jwt', 'none'])
    .default('client_secret_basic'),
  /** What signs where the method is `private_key_jwt`: ours, and never configured. */
  clientKey: z
    .object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      kid: z.string(),
      x: z.string(),
      y: z.string(),
      d: z.string(),
    })
    .optional(),
  /** Always requested, in addition to what the requested scopes need. */
  scopes: z.array(z.string().min(1)).default([]),
  /** Added to the authorization request, such as `prompt` or `access_type`. */
  authorizationParameters: z.record(z.string(), z.string()).default({}),
  /** Whether `resource` is sent to the upstream; some refuse the parameter. */
  forwardResource: z.boolean().default(false),
  /** Whether its addresses may be inside our own network: only when who runs the installation entered them. */
  mayBeInternal: z.boolean().optional(),
  /** Certificates of private authorities that its provider's are signed by, in PEM. */
  certificateAuthorities: z.string().min(1).optional(),
  /** Who pushes security events about its users, and what it calls us. */
  signals: z.object({ issuer: z.url(), audience: z.string().min(1), jwksUri: z.url().optional() }).optional(),
  /** RFC 7009; instead of the discovered one. */
  revocationEndpoint: z.url().optional(),
}

const oidc = z.object({
  type: z.literal('oidc'),
  ...common,
  /** Discovered (OpenID Connect Discovery 1.0 §4); with `{tenantid}` for the tenant where it has several. */
  issuer: z.url(),
  /** Where the metadata is, when not under the issuer. */
  metadataUrl: z.url().optional(),
  /** Whose users may log in, where the issuer is a template. */
  allowedTenants: z.array(z.string().min(1)).min(1).optional(),
  /** Whether our challenge is sent, whatever the metadata says; false for providers that refuse it. */
  pkce: z.boolean().default(true),
})

const oauth2 = z.object({
  type: z.literal('oauth2'),
  ...common,
  authorizationEndpoint: z.url(),
  tokenEndpoint: z.url(),
  userinfoEndpoint: z.url(),
  /** Whether the upstream takes PKCE with S256; without metadata it cannot be known. */
  pkce: z.boolean().default(true),
  /** Which fields of the userinfo answer say who the user is. The subject must never change or be given to another. */
  claims: z
    .object({
      subject: z.string().min(1).default('sub'),
      email: z.string().min(1).optional(),
      name: z.string().min(1).optional(),
    })
    .default({ subject: 'sub' }),
})

const saml = z.object({
  type: z.literal('saml'),
  ...common,
  /** There is none: we are known by our callback URL. */
  clientId: z.string(),
  tokenEndpointAuthMethod: z.literal('none').default('none'),
  /** Where the metadata is, or the metadata itself. */
  metadataUrl: z.url().optional(),
  metadata: z.string().min(1).optional(),
  /** Whether requests are signed; where it is not said, the metadata says whether they have to be. */
  signRequests: z.boolean().optional(),
  /** Which attributes say who the user is; the NameID, where none is named. */
  claims: z
    .object({
      subject: z.string().min(1).optional(),
      email: z.string().min(1).optional(),
      name: z.string().min(1).optional(),
    })
    .default({}),
})

/** A connection with everything needed to log a user in, its secret included. Never leaves `lib/store` and `lib/upstream`. */
export const connectionConfig = z
  .discriminatedUnion('type', [oidc, oauth2, saml])
  .refine(
    (config) =>
      config.clientSecret !== undefined || /^(none|private_key_jwt)$/.test(config.tokenEndpointAuthMethod),
    {
      path: ['clientSecret'],
      message: 'is needed unless tokenEndpointAuthMethod is none or private_key_jwt',
    },
  )

export type ConnectionConfig = z.infer<typeof connectionConfig>

/** One that speaks OAuth 2.0. */
export type OAuthConnectionConfig = Exclude<ConnectionConfig, { type: 'saml' }>
