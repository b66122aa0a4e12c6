import { z } from 'zod'
import {
  ACCESS_TOKEN_LIFETIME,
  ACCESS_TOKEN_MAX_LIFETIME,
  REFRESH_TOKEN_LIFETIME,
  REFRESH_TOKEN_MAX_LIFETIME,
  REGISTRATION_QUOTA,
} from '@/lib/oauth/protocol/lifetimes'
import { CLAIMS_AT } from '@/lib/oauth/protocol/passed-claims'
import { SCOPE_RISKS } from '@/lib/oauth/protocol/scope-risk'
import { access, condition } from './access'
import { clientSchema } from './client'
import { hashedSecret, host, lifetime, resourceUri, scopeToken, slug, text, upstreamUrl } from './values'

/** Claims of our own that an upstream claim must not pose as (RFC 9068 §2.2). */
const OWN_CLAIMS = ['iss', 'sub', 'aud', 'client_id', 'scope', 'jti', 'iat', 'nbf', 'exp', 'gid', CLAIMS_AT]

/** Each registration counts those before it, so a quota has a limit. */
const MAX_REGISTRATION_QUOTA = 1_000_000

/** Which clients that are known by the address of a metadata document are accepted. */
const clientPolicy = z.union([z.enum(['any', 'off']), z.strictObject({ hosts: z.array(host).min(1) })], {
  error: 'not_a_client_policy',
})

const QUOTA = 'not_a_quota'
const quota = z.number().int(QUOTA).min(1, QUOTA).max(MAX_REGISTRATION_QUOTA, QUOTA)

/** Whether clients may register themselves, and how many at once may wait for their first token. */
const registration = z.union([z.literal('off'), z.strictObject({ quota })], {
  error: 'not_a_registration',
})

/** Which clients come, of those that the two above let in. */
const clientAdmission = z.strictObject({
  hosts: z.array(host).max(100).default([]),
  others: z.enum(['approval', 'refuse']),
})

const scope = z.strictObject({
  name: scopeToken,
  description: text(),
  translations: z.strictObject({ de: text().exactOptional() }).exactOptional(),
  risk: z.enum(SCOPE_RISKS, { error: 'not_a_risk' }).exactOptional(),
  upstreamScopes: z.array(scopeToken).default([]),
  when: condition.exactOptional(),
})

/** An identity provider whose assertions about users are accepted in place of a login (ID-JAG). */
function trustedIssuer(loopback: boolean) {
  const url = upstreamUrl(loopback)
  return z.strictObject({
    issuer: url.refine((value) => !value.includes('?'), 'issuer_with_query'),
    jwksUri: url.exactOptional(),
    tenant: text().exactOptional(),
    scopes: z.array(scopeToken).min(1).exactOptional(),
    publicClients: z.boolean().default(false),
  })
}

/**
 * A protected MCP server and its pre-registered clients. The order of the fields is that of exports, plans and the
 * documentation. What has no column of its own in the table is stored in its `settings`.
 *
 * @param loopback whether identity providers may be on this machine
 */
export function serverSchema(loopback: boolean) {
  return z.strictObject({
    slug,
    default: z.boolean().default(false),
    issuerHost: host.exactOptional(),
    name: text(100),
    resource: resourceUri,
    aliases: z.array(resourceUri).default([]),
    connection: slug,
    scopes: z.array(scope).default([]),
    access: access.exactOptional(),
    clientPolicy: clientPolicy.default('any'),
    registration: registration.default({ quota: REGISTRATION_QUOTA }),
    clientAdmission: clientAdmission.exactOptional(),
    trustedIssuers: z.array(trustedIssuer(loopback)).default([]),
    deviceGrant: z.boolean().default(false),
    tokenFormat: z.enum(['jwt', 'opaque']).default('jwt'),
    accessTokenLifetime: lifetime(60, ACCESS_TOKEN_MAX_LIFETIME).default(ACCESS_TOKEN_LIFETIME),
    refreshTokenLifetime: lifetime(3600, REFRESH_TOKEN_MAX_LIFETIME).default(REFRESH_TOKEN_LIFETIME),
    passedClaims: z.array(text().refine((name) => !OWN_CLAIMS.includes(name), 'own_claim')).default([]),
    upstreamMaxAge: lifetime(60, REFRESH_TOKEN_MAX_LIFETIME).exactOptional(),
    resourceSecret: hashedSecret.exactOptional(),
    handoffScopes: z.array(scopeToken).min(1).exactOptional(),
    clients: z.array(clientSchema).default([]),
  })
}
