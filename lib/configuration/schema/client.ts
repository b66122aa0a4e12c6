import { z } from 'zod'
import { DEVICE_CODE, JWT_BEARER } from '@/lib/oauth/protocol/grant-types'
import { hashedSecret, publicKeys, publicKeysUri, redirectUri, text } from './values'

/** A pre-registered client. */
export const clientSchema = z.strictObject({
  clientId: z.string().regex(/^[A-Za-z0-9._~-]{1,200}$/, 'not_a_client_id'),
  name: text().exactOptional(),
  redirectUris: z.array(redirectUri).default([]),
  tokenEndpointAuthMethod: z.enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  clientSecret: hashedSecret.exactOptional(),
  jwks: publicKeys.exactOptional(),
  jwksUri: publicKeysUri.exactOptional(),
  grantTypes: z
    .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials', JWT_BEARER, DEVICE_CODE]))
    .min(1)
    .default(['authorization_code', 'refresh_token']),
  /** Separated by spaces, as in a registration (RFC 7591 §2). */
  scope: text(2000).exactOptional(),
})
