/** The rows of what is issued, inserted by the statement that spends what it is issued for. */
import type { AccessToken, RefreshToken } from '@/lib/oauth/model'

export type IssuedValues = {
  readonly issuedAt?: string
  readonly hash?: string
  readonly nonce?: string
  readonly keyId?: string
  readonly network?: string | undefined
  readonly expiresAt?: string
  readonly accessHash?: string
  readonly accessId?: string
  readonly audience?: string
  readonly accessIssuedAt?: string
  readonly accessExpiresAt?: string
}

type Placeholder = (name: keyof IssuedValues) => string

/** @param grant the step of the statement that has the grant */
export const insertRefreshToken = (value: Placeholder, expiresAt: string, grant: string): string =>
  `insert into refresh_tokens (hash, grant_id, nonce, key_id, issued_at, network, expires_at)
   select ${value('hash')}, ${grant}.id, ${value('nonce')}, ${value('keyId')}, ${value('issuedAt')}::timestamptz,
     ${value('network')}, ${expiresAt} from ${grant}
   on conflict (hash) do nothing`

export const refreshTokenValues = (token: Omit<RefreshToken, 'grantId'>): IssuedValues => ({
  hash: token.hash,
  nonce: token.nonce,
  keyId: token.keyId,
  issuedAt: token.issuedAt.toISOString(),
  network: token.network,
  expiresAt: token.expiresAt.toISOString(),
})

/** @param scope an expression */
export const insertAccessToken = (value: Placeholder, scope: string, grant: string): string =>
  `insert into access_tokens (hash, id, grant_id, audience, scope, issued_at, expires_at)
   select ${value('accessHash')}, ${value('accessId')}, ${grant}.id, ${value('audience')}, ${scope},
     ${value('accessIssuedAt')}::timestamptz, ${value('accessExpiresAt')}::timestamptz from ${grant}`

export const accessTokenValues = (token: Omit<AccessToken, 'grantId' | 'scope'>): IssuedValues => ({
  accessHash: token.hash,
  accessId: token.id,
  audience: token.audience,
  accessIssuedAt: token.issuedAt.toISOString(),
  accessExpiresAt: token.expiresAt.toISOString(),
})
