import type { TokenGrant } from '@/lib/oauth/model'
import type { Renewal } from '@/lib/oauth/ports/tokens'
import type { Database } from '@/lib/store/database/database'
import { deadlineOf } from '@/lib/store/database/in-time'
import { statement, statementFor } from '@/lib/store/database/statement'
import { isAsRemembered, isBlocked, isInTime, isOf } from './conditions'
import {
  accessTokenValues,
  type IssuedValues,
  insertAccessToken,
  insertRefreshToken,
  refreshTokenValues,
} from './issued'
import { type TokenGrantRow, tokenGrantColumns, toTokenGrant } from './token-grant'

type Values = IssuedValues & {
  readonly presented: string
  readonly presentedNonce: string
  readonly presentedKeyId: string
  readonly serverId: string
  readonly clientRowId: string
  readonly serverVersion: number
  readonly clientVersion: number
  readonly scope: string | undefined
  readonly familyLifetime: number
  readonly upstreamMaxAge: number
  readonly loginMaxAge: number | undefined
  readonly instance: string
  readonly deadline: string
}

/**
 * Spends the token and stores its successor, where nothing stands against it: it was not spent before, its successor is
 * derived as the caller did, and the identity provider has not to be asked. What finds no row is for the statements in
 * `refresh-tokens.ts`.
 */
type Given = { readonly accessToken: boolean; readonly scope: boolean; readonly ruled: boolean }

const renewStatement = statementFor((given: Given) =>
  statement<Values, TokenGrantRow>((value) => {
    const scope = given.scope ? `${value('scope')}::jsonb` : 'renewed.scope'
    const expiresAt = `least(${value('expiresAt')}::timestamptz, renewed.created_at + make_interval(secs => ${value('familyLifetime')}::int))`
    return `
        with renewed as (
          update refresh_tokens as token
          set rotated_at = clock_timestamp(), rotated_by = ${value('instance')}
          from grants as family
          where token.hash = ${value('presented')}
            and token.nonce = ${value('presentedNonce')} and token.key_id = ${value('presentedKeyId')}
            and token.rotated_at is null and token.expires_at > clock_timestamp()
            and family.id = token.grant_id and family.revoked_at is null
            and ${isOf('family', value('serverId'), value('clientRowId'))}
            ${given.scope ? `and family.scope @> ${value('scope')}::jsonb` : ''}
            and ${isAsRemembered('servers', value('serverId'), value('serverVersion'))}
            and ${isAsRemembered('clients', value('clientRowId'), value('clientVersion'))}
            and not ${isBlocked('users', 'family.user_id')}
            and not exists (
              select from upstream_tokens as upstream
              where upstream.grant_id = family.id and upstream.ended_at is null
                and (upstream.expires_at <= clock_timestamp()
                  or upstream.updated_at <= clock_timestamp() - make_interval(secs =>
                    case when upstream.refresh_token is not null then ${value('upstreamMaxAge')}::int else ${value('loginMaxAge')}::int end))
            )
            ${given.ruled ? 'and family.user_claims is not null' : ''}
            and ${isInTime(value('deadline'))}
          returning ${tokenGrantColumns('family', given.ruled)}, family.created_at
        ), stored as (${insertRefreshToken(value, expiresAt, 'renewed')})
        ${given.accessToken ? `, issued as (${insertAccessToken(value, scope, 'renewed')})` : ''}
        select * from renewed`
  }),
)

/** One statement for a refresh token whose server and client are remembered. Null also for one that may be good all the same. */
export async function renewRemembered(
  db: Database,
  renewal: Renewal,
  instance: string,
): Promise<TokenGrant | null> {
  const { presented, serverId, clientRowId, remembered, scope, successor, accessToken } = renewal
  const { familyLifetime, upstreamMaxAge, loginMaxAge, ruled = false } = renewal
  const run = renewStatement({ accessToken: accessToken !== undefined, scope: scope !== undefined, ruled })
  const [row] = await run(db, {
    presented: presented.hash,
    presentedNonce: presented.nonce,
    presentedKeyId: presented.keyId,
    serverId,
    clientRowId,
    serverVersion: remembered.server,
    clientVersion: remembered.client,
    scope: scope && JSON.stringify(scope),
    familyLifetime,
    upstreamMaxAge,
    loginMaxAge,
    instance,
    deadline: deadlineOf(db),
    ...refreshTokenValues(successor),
    ...(accessToken && accessTokenValues(accessToken)),
  })
  return row ? toTokenGrant(row) : null
}
