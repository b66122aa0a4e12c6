import { and, eq, notExists, sql } from 'drizzle-orm'
import { accessTokens, grants, revokedAccessTokens } from '@/drizzle/schema/grants'
import type { AccessTokens } from '@/lib/oauth/ports/tokens'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { inTime } from '@/lib/store/database/in-time'
import { sweep } from '@/lib/store/database/sweep'
import { insertAccessToken, scopeOf } from './access-token-row'
import { grantColumns, toGrant } from './grant-row'
import { findLiveOpaque, findLiveSigned, isLiveSigned } from './hot/live-access-tokens'

/** Opaque access tokens, and signed ones that were revoked, in Postgres. */
export function accessTokenStore(db: Database): AccessTokens {
  const { opaque, grantOfSigned } = lookUps(db)
  return guarded({
    async save(token) {
      await db.execute(sql`
        with ${sweep(accessTokens.hash, accessTokens.expiresAt, token.issuedAt)}
        ${insertAccessToken(token, { grantId: sql`${token.grantId}`, scope: scopeOf(token) }, sql`where ${inTime(db)}`)}`)
    },

    async find(hash) {
      const [row] = await opaque.execute({ hash })
      return row ? { token: row.token, grant: toGrant(row.grant) } : null
    },

    findLive: (hash, server, ruled) => findLiveOpaque(db, hash, server, ruled),

    async end(hash) {
      await db.delete(accessTokens).where(eq(accessTokens.hash, hash))
    },

    async revokeSigned({ id, grantId, expiresAt }, now) {
      const { id: key, expiresAt: column } = revokedAccessTokens
      await db.execute(sql`
        with ${sweep(key, column, now, id)}
        insert into ${revokedAccessTokens} (id, grant_id, expires_at, revoked_at)
        values (${id}, ${grantId}, ${sql.param(expiresAt, column)}, ${sql.param(now, column)})
        on conflict (id) do nothing`)
    },

    async findGrantOfSigned(token) {
      const [row] = await grantOfSigned.execute({ ...token })
      return row ? toGrant(row) : null
    },

    isLiveSigned: (token, server) => isLiveSigned(db, token, server),
    findLiveSigned: (token, server) => findLiveSigned(db, token, server),
  } satisfies AccessTokens)
}

function lookUps(db: Database) {
  const { placeholder } = sql
  const revoked = db
    .select({ id: revokedAccessTokens.id })
    .from(revokedAccessTokens)
    .where(eq(revokedAccessTokens.id, placeholder('id')))
  return {
    opaque: db
      .select({ token: accessTokens, grant: grantColumns })
      .from(accessTokens)
      .innerJoin(grants, eq(grants.id, accessTokens.grantId))
      .where(eq(accessTokens.hash, placeholder('hash')))
      .prepare('opaque_access_token'),
    grantOfSigned: db
      .select(grantColumns)
      .from(grants)
      .where(and(eq(grants.id, placeholder('grantId')), notExists(revoked)))
      .prepare('grant_of_signed_access_token'),
  }
}
