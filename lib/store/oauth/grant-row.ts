import { sql } from 'drizzle-orm'
import { grants } from '@/drizzle/schema/grants'
import type { Claims } from '@/lib/oauth/model'
import { omitNullish, type WithoutNullish } from '@/lib/omit-nullish'
import { provisionedClaims } from '@/lib/store/provisioning/provisioned-claims'

/** The columns that make up the model's grant. */
export const grantColumns = {
  id: grants.id,
  serverId: grants.serverId,
  userId: grants.userId,
  clientRowId: grants.clientRowId,
  clientId: grants.clientId,
  redirectUri: grants.redirectUri,
  scope: grants.scope,
  claims: grants.claims,
  userClaims: grants.userClaims,
  provisionedClaims: sql<Claims | null>`${sql.raw(provisionedClaims('grants'))}`.as('provisioned_claims'),
  nonce: grants.nonce,
  authTime: grants.authTime,
  createdAt: grants.createdAt,
  revokedAt: grants.revokedAt,
  // With the tables' names written out: in a statement that writes grants, columns would lose them.
  blocked: sql<'client' | 'user' | null>`case
    when exists (select from clients where clients.id = grants.client_row_id and clients.blocked_at is not null) then 'client'
    when exists (select from users where users.id = grants.user_id and users.blocked_at is not null) then 'user'
  end`.as('blocked'),
}

type GrantRow = {
  readonly [Column in Exclude<
    keyof typeof grantColumns,
    'blocked' | 'provisionedClaims'
  >]: (typeof grants.$inferSelect)[Column]
} & { readonly blocked: 'client' | 'user' | null; readonly provisionedClaims: Claims | null }

export function toGrant(row: GrantRow): WithoutNullish<GrantRow> {
  return omitNullish(row)
}
