import { and, eq, notExists, sql } from 'drizzle-orm'
import { accessTokens, grants, revokedAccessTokens } from '@/drizzle/schema/grants'
import type { AccessTokens, SeenServer } from '@/lib/oauth/ports/tokens'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { insertAccessToken, scopeOf } from './access-token-row'
import { grantColumns, toGrant } from './grant-row'
import { isAsRemembered } from './remembered-rows'

/** How many expired rows a write takes away: more than it adds, so that the tables stay small. */
const SWEEP = 5

/** Opaque access tokens, and signed ones that were revoked, in Postgres. */
export function accessTokenStore(db: Database): AccessTokens {
  const { opaque, grantOfSigned } = lookUps(db)
  return guarded({
    async save(token) {
      const { expiresAt } = accessTokens
      // Rows that others hold are left to them.
      await db.execute(sql`
        with expired as (
          select hash from ${accessTokens} where ${expiresAt} <= ${sql.param(token.issuedAt, expiresAt)}
          limit ${SWEEP}::int for update skip locked
        ), swept as (
          delete from ${accessTokens} where hash in (select hash from expired)
        )
        ${insertAccessToken(token, { grantId: sql`${token.grantId}`, scope: scopeOf(token) })}`)
    },

    async find(hash, server) {
      const [row] = await opaque.execute({ hash, ...seen(server) })
      return row ? { token: row.token, grant: toGrant(row.grant) } : null
    },

    async end(hash) {
      await db.delete(accessTokens).where(eq(accessTokens.hash, hash))
    },

    async revokeSigned({ id, grantId, expiresAt }, now) {
      const { expiresAt: column } = revokedAccessTokens
      await db.execute(sql`
        with expired as (
          select id from ${revokedAccessTokens} where ${column} <= ${sql.param(now, column)} and id <> ${id}
          limit ${SWEEP}::int for update skip locked
        ), swept as (
          delete from ${revokedAccessTokens} where id in (select id from expired)
        )
        insert into ${revokedAccessTokens} (id, grant_id, expires_at)
        values (${id}, ${grantId}, ${sql.param(expiresAt, column)})
        on conflict (id) do nothing`)
    },

    async findGrantOfSigned(token, server) {
      const [row] = await grantOfSigned.execute({ ...token, ...seen(server) })
      return row ? toGrant(row) : null
    },
  } satisfies AccessTokens)
}

const seen = (server: SeenServer | undefined) => ({
  serverId: server?.id ?? null,
  serverVersion: server?.version ?? null,
})

function lookUps(db: Database) {
  const { placeholder } = sql
  const asRemembered = isAsRemembered('servers', placeholder('serverId'), placeholder('serverVersion'))
  const revoked = db
    .select({ id: revokedAccessTokens.id })
    .from(revokedAccessTokens)
    .where(eq(revokedAccessTokens.id, placeholder('id')))
  return {
    opaque: db
      .select({ token: accessTokens, grant: grantColumns })
      .from(accessTokens)
      .innerJoin(grants, eq(grants.id, accessTokens.grantId))
      .where(and(eq(accessTokens.hash, placeholder('hash')), asRemembered))
      .prepare('opaque_access_token'),
    grantOfSigned: db
      .select(grantColumns)
      .from(grants)
      .where(and(eq(grants.id, placeholder('grantId')), notExists(revoked), asRemembered))
      .prepare('grant_of_signed_access_token'),
  }
}
