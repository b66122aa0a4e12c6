import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { consents, grants, upstreamTokens } from '@/drizzle/schema/grants'
import { connections, users } from '@/drizzle/schema/organizations'
import { platformUsers } from '@/drizzle/schema/platform-accounts'
import { servers } from '@/drizzle/schema/servers'
import type { Sealer } from '@/lib/crypto/seal'
import { consentHolds, unitedScope } from '@/lib/oauth/flow/earlier-consent'
import type { Grant, UpstreamTokens } from '@/lib/oauth/model'
import type { CompletedLogin, LoginOutcome, Logins } from '@/lib/oauth/ports/ports'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { transactInTime } from '@/lib/store/database/in-time'
import { upstreamTokenContext } from '@/lib/store/database/sealed-contexts'
import { storable } from '@/lib/store/database/storable'
import { isSignedOut, sessionHashOf } from '@/lib/store/departures/departures'
import { isKeptOut, objectIdOf } from '@/lib/store/departures/kept-out'
import { recordAssertion } from './asserted-logins'
import { ended } from './authorization-requests'
import { earlierConsent } from './consents'
import { grantColumns, toGrant } from './grant-row'
import { withEvent } from './timeline'

/** Completed logins in Postgres. */
export function loginStore(db: Database, sealer: Sealer): Logins {
  return guarded({
    async complete(login, now) {
      try {
        return await transactInTime(db, (tx) => write(tx, sealer, login, now))
      } catch (error) {
        if (error instanceof NotCompleted) return { outcome: error.outcome }
        throw error
      }
    },
    assert: (login, now) => transactInTime(db, (tx) => recordAssertion(tx, login, now)),
  } satisfies Logins)
}

/** Rolls the transaction back. */
class NotCompleted extends Error {
  constructor(readonly outcome: Exclude<LoginOutcome['outcome'], 'completed'>) {
    super(outcome)
  }
}

async function write(
  tx: Transaction,
  sealer: Sealer,
  login: CompletedLogin,
  now: Date,
): Promise<LoginOutcome> {
  const connection = await leadingHere(tx, login)
  if (!connection) throw new NotCompleted('request_over')
  // This also locks the user's row: of two logins at once, the second one sees what the first one granted.
  const { userId, blockedAt, isGone } = await upsertUser(tx, login, connection, now)
  if (isGone) throw new NotCompleted('signed_out')
  if (blockedAt) throw new NotCompleted('user_blocked')
  const earlier = await earlierConsent(tx, userId, login, now)
  if (!consentHolds(login.request, userId, earlier)) throw new NotCompleted('consent_lapsed')
  const scope = unitedScope(login.request, earlier, login.grantable)
  const grant = await writeGrant(tx, sealer, login, { userId, scope, now })
  return { outcome: 'completed', grant, userId }
}

/**
 * The connection, where the server's users still log in at it, and the account of a platform connection still exists.
 * Whoever moves the server, removes the account or signs its user out waits until the grant is written, and ends it.
 */
async function leadingHere(
  tx: Transaction,
  { server, connectionId, identity }: CompletedLogin,
): Promise<Leading | null> {
  const [leading] = await tx
    .select({ id: servers.connectionId, type: connections.type, settings: connections.settings })
    .from(servers)
    .innerJoin(connections, eq(connections.id, servers.connectionId))
    .where(eq(servers.id, server.id))
    .for('share')
  if (leading?.id !== connectionId) return null
  if (leading.type !== 'platform') return leading
  const account = and(eq(platformUsers.connectionId, connectionId), eq(platformUsers.id, identity.subject))
  return (await tx.select().from(platformUsers).where(account).for('key share')).length > 0 ? leading : null
}

type Leading = Pick<typeof connections.$inferSelect, 'id' | 'type' | 'settings'>

