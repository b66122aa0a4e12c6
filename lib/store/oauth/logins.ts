import { type SQL, sql } from 'drizzle-orm'
import type { connections } from '@/drizzle/schema/organizations'
import type { Sealer } from '@/lib/crypto/seal'
import { consentHolds, unitedScope } from '@/lib/oauth/flow/earlier-consent'
import type { UpstreamTokens } from '@/lib/oauth/model'
import {
  type CompletedLogin,
  type LoginOutcome,
  type Logins,
  StoreUnavailable,
} from '@/lib/oauth/ports/ports'
import { REDEEMED_WITHIN } from '@/lib/oauth/protocol/lifetimes'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { inTime, transactInTime } from '@/lib/store/database/in-time'
import { upstreamTokenContext } from '@/lib/store/database/sealed-contexts'
import { storable } from '@/lib/store/database/storable'
import { isSignedOut, sessionHashOf } from '@/lib/store/departures/departures'
import { isKeptOut, objectIdOf } from '@/lib/store/departures/kept-out'
import { recordAssertion } from './asserted-logins'
import { beginSession } from './browser-sessions'
import { earlierConsent } from './consents'
import { linesOf, withLines } from './timeline'
import { holdLinkedUser } from './users'

/** Completed logins in Postgres. */
export function loginStore(db: Database, sealer: Sealer): Logins {
  return guarded({
    async complete(login, now) {
      const deadline = inTime(db)
      try {
        return await db.transaction((tx) => write(tx, sealer, login, { now, deadline }))
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

type When = { readonly now: Date; readonly deadline: SQL<boolean> }

async function write(
  tx: Transaction,
  sealer: Sealer,
  login: CompletedLogin,
  when: When,
): Promise<LoginOutcome> {
  const user = await upsertUser(tx, login, when.now)
  if (!user) throw new NotCompleted('request_over')
  if (user.isBlocked) throw new NotCompleted('user_blocked')
  const { linkedTo, settings } = user
  if (linkedTo && (await holdLinkedUser(tx, linkedTo, when.now)).isBlocked)
    throw new NotCompleted('user_blocked')
  const userId = linkedTo ?? user.userId
  const identityId = linkedTo ? user.userId : null
  const earlier = user.isNew ? null : await earlierConsent(tx, userId, login, when.now)
  if (!consentHolds(login.request, userId, earlier)) throw new NotCompleted('consent_lapsed')
  const scope = unitedScope(login.request, earlier, login.grantable)
  const isKept = isKeptOut({ id: login.connectionId, settings }, login.identity)
  const isGone = sql<boolean>`(${isSignedOut(login)} or ${isKept})`
  await writeGrant(tx, sealer, login, { ...when, userId, identityId, scope, isGone })
  return { outcome: 'completed', userId }
}

type LoggedIn = {
  readonly userId: string
  /** Whose login it is, where it is linked to another user. */
  readonly linkedTo: string | null
  readonly isBlocked: boolean
  /** Nobody knows this user yet: there is nothing that they allowed before. */
  readonly isNew: boolean
  readonly settings: (typeof connections.$inferSelect)['settings']
}

/**
 * Holds the rows that lead to this login until its end: the server, whose users still log in at this connection; the
 * connection; the account of a platform connection; and the user. Whoever deletes or moves the server, removes the
 * account or signs its user out waits until the grant is written, and ends it; of two logins at once, the second one
 * sees what the first one granted.
 *
 * @returns undefined when the server leads elsewhere, or the account is gone
 */
async function upsertUser(
  tx: Transaction,
  { server, connectionId, identity }: CompletedLogin,
  now: Date,
): Promise<LoggedIn | undefined> {
  const { identitySource, subject, email, emailVerified = false, name } = storable(identity)
  const at = now.toISOString()
  const drawn = newId()
  // What the identity provider does not say any more is not kept.
  const [user] = await tx.execute<Omit<LoggedIn, 'isNew'>>(sql`
    with here as (
      select connections.type, connections.settings
      from servers join connections on connections.id = servers.connection_id
      where servers.id = ${server.id} and servers.connection_id = ${connectionId} and servers.deleted_at is null
      for share
    ), account as (
      select from platform_users where connection_id = ${connectionId} and id = ${identity.subject} for key share
    )
    insert into users (id, organization_id, identity_source, subject, created_at, last_login_at, email, email_verified,
      name, object_id)
    select ${drawn}::text, ${server.organizationId}::text, ${identitySource}::text, ${subject}::text,
      ${at}::timestamptz, ${at}::timestamptz, ${email ?? null}::text, ${emailVerified}::boolean,
      ${name ?? null}::text, ${storable(objectIdOf(identity))}::text
    from here where here.type <> 'platform' or exists (select from account)
    on conflict (organization_id, identity_source, subject) do update set last_login_at = excluded.last_login_at,
      email = excluded.email, email_verified = excluded.email_verified, name = excluded.name,
      object_id = excluded.object_id
    returning id as "userId", linked_to as "linkedTo", blocked_at is not null as "isBlocked",
      (select settings from here) as settings`)
  return user && { ...user, isNew: user.userId === drawn }
}

type Given = When & {
  readonly userId: string
  /** The linked login that it was, if it was one. */
  readonly identityId: string | null
  readonly scope: readonly string[]
  /** Asked after the connection is held: who signs a user out waits for that. */
  readonly isGone: SQL<boolean>
}

/**
 * The grant and all that comes with it, in one statement. The user may have denied in another tab, or the request may
 * have failed: then nothing of the login stays.
 */
async function writeGrant(
  tx: Transaction,
  sealer: Sealer,
  login: CompletedLogin,
  { userId, identityId, scope, isGone, now, deadline }: Given,
): Promise<void> {
  const { request, claims, userClaims, identity, connectionId, grantId: id, event, issued } = login
  const { organizationId, serverId, clientRowId, redirectUri } = ties(login)
  const { accessToken, refreshToken, idToken, expiresAt, ...told } = sealedTokens(
    sealer,
    id,
    login.upstreamTokens,
  )
  const at = now.toISOString()
  const lines = withLines(sql`${linesOf(event, ...(issued ? [issued.event] : []))}`)
  // A remembered answer is not a new one: it must not outlive a withdrawal.
  const answered = request.rememberedFor ? sql`` : sql`, answered as (${recordConsent(login, userId, at)})`
  // Written by hand: drizzle would take longer to put it together than the database to carry it out.
  const [row] = await tx.execute<{ inTime: boolean; isGone: boolean }>(sql`
    with given as (
      insert into grants (id, organization_id, server_id, user_id, client_row_id, client_id, redirect_uri, scope,
        claims, user_claims, nonce, auth_time, identity_id, created_at, code_hash)
      values (${id}, ${organizationId}, ${serverId}, ${userId}, ${clientRowId}, ${request.clientId}, ${redirectUri},
        ${JSON.stringify(scope)}::jsonb, ${JSON.stringify(storable(claims))}::jsonb,
        ${JSON.stringify(storable(userClaims))}::jsonb, ${request.clientNonce ?? null},
        ${identity.authTime?.toISOString() ?? null}, ${identityId}::text, ${at}, ${issued?.codeHash ?? null})
    ), checked as (
      insert into grant_checks (grant_id, check_at)
      values (${id}, ${at}::timestamptz + make_interval(secs => ${REDEEMED_WITHIN}::int))
    ), held as (
      insert into upstream_tokens (grant_id, connection_id, session_hash, access_token, refresh_token, id_token, scope,
        expires_at, updated_at)
      values (${id}, ${connectionId}, ${sessionHashOf(identity.claims)}, ${accessToken}, ${refreshToken}, ${idToken},
        ${told.scope}, ${expiresAt}, ${at})
    ), closed as (
      update authorization_requests set outcome = 'completed', ended_at = ${event.at.toISOString()}, grant_id = ${id},
        state_hash = null, nonce = null, code_verifier = null, timeline = ${lines}
      where id = ${request.id} and ended_at is null returning id
    ), ${beginSession(login, userId)}${answered}
    select ${deadline} as "inTime", ${isGone} as "isGone" from closed`)
  if (!row) throw new NotCompleted('request_over')
  if (row.isGone) throw new NotCompleted('signed_out')
  if (!row.inTime) throw new StoreUnavailable('postgres')
}

/** What the user allowed before for the same client, redirect URI and resource stays allowed. */
function recordConsent(login: CompletedLogin, userId: string, at: string): SQL {
  const { organizationId, serverId, clientRowId, redirectUri } = ties(login)
  return sql`
    insert into consents (id, organization_id, server_id, user_id, client_row_id, redirect_uri, scope, resource,
      created_at, updated_at)
    values (${newId()}, ${organizationId}, ${serverId}, ${userId}, ${clientRowId}, ${redirectUri},
      ${JSON.stringify(login.request.scope)}::jsonb, ${login.server.resource}, ${at}, ${at})
    on conflict (user_id, client_row_id, redirect_uri, resource) do update set updated_at = excluded.updated_at, scope =
      (select coalesce(jsonb_agg(distinct name), '[]') from jsonb_array_elements(consents.scope || excluded.scope) as name)`
}

const ties = ({ request, server }: CompletedLogin) => ({
  organizationId: server.organizationId,
  serverId: server.id,
  clientRowId: request.clientRowId,
  redirectUri: request.redirectUri,
})

function sealedTokens(sealer: Sealer, grantId: string, tokens: UpstreamTokens) {
  const seal = (column: Parameters<typeof upstreamTokenContext>[1], token: string | undefined) =>
    token === undefined ? null : sealer.seal(token, upstreamTokenContext(grantId, column))
  return {
    accessToken: sealer.seal(tokens.accessToken, upstreamTokenContext(grantId, 'access_token')),
    refreshToken: seal('refresh_token', tokens.refreshToken),
    idToken: seal('id_token', tokens.idToken),
    scope: storable(tokens.scope ?? null),
    expiresAt: tokens.expiresAt?.toISOString() ?? null,
  }
}
