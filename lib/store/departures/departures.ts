import { and, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { departures } from '@/drizzle/schema/departures'
import { grants, upstreamTokens } from '@/drizzle/schema/grants'
import { connections, users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Claims, Identity } from '@/lib/oauth/model'
import type { DepartedUser, Departures, UpstreamName } from '@/lib/oauth/ports/departures'
import type { CompletedLogin } from '@/lib/oauth/ports/ports'
import type { UpstreamSession } from '@/lib/oauth/ports/tokens'
import { UPSTREAM_STATE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { isUserOf, objectIdOf } from './kept-out'

/** Whom identity providers have signed out, in Postgres. Decision 0085. */
export function departureStore(db: Database): Departures {
  return guarded({
    begin: ({ id, organizationId }, who, at, now) =>
      transactInTime(db, async (tx) => {
        await waitForLogins(tx, id)
        await remember(tx, id, who, at, now)
        const meant = await usersMeant(tx, { id, organizationId }, who)
        if (meant.length > 0) await forgetBrowsers(tx, { id, organizationId }, meant)
        return meant
      }),
  } satisfies Departures)
}

/** A login holds its connection's row until it is complete. */
const waitForLogins = (tx: Transaction, connectionId: string) =>
  tx.select().from(connections).where(eq(connections.id, connectionId)).for('no key update')

/** The narrowest of the names: a session that ends says nothing of the user's others. */
async function remember(tx: Transaction, connectionId: string, who: UpstreamName, at: Date, now: Date) {
  const [hash] = hashesOf(connectionId, who)
  if (!hash) return
  const expiresAt = memoryOf(now)
  await tx
    .insert(departures)
    .values({ hash, at, expiresAt })
    .onConflictDoUpdate({
      target: departures.hash,
      set: { at: sql`greatest(${departures.at}, excluded.at)`, expiresAt },
    })
}

/**
 * Whether the identity provider has signed this user out since it made the ID token of this login: a condition for a
 * statement of the login's transaction after the one that holds the connection's row, since who signs out waits for that.
 */
export function isSignedOut({ connectionId, identity, request }: CompletedLogin): SQL<boolean> {
  const { claims, subject } = identity
  if (typeof claims.iat !== 'number') return sql<boolean>`false`
  const issued = new Date(claims.iat * 1000)
  const objectId = objectIdOf(identity)
  const account = objectId === null ? {} : { account: objectId }
  const names = [{ subject }, account, sessionOf(claims), verifiedEmail(identity)].flatMap((name) =>
    hashesOf(connectionId, name),
  )
  // Tokens tell only seconds: a login that began after the news is another one.
  const heard = memoryOf(request.consentedAt ?? request.createdAt)
  const { at, expiresAt } = departures
  return sql<boolean>`exists (select from ${departures} as departure where departure.hash in ${names}
    and departure.at >= ${sql.param(issued, at)} and departure.expires_at >= ${sql.param(heard, expiresAt)})`
}

const verifiedEmail = ({ email, emailVerified }: Identity): UpstreamName =>
  email !== undefined && emailVerified === true ? { email } : {}

/** Until when what was heard at this time is remembered: no login takes longer. */
const memoryOf = (heard: Date) => new Date(heard.getTime() + UPSTREAM_STATE_LIFETIME * 1000)

/** `sid` of an ID token (OpenID Connect Front-Channel Logout 1.0 §3). */
const sessionOf = ({ sid }: Claims): UpstreamName =>
  typeof sid === 'string' && sid !== '' ? { sessionId: sid } : {}

/** As grants remember their session. */
const sessionHash = (sessionId: string): string => hashSecret(sessionId)

/** The session that a login is of; null where the identity provider named none. */
export function sessionHashOf(claims: Claims): string | null {
  const { sessionId } = sessionOf(claims)
  return sessionId === undefined ? null : sessionHash(sessionId)
}

function hashesOf(
  connectionId: string,
  { sessionId, subject, account, email }: UpstreamName,
): readonly string[] {
  const named = [
    ['sid', sessionId],
    ['sub', subject ?? account],
    ['email', email?.toLowerCase()],
  ] as const
  return named.flatMap(([kind, value]) =>
    value === undefined ? [] : [hashSecret(JSON.stringify([connectionId, kind, value]))],
  )
}

type At = { readonly id: string; readonly organizationId: string }

/** Users of the organization who fit. */
async function usersMeant(
  tx: Transaction,
  { id, organizationId }: At,
  { subject, sessionId, account, email }: UpstreamName,
): Promise<readonly DepartedUser[]> {
  const isNamed = [subject, account, email].some((name) => name !== undefined)
  const names = [
    subject === undefined ? undefined : eq(users.subject, subject),
    account === undefined ? undefined : or(eq(users.subject, account), eq(users.objectId, account)),
    email === undefined
      ? undefined
      : and(sql`lower(${users.email}) = ${email.toLowerCase()}`, eq(users.emailVerified, true)),
  ]
  const fits = isNamed
    ? and(isNameAt(id), ...names)
    : inArray(users.id, usersOfSession(tx, id, sessionId ?? ''))
  const rows = await tx
    .select({
      id: sql<string>`coalesce(${users.linkedTo}, ${users.id})`,
      email: users.email,
      name: users.name,
      subject: users.subject,
    })
    .from(users)
    .where(and(eq(users.organizationId, organizationId), fits))
  return rows.map((row) => ({ id: row.id, name: row.email ?? row.name ?? row.subject }))
}

/**
 * Of a person with several logins, the name of each counts at its own provider alone: elsewhere it may be somebody
 * else's.
 */
const isNameAt = (connectionId: string): SQL =>
  sql`(${users.linkedTo} is null and not exists (select from users as linked
      where linked.organization_id = users.organization_id and linked.linked_to = users.id)
    or exists (
      select from connections as its where its.id = ${connectionId} and ${sql.raw(isUserOf('its', 'users'))}))`

const usersOfSession = (tx: Transaction, connectionId: string, sessionId: string) =>
  tx
    .select({ id: sql<string>`${grants.userId}` })
    .from(upstreamTokens)
    .innerJoin(grants, eq(grants.id, upstreamTokens.grantId))
    .where(
      and(
        eq(upstreamTokens.connectionId, connectionId),
        eq(upstreamTokens.sessionHash, sessionHash(sessionId)),
      ),
    )

const forgetBrowsers = (tx: Transaction, { id, organizationId }: At, meant: readonly DepartedUser[]) =>
  tx.delete(browserSessions).where(
    and(
      eq(browserSessions.organizationId, organizationId),
      eq(browserSessions.connectionId, id),
      inArray(
        browserSessions.userId,
        meant.map((user) => user.id),
      ),
    ),
  )

/** Of {@link GrantsOf}: what a user has through a connection. */
export function isThrough(connectionId: string, session?: UpstreamSession): SQL {
  const held = sql`select from ${upstreamTokens} as held
    where held.grant_id = ${grants.id} and held.connection_id = ${connectionId}`
  if (session) {
    const unknown = session.orUnknown ? sql`or held.session_hash is null` : sql``
    return sql`exists (${held} and (held.session_hash = ${sessionHash(session.id)} ${unknown}))`
  }
  // An assertion comes of no connection: it counts where it is of the provider that the server's users log in at.
  // So does one of a linked login, at whichever server, and any of a user one of whose logins is there.
  return sql`(exists (${held}) or ${grants.kind} = 'assertion' and exists (
    select from ${servers} join ${connections} on ${connections.id} = ${connectionId}
    join ${users} on ${users.identitySource} = ${connections.settings} ->> 'issuer' or ${users.identitySource} in (
      select replace(${connections.settings} ->> 'issuer', '{tenantid}', tenant)
      from jsonb_array_elements_text(${connections.settings} -> 'allowedTenants') as tenant)
    where ${servers.id} = ${grants.serverId} and (${users.id} = ${grants.identityId}
      or ${servers.connectionId} = ${connectionId} and (${users.id} = ${grants.userId}
        or ${users.linkedTo} = ${grants.userId} and ${users.organizationId} = ${grants.organizationId}))))`
}