async function upsertUser(
  tx: Transaction,
  login: CompletedLogin,
  connection: Leading,
  now: Date,
): Promise<{ readonly userId: string; readonly blockedAt: Date | null; readonly isGone: boolean }> {
  const { organizationId } = login.server
  const { identitySource, subject, email, emailVerified = false, name } = storable(login.identity)
  // What the identity provider does not say any more is not kept.
  const objectId = storable(objectIdOf(login.identity))
  const profile = { email: email ?? null, emailVerified, name: name ?? null, objectId, lastLoginAt: now }
  const isGone = sql<boolean>`(${isSignedOut(login)} or ${isKeptOut(connection, login.identity)})`
  const [user] = await tx
    .insert(users)
    .values({ id: newId(), organizationId, identitySource, subject, createdAt: now, ...profile })
    .onConflictDoUpdate({ target: [users.organizationId, users.identitySource, users.subject], set: profile })
    .returning({ userId: users.id, blockedAt: users.blockedAt, isGone })
  if (!user) throw new Error('an upsert returned no row')
  return user
}

type Given = { readonly userId: string; readonly scope: readonly string[]; readonly now: Date }

/**
 * The grant and all that comes with it, in one statement. The user may have denied in another tab, or the request may
 * have failed: then nothing of the login stays.
 */
async function writeGrant(
  tx: Transaction,
  sealer: Sealer,
  login: CompletedLogin,
  { userId, scope, now }: Given,
): Promise<Grant> {
  const { request, claims, userClaims, identity, connectionId, event } = login
  const id = newId()
  const values = {
    id,
    ...ties(login, userId),
    scope,
    clientId: request.clientId,
    claims: storable(claims),
    userClaims: storable(userClaims),
    nonce: request.clientNonce ?? null,
    authTime: identity.authTime ?? null,
    createdAt: now,
  }
  const sessionHash = sessionHashOf(identity.claims)
  const tokens = { connectionId, sessionHash, ...sealedTokens(sealer, id, login.upstreamTokens, now) }
  const given = tx.$with('given').as(tx.insert(grants).values(values).returning(grantColumns))
  const held = tx.$with('held', {}).as(tx.insert(upstreamTokens).values(tokens).getSQL())
  const closed = tx.$with('closed').as(
    tx
      .update(authorizationRequests)
      .set({ ...ended('completed', event), grantId: id, timeline: withEvent(event) })
      .where(and(eq(authorizationRequests.id, request.id), isNull(authorizationRequests.endedAt)))
      .returning({ requestId: authorizationRequests.id }),
  )
  // A remembered answer is not a new one: it must not outlive a withdrawal.
  const answered = request.rememberedFor
    ? []
    : [tx.$with('answered', {}).as(recordConsent(tx, login, userId, now))]
  const [row] = await tx
    .with(given, held, closed, ...answered)
    .select()
    .from(given)
    .innerJoin(closed, sql`true`)
  if (!row) throw new NotCompleted('request_over')
  return toGrant(row.given)
}

/** What the user allowed before for the same client, redirect URI and resource stays allowed. */
function recordConsent(tx: Transaction, login: CompletedLogin, userId: string, now: Date): SQL {
  const united = sql`(select coalesce(jsonb_agg(distinct name), '[]') from jsonb_array_elements(${consents.scope} || excluded.scope) as name)`
  return tx
    .insert(consents)
    .values({
      id: newId(),
      ...ties(login, userId),
      scope: login.request.scope,
      resource: login.server.resource,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoUpdate({
      target: [consents.userId, consents.clientRowId, consents.redirectUri, consents.resource],
      set: { scope: united, updatedAt: now },
    })
    .getSQL()
}

function ties({ request, server }: Pick<CompletedLogin, 'request' | 'server'>, userId: string) {
  return {
    organizationId: server.organizationId,
    serverId: server.id,
    userId,
    clientRowId: request.clientRowId,
    redirectUri: request.redirectUri,
  }
}

function sealedTokens(sealer: Sealer, grantId: string, tokens: UpstreamTokens, now: Date) {
  const seal = (column: Parameters<typeof upstreamTokenContext>[1], token: string | undefined) =>
    token === undefined ? null : sealer.seal(token, upstreamTokenContext(grantId, column))
  return {
    grantId,
    accessToken: sealer.seal(tokens.accessToken, upstreamTokenContext(grantId, 'access_token')),
    refreshToken: seal('refresh_token', tokens.refreshToken),
    idToken: seal('id_token', tokens.idToken),
    scope: storable(tokens.scope ?? null),
    expiresAt: tokens.expiresAt ?? null,
    updatedAt: now,
  }
}
