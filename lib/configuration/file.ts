/**
 * The shape of a configuration file, in wire names, and of what is read from it. Rules that look at one value stand
 * here; those that compare several are in `consistency.ts`, those that need the database in `plan.ts`.
 */
import { z } from 'zod'
import { DEVICE_CODE, JWT_BEARER } from '@/lib/oauth/protocol/grant-types'
import {
  ACCESS_TOKEN_LIFETIME,
  ACCESS_TOKEN_MAX_LIFETIME,
  REFRESH_TOKEN_LIFETIME,
  REFRESH_TOKEN_MAX_LIFETIME,
  REGISTRATION_QUOTA,
} from '@/lib/oauth/protocol/lifetimes'
import { parseScope } from '@/lib/oauth/protocol/scope'
import {
  host,
  lifetime,
  publicKeys,
  publicKeysUri,
  redirectUri,
  resourceUri,
  scopeToken,
  section,
  slug,
  strict,
  text,
  upstreamUrl,
} from './fields'
import { digestReference, type SecretSources, secretReference } from './secret-reference'
import { trustedIssuers } from './trusted-issuers'

/** Claims of our own that an upstream claim must not pose as (RFC 9068 §2.2). */
const OWN_CLAIMS = ['iss', 'sub', 'aud', 'client_id', 'scope', 'jti', 'iat', 'nbf', 'exp', 'gid']

/** Characters of a secret that is stored only as a SHA-256 digest. */
const HASHED_SECRET_LENGTH = 32

/** Each registration counts those before it, so a quota is no place for infinity. */
const MAX_REGISTRATION_QUOTA = 1_000_000

type Context = SecretSources & {
  /** Whether `PUBLIC_URL` is on this machine: then identity providers may be, too. */
  readonly loopback: boolean
}

/** The schema of a configuration file. Its output is camelCase, with defaults filled in and secrets resolved. */
export function configurationFile(context: Context) {
  const { connection, server } = entrySections(context)
  const organization = section({
    slug,
    name: text(),
    connections: z.array(connection).default([]),
    servers: z.array(server).default([]),
  })
  return section({ organizations: z.array(organization) })
}

/** Its entries by themselves, for who describes them to programs. */
export function entrySections(context: Context) {
  const hashedSecret = digestReference(context, HASHED_SECRET_LENGTH)
  const client = clientSection(hashedSecret)
  return {
    client,
    server: serverSection(context, hashedSecret, client),
    connection: connectionSection(context),
  }
}

export type Configuration = z.output<ReturnType<typeof configurationFile>>
export type OrganizationEntry = Configuration['organizations'][number]
export type ConnectionEntry = OrganizationEntry['connections'][number]
export type ServerEntry = OrganizationEntry['servers'][number]
export type ClientEntry = ServerEntry['clients'][number]

function connectionSection(context: Context) {
  const url = upstreamUrl(context.loopback)
  const common = {
    slug,
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not a connection id: use 1 to 64 of A-Z, a-z, 0-9, _ and -')
      .exactOptional(),
    name: text(100).exactOptional(),
    client_id: text(),
    client_secret: secretReference(context).exactOptional(),
    token_endpoint_auth_method: z
      .enum(['client_secret_basic', 'client_secret_basic_raw', 'client_secret_post', 'none'])
      .default('client_secret_basic'),
    authorization_parameters: z.record(text(), text(2000)).default({}),
    forward_resource: z.boolean().default(false),
    revocation_endpoint: url.exactOptional(),
  }
  const oidc = section({
    ...common,
    type: z.literal('oidc'),
    issuer: url,
    scopes: z.array(scopeToken).default(['openid', 'email', 'profile']),
  })
  const claims = strict({
    subject: text().default('sub'),
    email: text().exactOptional(),
    name: text().exactOptional(),
  })
  const oauth2 = section({
    ...common,
    type: z.literal('oauth2'),
    authorization_endpoint: url,
    token_endpoint: url,
    userinfo_endpoint: url,
    claims: claims.default({ subject: 'sub' }),
    pkce: z.boolean().default(true),
    scopes: z.array(scopeToken).default([]),
  })
  const { id, name } = common
  const platform = section({ slug, id, name, type: z.literal('platform') })
  return z.discriminatedUnion('type', [oidc, oauth2, platform], {
    error: (issue) => (issue.code === 'invalid_union' ? 'must be oidc, oauth2 or platform' : undefined),
  })
}

function clientSection(hashedSecret: z.ZodType<string, string>) {
  return section({
    client_id: z
      .string()
      .regex(/^[A-Za-z0-9._~-]{1,200}$/, 'is not a client id: use 1 to 200 of A-Z, a-z, 0-9, ., _, ~ and -'),
    name: text().exactOptional(),
    redirect_uris: z.array(redirectUri).default([]),
    token_endpoint_auth_method: z.enum([
      'none',
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ]),
    client_secret: hashedSecret.exactOptional(),
    jwks: publicKeys.exactOptional(),
    jwks_uri: publicKeysUri.exactOptional(),
    grant_types: z
      .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials', JWT_BEARER, DEVICE_CODE]))
      .min(1)
      .default(['authorization_code', 'refresh_token']),
    scope: text(2000).transform(parseScope).exactOptional(),
  })
}

/** Which clients that are known by the address of a metadata document may come. */
const clientPolicy = z.union([z.enum(['any', 'off']), strict({ hosts: z.array(host).min(1) })], {
  error: 'must be any, off, or { hosts: [claude.ai] } with hosts in lower case',
})

const QUOTA = `must be a whole number from 1 to ${MAX_REGISTRATION_QUOTA}`
const quota = z.number().int(QUOTA).min(1, QUOTA).max(MAX_REGISTRATION_QUOTA, QUOTA)

/** Whether clients may register themselves, and how many at once may wait for their first token. */
const registration = z.union([z.literal('off'), strict({ quota })], {
  error: `must be off, or { quota: ${REGISTRATION_QUOTA} } with a whole number`,
})

function serverSection<Client extends z.ZodType>(
  { loopback }: Context,
  hashedSecret: z.ZodType<string, string>,
  client: Client,
) {
  const scope = section({
    name: scopeToken,
    description: text(),
    upstream_scopes: z.array(scopeToken).default([]),
  })
  return section({
    slug,
    name: text(100),
    default: z.boolean().default(false),
    issuer_host: host.exactOptional(),
    resource: resourceUri,
    aliases: z.array(resourceUri).default([]),
    connection: slug,
    scopes: z.array(scope).default([]),
    client_policy: clientPolicy.default('any'),
    registration: registration.default({ quota: REGISTRATION_QUOTA }),
    trusted_issuers: trustedIssuers(loopback),
    device_grant: z.boolean().default(false),
    token_format: z.enum(['jwt', 'opaque']).default('jwt'),
    access_token_lifetime: lifetime(60, ACCESS_TOKEN_MAX_LIFETIME).default(ACCESS_TOKEN_LIFETIME),
    refresh_token_lifetime: lifetime(3600, REFRESH_TOKEN_MAX_LIFETIME).default(REFRESH_TOKEN_LIFETIME),
    passed_claims: z
      .array(
        text().refine((name) => !OWN_CLAIMS.includes(name), 'is a claim of our own: it cannot be passed on'),
      )
      .default([]),
    resource_secret: hashedSecret.exactOptional(),
    handoff_scopes: z.array(scopeToken).min(1).exactOptional(),
    clients: z.array(client).default([]),
  })
}
