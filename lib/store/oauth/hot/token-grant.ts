import type { TokenGrant } from '@/lib/oauth/model'
import type { RuledGrant } from '@/lib/oauth/ports/tokens'
import { provisionedClaims } from '@/lib/store/provisioning/provisioned-claims'

/** A grant as far as tokens tell of it. */
export type TokenGrantRow = {
  readonly id: string
  readonly userId: string | null
  readonly clientId: string
  readonly scope: readonly string[]
  readonly claims: TokenGrant['claims']
  readonly userClaims?: TokenGrant['userClaims'] | null
  readonly provisionedClaims?: TokenGrant['provisionedClaims'] | null
  readonly isAsserted?: boolean
  readonly authTime: string | null
  readonly nonce: string | null
}

/**
 * The columns of {@link TokenGrantRow}.
 *
 * @param ruled whether access rules ask what is known of the user
 */
export const tokenGrantColumns = (table: string, ruled: boolean): string =>
  `${ruled ? `${table}.user_claims as "userClaims", ${provisionedClaims(table)} as "provisionedClaims", ${table}.kind = 'assertion' as "isAsserted", ` : ''}${table}.id, ${table}.user_id as "userId", ${table}.client_id as "clientId", ${table}.scope, ${table}.claims, ${table}.auth_time as "authTime", ${table}.nonce`

export function toTokenGrant(row: TokenGrantRow): RuledGrant {
  const {
    id,
    userId,
    clientId,
    scope,
    claims,
    userClaims,
    provisionedClaims: provisioned,
    isAsserted,
    authTime,
    nonce,
  } = row
  return {
    id,
    clientId,
    scope,
    claims,
    ...(userId !== null && { userId }),
    ...(userClaims && { userClaims }),
    ...(provisioned && { provisionedClaims: provisioned }),
    ...(isAsserted && { isAsserted }),
    ...(authTime !== null && { authTime: new Date(authTime) }),
    ...(nonce !== null && { nonce }),
  }
}
