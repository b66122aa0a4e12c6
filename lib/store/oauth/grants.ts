import { and, desc, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { clients } from '@/drizzle/schema/clients'
import { grants, refreshTokens, upstreamTokens } from '@/drizzle/schema/grants'
import { servers } from '@/drizzle/schema/servers'
import { boundedMap } from '@/lib/bounded-map'
import type { Client, Grant, RefreshToken, Server } from '@/lib/oauth/model'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { Grants, Redeemed, Redemption, RememberedVersions } from '@/lib/oauth/ports/tokens'
import type { Database } from '@/lib/store/database/database'
import { DatabaseError, guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { inTime } from '@/lib/store/database/in-time'

import { insertAccessToken } from './access-token-row'
import { type Answers, answersOf, overdue, type Spender, unanswered } from './answers'
import { grantEndings } from './grant-endings'
import { grantColumns, toGrant } from './grant-row'
import { redeemRemembered } from './hot/redeem'

/** Clients of which an instance knows that they have a token. */
const KNOWN = 10_000

/** Grants in Postgres. */
export function grantStore(db: Database, answers: Answers = answersOf(db)): Grants {
  const withTokens = boundedMap<true>(KNOWN)

  async function redeemKnown(redemption: Redemption, versions: RememberedVersions, instance: string) {
    const { clientRowId } = redemption
    const firstToken = !withTokens.has(clientRowId)
    const grant = await redeemRemembered(db, redemption, versions, { instance, firstToken })
    if (grant && firstToken) withTokens.set(clientRowId, true)
    return grant
  }

  const { redeem, isUndecided } = guarded({
    redeem: (redemption: Redemption, spender: Spender): Promise<Redeemed | null> =>
      redemption.remembered
        ? redeemKnown(redemption, redemption.remembered, spender.instance)
        : redeemOnce(db, redemption, spender),
    isUndecided: (redemption: Redemption, spender: Spender) => undecided(db, redemption, spender),
  })

  async function redeemAs(spender: Spender, redemption: Redemption): Promise<Redeemed | null> {
    try {
      const grant = await redeem(redemption, spender)
      // What looks like a replay may be a first try that lay here while the process was frozen.
      if (
        !grant &&
        !redemption.remembered &&
        ((await isUndecided(redemption, spender)) || answers.wasFrozen())
      )
        throw new StoreUnavailable('postgres')
      return grant
    } catch (error) {
      // The code was redeemed before, for another grant.
      if (error instanceof DatabaseError && error.constraint === 'grants_code_hash') return null
      throw error
    }
  }

  return {
    ...otherVerbs(db),
    redeem: (redemption) =>
      answers.spend('code', redemption.codeHash, (spender) => redeemAs(spender, redemption), {
        hasHungUp: redemption.hasHungUp,
        found: (grant) => grant && 'unspent',
      }),
  }
}

function otherVerbs(db: Database) {
  return guarded({
    async find(id) {
      const [row] = await db.select(grantColumns).from(grants).where(eq(grants.id, id))
      return row ? toGrant(row) : null
    },
    async lastKnown(userId, { organizationId, connectionId }) {
      const [row] = await db
        .select(grantColumns)
        .from(grants)
        .innerJoin(servers, and(eq(servers.id, grants.serverId), eq(servers.connectionId, connectionId)))
        .where(
          and(eq(grants.organizationId, organizationId), eq(grants.userId, userId), eq(grants.kind, 'login')),
        )
        .orderBy(desc(grants.createdAt), desc(grants.id))
        .limit(1)
      return row ? toGrant(row) : null
    },
    async loginOfAsserted({ id }) {
      const asserted = alias(grants, 'asserted')
      const [row] = await db
        .select(grantColumns)
        .from(asserted)
        .innerJoin(
          grants,
          and(
            eq(grants.organizationId, asserted.organizationId),
            eq(grants.userId, asserted.userId),
            eq(grants.serverId, asserted.serverId),
          ),
        )
        .innerJoin(upstreamTokens, and(eq(upstreamTokens.grantId, grants.id), isNull(upstreamTokens.endedAt)))
        .where(
          and(
            eq(asserted.id, id),
            eq(asserted.kind, 'assertion'),
            isNull(asserted.revokedAt),
            eq(grants.kind, 'login'),
            isNull(grants.revokedAt),
          ),
        )
        .orderBy(desc(grants.createdAt), desc(grants.id))
        .limit(1)
      return row && !row.blocked ? toGrant(row) : null
    },
    ofClient: (client, server, scope, now, network) => ofClient(db, client, server, scope, { now, network }),
    ...grantEndings(db),
  } satisfies Omit<Grants, 'redeem'>)
}

/** When and from where a grant is used. */
type When = { readonly now: Date; readonly network?: string | undefined }

async function ofClient(
  db: Database,
  client: Client,
  server: Server,
  scope: readonly string[],
  { now, network }: When,
): Promise<Grant> {
  const { organizationId, id: serverId } = server
  const [row] = await db
    .insert(grants)
    .values({
      id: newId(),
      organizationId,
      serverId,
      clientRowId: client.id,
      clientId: client.clientId,
      kind: 'service',
      scope,
      claims: {},
      createdAt: now,
      network: network ?? null,
    })
    .onConflictDoUpdate({
      target: [grants.serverId, grants.clientRowId],
      targetWhere: sql`kind = 'service' and revoked_at is null`,
      set: { scope, network: network ?? null },
    })
    .returning(grantColumns)
  if (!row) throw new Error('an upsert returned no row')
  return toGrant(row)
}

/** One statement: the grant is marked, and what depends on it is written only where that found a row. */
async function redeemOnce(
  db: Database,
  { codeHash, refreshToken: token, accessToken, network, ...which }: Redemption,
  { instance, again }: Spender,
): Promise<Grant | null> {
  const redeemed = db.$with('redeemed').as(
    db
      .update(grants)
      .set({
        codeHash,
        redeemedAt: sql`clock_timestamp()`,
        redeemedBy: instance,
        network: token ? null : (network ?? null),
        isAbandoned: false,
      })
      .where(
        and(
          eq(grants.id, which.grantId),
          eq(grants.serverId, which.serverId),
          eq(grants.clientRowId, which.clientRowId),
          isNull(grants.revokedAt),
          or(
            isUnredeemed(codeHash),
            and(
              eq(grants.codeHash, codeHash),
              or(
                and(ne(grants.redeemedBy, instance), lost, overdue(sql`${grants.redeemedAt}`)),
                again ? eq(grants.redeemedBy, instance) : undefined,
              ),
            ),
          ),
          inTime(db),
        ),
      )
      .returning(grantColumns),
  )
  const writes: readonly (SQL | undefined)[] = [
    sql`update ${clients} set first_token_at = clock_timestamp() from redeemed where ${clients.id} = redeemed.client_row_id and ${clients.firstTokenAt} is null`,
    token && insertFirstToken(token),
    accessToken &&
      insertAccessToken(
        accessToken,
        { grantId: sql`redeemed.id`, scope: sql`redeemed.scope` },
        sql`from redeemed`,
      ),
  ]
  const further = writes.flatMap((write, index) => (write ? [db.$with(`write_${index}`, {}).as(write)] : []))
  const [row] = await db
    .with(redeemed, ...further)
    .select()
    .from(redeemed)
  return row ? toGrant(row) : null
}

/** And it is the code that the grant was written with, where it was: a challenge store alone can give out no other. */
const isUnredeemed = (codeHash: string) =>
  and(isNull(grants.redeemedAt), or(isNull(grants.codeHash), eq(grants.codeHash, codeHash)))

/** The earlier redemption was never answered. */
const lost = unanswered({ at: sql`${grants.redeemedAt}`, by: sql`${grants.redeemedBy}` })

/** The same code comes from the same login, and so is the same token: a retry may meet what the first try stored. */
function insertFirstToken({
  hash,
  nonce,
  keyId,
  issuedAt,
  network,
  expiresAt,
}: Omit<RefreshToken, 'grantId'>): SQL {
  return sql`insert into ${refreshTokens} (hash, grant_id, nonce, key_id, issued_at, network, expires_at)
    select ${hash}, redeemed.id, ${nonce}, ${keyId}, ${sql.param(issuedAt, refreshTokens.issuedAt)},
      ${network ?? null}, ${sql.param(expiresAt, refreshTokens.expiresAt)} from redeemed
    on conflict (hash) do nothing`
}

/** Whether a redemption that found nothing may yet find something: it came too late, or another's answer is on its way. */
async function undecided(
  db: Database,
  { grantId, serverId, clientRowId, codeHash }: Redemption,
  { instance }: Spender,
): Promise<boolean> {
  const found = await db
    .select({ id: grants.id })
    .from(grants)
    .where(
      and(
        eq(grants.id, grantId),
        eq(grants.serverId, serverId),
        eq(grants.clientRowId, clientRowId),
        isNull(grants.revokedAt),
        or(isUnredeemed(codeHash), and(eq(grants.codeHash, codeHash), ne(grants.redeemedBy, instance), lost)),
      ),
    )
  return found.length > 0
}
