import { and, eq, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import { grants, upstreamTokens } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import type { Sealer } from '@/lib/crypto/seal'
import type { UpstreamTokenStore } from '@/lib/oauth/ports/upstream-tokens'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { inTime } from '@/lib/store/database/in-time'
import { upstreamTokenContext } from '@/lib/store/database/sealed-contexts'
import { storable } from '@/lib/store/database/storable'
import { takeEnded } from './ended-upstream-tokens'

const statusColumns = {
  grantId: upstreamTokens.grantId,
  revision: upstreamTokens.revision,
  renewable: sql<boolean>`${upstreamTokens.refreshToken} is not null`,
  expiresAt: upstreamTokens.expiresAt,
  updatedAt: upstreamTokens.updatedAt,
  scope: upstreamTokens.scope,
  grantedScope: upstreamTokens.grantedScope,
  unnarrowableTo: upstreamTokens.unnarrowableTo,
  leasedUntil: upstreamTokens.leaseExpiresAt,
  failingSince: upstreamTokens.failingSince,
  failures: upstreamTokens.failures,
  retryAt: upstreamTokens.retryAt,
}

const leaseOver = { leaseId: null, leaseExpiresAt: null }
const nextRevision = sql`${upstreamTokens.revision} + 1`

const live = (grantId: string) => and(eq(upstreamTokens.grantId, grantId), isNull(upstreamTokens.endedAt))
const leased = (grantId: string, leaseId: string) =>
  and(eq(upstreamTokens.grantId, grantId), eq(upstreamTokens.leaseId, leaseId))

/** Upstream tokens in Postgres, sealed. */
export function upstreamTokenStore(db: Database, sealer: Sealer): UpstreamTokenStore {
  return guarded({
    async status(grantId) {
      const [row] = await db.select(statusColumns).from(upstreamTokens).where(live(grantId))
      return row ? omitNullish(row) : null
    },

    async read(grantId) {
      const [row] = await db
        .select({ ...statusColumns, accessToken: upstreamTokens.accessToken })
        .from(upstreamTokens)
        .where(live(grantId))
      if (!row) return null
      const { accessToken, ...status } = row
      const context = upstreamTokenContext(grantId, 'access_token')
      return { accessToken: sealer.open(accessToken, context), status: omitNullish(status) }
    },

    lease: (...parameters) => lease(db, sealer, ...parameters),
    save: (...parameters) => save(db, sealer, ...parameters),

    async fail(grantId, leaseId, { now, retryAt }) {
      const { failingSince, failures } = upstreamTokens
      const rows = await db
        .update(upstreamTokens)
        .set({
          ...leaseOver,
          revision: nextRevision,
          failingSince: sql`coalesce(${failingSince}, ${sql.param(now, failingSince)})`,
          failures: sql`${failures} + 1`,
          retryAt,
        })
        .where(leased(grantId, leaseId))
        .returning({ grantId: upstreamTokens.grantId })
      return rows.length > 0
    },

    async discard(grantId) {
      await db.delete(upstreamTokens).where(eq(upstreamTokens.grantId, grantId))
    },

    takeEnded: (limit, now) => takeEnded(db, sealer, limit, now),
  } satisfies UpstreamTokenStore)
}

/** What a verb is called with. */
type Given<Verb extends keyof UpstreamTokenStore> = Parameters<UpstreamTokenStore[Verb]>

async function lease(
  db: Database,
  sealer: Sealer,
  ...[grantId, revision, { id, until }, now]: Given<'lease'>
): ReturnType<UpstreamTokenStore['lease']> {
  const free = or(isNull(upstreamTokens.leaseExpiresAt), lte(upstreamTokens.leaseExpiresAt, now))
  const [row] = await db
    .update(upstreamTokens)
    .set({ leaseId: id, leaseExpiresAt: until })
    .from(grants)
    .innerJoin(users, eq(users.id, sql`coalesce(${grants.identityId}, ${grants.userId})`))
    .where(
      and(
        live(grantId),
        eq(grants.id, upstreamTokens.grantId),
        eq(upstreamTokens.revision, revision),
        isNotNull(upstreamTokens.refreshToken),
        free,
        // Nobody would use it, and nobody else could.
        inTime(db),
      ),
    )
    .returning({
      connectionId: upstreamTokens.connectionId,
      refreshToken: upstreamTokens.refreshToken,
      subject: users.subject,
      identitySource: users.identitySource,
      idToken: upstreamTokens.idToken,
      scope: sql<string | null>`coalesce(${upstreamTokens.grantedScope}, ${upstreamTokens.scope})`,
    })
  if (!row?.refreshToken) return null
  const refreshToken = sealer.open(row.refreshToken, upstreamTokenContext(grantId, 'refresh_token'))
  const idToken = row.idToken && sealer.open(row.idToken, upstreamTokenContext(grantId, 'id_token'))
  return omitNullish({ ...row, refreshToken, idToken })
}

async function save(
  db: Database,
  sealer: Sealer,
  ...[grantId, leaseId, tokens, now]: Given<'save'>
): Promise<boolean> {
  const seal = (token: string, column: Parameters<typeof upstreamTokenContext>[1]) =>
    sealer.seal(token, upstreamTokenContext(grantId, column))
  const { passedClaims, userClaims } = tokens
  const saved = db.$with('saved').as(
    db
      .update(upstreamTokens)
      .set({
        ...leaseOver,
        accessToken: seal(tokens.accessToken, 'access_token'),
        ...(tokens.refreshToken !== undefined && {
          refreshToken: seal(tokens.refreshToken, 'refresh_token'),
        }),
        ...(tokens.idToken !== undefined && { idToken: seal(tokens.idToken, 'id_token') }),
        scope: storable(tokens.scope ?? null),
        grantedScope: tokens.grantedScope ?? null,
        unnarrowableTo: tokens.unnarrowableTo ?? null,
        expiresAt: tokens.expiresAt ?? null,
        updatedAt: now,
        revision: nextRevision,
        failingSince: null,
        failures: 0,
        retryAt: null,
      })
      .where(leased(grantId, leaseId))
      .returning({ grantId: upstreamTokens.grantId }),
  )
  const said = [
    ...(passedClaims ? [sql`claims = ${sql.param(storable(passedClaims), grants.claims)}`] : []),
    ...(userClaims ? [sql`user_claims = ${sql.param(storable(userClaims), grants.userClaims)}`] : []),
  ]
  const passed =
    said.length > 0 &&
    db
      .$with('passed', {})
      .as(sql`update ${grants} set ${sql.join(said, sql`, `)} from saved where ${grants.id} = saved.grant_id`)
  const rows = await db
    .with(saved, ...(passed ? [passed] : []))
    .select()
    .from(saved)
  return rows.length > 0
}
