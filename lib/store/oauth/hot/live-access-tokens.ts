import type { TokenGrant } from '@/lib/oauth/model'
import type { LiveAccessToken, SeenServer, SignedAccessToken } from '@/lib/oauth/ports/tokens'
import type { Database } from '@/lib/store/database/database'
import { statement, statementFor } from '@/lib/store/database/statement'
import { isAsRemembered, isBlocked, isOfServer } from './conditions'
import { type TokenGrantRow, tokenGrantColumns, toTokenGrant } from './token-grant'

type OfServer = { readonly serverId: string; readonly serverVersion: number | undefined }

type Placeholder = (name: keyof OfServer) => string

/** The grant lives, nobody is blocked, and the server is as it is remembered, where it is. */
const isLive = (value: Placeholder): string =>
  `grants.revoked_at is null and ${isOfServer('grants', value('serverId'))}
   and not ${isBlocked('clients', 'grants.client_row_id')} and not ${isBlocked('users', 'grants.user_id')}
   and (${value('serverVersion')}::int is null or ${isAsRemembered('servers', value('serverId'), value('serverVersion'))})`

const signedStatement = statementFor((given: { readonly ruled: boolean }) =>
  statement<OfServer & { readonly id: string; readonly grantId: string }, TokenGrantRow>(
    (value) => `
    select ${given.ruled ? tokenGrantColumns('grants', true) : ''} from grants
    where grants.id = ${value('grantId')}
      and not exists (select from revoked_access_tokens as revoked where revoked.id = ${value('id')})
      and ${isLive(value)}`,
  ),
)

type OpaqueRow = TokenGrantRow & {
  readonly tokenId: string
  readonly audience: string
  readonly tokenScope: readonly string[]
  readonly issuedAt: string
  readonly expiresAt: string
}

const opaqueStatement = statementFor((given: { readonly ruled: boolean }) =>
  statement<OfServer & { readonly hash: string }, OpaqueRow>(
    (value) => `
    select ${tokenGrantColumns('grants', given.ruled)}, token.id as "tokenId", token.audience, token.scope as "tokenScope",
      token.issued_at as "issuedAt", token.expires_at as "expiresAt"
    from access_tokens as token join grants on grants.id = token.grant_id
    where token.hash = ${value('hash')} and ${isLive(value)}`,
  ),
)

const ofServer = ({ id, version }: SeenServer): OfServer => ({ serverId: id, serverVersion: version })

export async function isLiveSigned(
  db: Database,
  { id, grantId }: Pick<SignedAccessToken, 'id' | 'grantId'>,
  server: SeenServer,
): Promise<boolean> {
  const found = await signedStatement({ ruled: false })(db, { id, grantId, ...ofServer(server) })
  return found.length > 0
}

export async function findLiveSigned(
  db: Database,
  { id, grantId }: Pick<SignedAccessToken, 'id' | 'grantId'>,
  server: SeenServer,
): Promise<TokenGrant | null> {
  const [row] = await signedStatement({ ruled: true })(db, { id, grantId, ...ofServer(server) })
  return row ? toTokenGrant(row) : null
}

export async function findLiveOpaque(
  db: Database,
  hash: string,
  server: SeenServer,
  ruled = false,
): Promise<LiveAccessToken | null> {
  const run = opaqueStatement({ ruled })
  const [row] = await run(db, { hash, ...ofServer(server) })
  if (!row) return null
  const { tokenId: id, audience, tokenScope: scope, issuedAt, expiresAt } = row
  const token = { id, audience, scope, issuedAt: new Date(issuedAt), expiresAt: new Date(expiresAt) }
  return { token, grant: toTokenGrant(row) }
}
