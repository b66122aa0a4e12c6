import type { TokenGrant } from '@/lib/oauth/model'
import type { Redemption, RememberedVersions } from '@/lib/oauth/ports/tokens'
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
  readonly grantId: string
  readonly serverId: string
  readonly clientRowId: string
  readonly serverVersion: number
  readonly clientVersion: number
  readonly codeHash: string
  readonly instance: string
  readonly grantNetwork: string | undefined
  readonly deadline: string
}

/**
 * Marks the grant as redeemed, without a change that an index would have to know (decision 0149), and writes all that
 * follows only where that found a row. What is not simply right finds none: a grant that was redeemed before, for
 * whatever reason, is for the statement in `grants.ts`.
 */
const redeemStatement = statementFor(
  (given: Readonly<Record<'firstToken' | 'refreshToken' | 'accessToken' | 'ruled', boolean>>) =>
    statement<Values, TokenGrantRow>((value) => {
      const writes = [
        given.firstToken &&
          `update clients set first_token_at = clock_timestamp() from redeemed
         where clients.id = ${value('clientRowId')} and clients.first_token_at is null`,
        given.refreshToken && insertRefreshToken(value, `${value('expiresAt')}::timestamptz`, 'redeemed'),
        given.accessToken && insertAccessToken(value, 'redeemed.scope', 'redeemed'),
      ].filter((write) => write !== false)
      return `
        with redeemed as (
          update grants
          set code_hash = ${value('codeHash')}, redeemed_at = clock_timestamp(),
            redeemed_by = ${value('instance')}, network = ${value('grantNetwork')}, is_abandoned = false
          where grants.id = ${value('grantId')}
            and ${isOf('grants', value('serverId'), value('clientRowId'))}
            and grants.redeemed_at is null and grants.revoked_at is null
            and (grants.code_hash is null or grants.code_hash = ${value('codeHash')})
            and ${isAsRemembered('servers', value('serverId'), value('serverVersion'))}
            and ${isAsRemembered('clients', value('clientRowId'), value('clientVersion'))}
            and not ${isBlocked('users', 'grants.user_id')}
            and ${isInTime(value('deadline'))}
          returning ${tokenGrantColumns('grants', given.ruled)}
        )${writes.map((write, index) => `, write_${index} as (${write})`).join('')}
        select * from redeemed`
    }),
)

/**
 * One statement for a code whose server and client are remembered. Null also for one that may be good all the same.
 *
 * @param firstToken whether the client may never have got a token: its row has the time of the first one
 */
export async function redeemRemembered(
  db: Database,
  { codeHash, refreshToken, accessToken, network, ruled = false, ...which }: Redemption,
  { server, client }: RememberedVersions,
  { instance, firstToken }: { readonly instance: string; readonly firstToken: boolean },
): Promise<TokenGrant | null> {
  const { grantId, serverId, clientRowId } = which
  const run = redeemStatement({
    firstToken,
    refreshToken: refreshToken !== undefined,
    accessToken: accessToken !== undefined,
    ruled,
  })
  const [row] = await run(db, {
    grantId,
    serverId,
    clientRowId,
    serverVersion: server,
    clientVersion: client,
    codeHash,
    instance,
    grantNetwork: refreshToken ? undefined : network,
    deadline: deadlineOf(db),
    ...(refreshToken && refreshTokenValues(refreshToken)),
    ...(accessToken && accessTokenValues(accessToken)),
  })
  return row ? toTokenGrant(row) : null
}
