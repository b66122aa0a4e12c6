/**
 * A user who is known by one login says that they are also known by another: both are proven anew, one after the other,
 * in the browser that is signed in, and then the user says yes. Never by an email. Decision 0133.
 */

import type { ProvenIdentity } from '@/drizzle/schema/link-ceremonies'
import { NotFound } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import type { Management } from '@/lib/management/management'
import { dismissUpstreamTokens } from '@/lib/oauth/flow/end-grant'
import type { Identity } from '@/lib/oauth/model'
import type { BrowserSession } from '@/lib/oauth/ports/consent'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { UPSTREAM_STATE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { isStaleLogin } from '@/lib/oauth/protocol/login-freshness'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { omitNullish } from '@/lib/omit-nullish'
import { objectIdOf } from '@/lib/store/departures/kept-out'
import { type Ceremony, type CeremonyAttempt, linkCeremonyStore } from '@/lib/store/users/link-ceremonies'
import { type LinkRefusal, linkedIdentityStore } from '@/lib/store/users/linked-identities'
import { ownScope, type SessionCookie, sessionsOf } from './account'
import { linkableConnections } from './linkable-connections'
import { undoLink } from './linked-logins'

/** The id of the ceremony in a `state`; null when it is not that of one. */
export function ceremonyIdOf(state: string | null): string | null {
  return /^link\.([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{44}$/.exec(state ?? '')?.[1] ?? null
}

/**
 * Begins a ceremony: the user signs in anew where they are signed in.
 *
 * @param from the connection that the browser's session is of
 * @param other the connection whose login is to be linked
 * @returns where the browser goes
 * @throws NotFound without such a session, or where there is nothing to link
 * @throws UpstreamError when there is nowhere to go
 */
export async function beginLink(
  from: string,
  other: string,
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<string> {
  const session = (await sessionsOf(cookies, management)).find(({ connectionId }) => connectionId === from)
  if (!session) throw new NotFound('session')
  const { organizationId, userId, hash: sessionHash } = session
  const choices = await linkableConnections(organizationId, from, management)
  if (!choices.some(({ id }) => id === other)) throw new NotFound('connection')
  const { db, sealer, ports } = management
  const createdAt = ports.clock()
  const id = ports.secrets.id()
  const { location, attempt } = await sendTo(id, from, management)
  const expiresAt = new Date(createdAt.getTime() + UPSTREAM_STATE_LIFETIME * 1000)
  const ceremony = { id, organizationId, userId, sessionHash, otherConnectionId: other, createdAt, expiresAt }
  await linkCeremonyStore(db, sealer).begin(ceremony, attempt)
  return location
}

/** Asks a provider for a fresh login: whoever sits before a browser that is still signed in has to prove who they are. */
async function sendTo(id: string, connectionId: string, { ports, publicUrl }: Management) {
  const { secrets } = ports
  const state = `link.${id}.${secrets.id()}${secrets.id()}`
  const codeVerifier = secrets.id() + secrets.id()
  const login = { state, nonce: secrets.id(), codeVerifier }
  const location = await ports.upstream.begin(connectionId, {
    ...login,
    scopes: [],
    resource: publicUrl,
    prompt: ['login'],
    maxAge: 0,
  })
  const attempt: CeremonyAttempt = {
    connectionId,
    stateHash: hashSecret(state),
    nonce: login.nonce,
    codeVerifier,
  }
  return { location, attempt }
}

/** What follows a login of a ceremony: the next one, or the question; null: nothing of this browser's. */
export type LinkStep =
  | { readonly go: 'upstream'; readonly location: string }
  /** The answer is known to this browser alone: who began the ceremony elsewhere cannot say yes for it. */
  | { readonly go: 'question'; readonly answer: string }
  | { readonly go: 'failed'; readonly reason: string }

/**
 * Goes on when an identity provider sends the user back: in the browser that began it, once, in time. Anything else
 * changes nothing.
 *
 * @param query the query of the request to our callback
 * @throws StoreUnavailable
 */
export async function continueLink(
  connectionId: string,
  query: URLSearchParams,
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<LinkStep | null> {
  const { db, sealer, ports } = management
  const [state, ...further] = query.getAll('state')
  if (!state || further.length > 0 || ceremonyIdOf(state) === null) return null
  const sessions = await sessionsOf(cookies, management)
  const store = linkCeremonyStore(db, sealer)
  const wanted = { stateHash: hashSecret(state), connectionId, sessions: sessions.map(({ hash }) => hash) }
  const taken = await store.take(wanted, ports.clock())
  if (!taken) return null
  const { ceremony, attempt } = taken
  try {
    const { identity } = await ports.upstream.complete(connectionId, query, { ...attempt, state })
    if (isStaleLogin(identity.authTime, { maxAge: 0, createdAt: ceremony.createdAt }))
      return failed('upstream_login_stale')
    return await proven(ceremony, connectionId, identity, management)
  } catch (error) {
    if (error instanceof UpstreamError) return failed(error.reason)
    throw error
  }
}

const failed = (reason: string): LinkStep => ({ go: 'failed', reason })

async function proven(
  ceremony: Ceremony,
  connectionId: string,
  identity: Identity,
  management: Management,
): Promise<LinkStep> {
  const { db, sealer, ports } = management
  const { id, organizationId, userId, otherConnectionId } = ceremony
  const store = linkCeremonyStore(db, sealer)
  const known = provenIdentity(identity)
  if (connectionId === otherConnectionId) {
    const answer = ports.secrets.id() + ports.secrets.id()
    await store.prove(id, known, hashSecret(answer))
    return { go: 'question', answer }
  }
  const whose = await linkedIdentityStore(db).userOf(organizationId, known)
  if (whose !== userId) return failed('another_user')
  const { location, attempt } = await sendTo(id, otherConnectionId, management)
  await store.next(id, attempt)
  return { go: 'upstream', location }
}

function provenIdentity(identity: Identity): ProvenIdentity {
  const { identitySource, subject, email, emailVerified, name } = identity
  return {
    identitySource,
    subject,
    ...omitNullish({ email, emailVerified, name, objectId: objectIdOf(identity) }),
  }
}

/** What the user is asked when both logins are proven. */
export type LinkQuestion = {
  /** What the yes has to bring along. */
  readonly answer: string
  /** Who is signed in, and who else they say to be. */
  readonly name: string
  readonly other: string
  /** Of the other's connection. */
  readonly connection: string
}

/** The question of a ceremony of this browser; null when there is none, or not any more. */
export async function readLinkQuestion(
  answer: string,
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<LinkQuestion | null> {
  const found = await findCeremony(answer, cookies, management)
  return found && { answer, ...(await questionOf(found.ceremony, management)) }
}

async function questionOf(
  { userId, identity, otherConnectionId }: ProvenCeremony,
  { ports }: Management,
): Promise<Omit<LinkQuestion, 'answer'>> {
  const [user, connection] = await Promise.all([
    ports.users.find(userId),
    ports.connections.find(otherConnectionId),
  ])
  return {
    name: user?.email ?? user?.name ?? userId,
    other: identity.email ?? identity.name ?? identity.subject,
    connection: connection?.name ?? '',
  }
}

type ProvenCeremony = Ceremony & { readonly identity: ProvenIdentity }

async function findCeremony(
  answer: string,
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<{
  readonly ceremony: ProvenCeremony
  readonly session: BrowserSession
} | null> {
  const { db, sealer, ports } = management
  const sessions = await sessionsOf(cookies, management)
  const hashes = sessions.map(({ hash }) => hash)
  const ceremony = await linkCeremonyStore(db, sealer).find(hashSecret(answer), hashes, ports.clock())
  const session = sessions.find(({ hash }) => hash === ceremony?.sessionHash)
  return ceremony && session ? { ceremony, session } : null
}

/**
 * Links the login that a ceremony has proven. What was given to it as a user of its own ends.
 *
 * @param answer what the browser was given that proved it
 * @returns why not, if not
 * @throws StoreUnavailable
 */
export async function confirmLink(
  answer: string,
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<LinkRefusal | 'linked'> {
  const { db, ports } = management
  const found = await findCeremony(answer, cookies, management)
  if (!found) return 'over'
  const question = await questionOf(found.ceremony, management)
  const { organizationId, userId } = found.session
  const at = ports.clock()
  const outcome = await linkedIdentityStore(db).link(hashSecret(answer), found.session.hash, at, (linked) =>
    auditEntry(ownScope(organizationId, userId, question.name), at, {
      action: 'user.linked',
      targetKind: 'user',
      targetId: userId,
      targetName: question.name,
      detail: { identity: linked.id, connection: question.connection, grants: linked.grants },
    }),
  )
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
  return outcome
}

/**
 * Makes a linked login a user of its own again. What came by it ends, and so do all of the user's sessions here.
 *
 * @param id of the linked login
 * @throws NotFound when it is none of this browser's users
 * @throws StoreUnavailable
 */
export async function unlink(
  id: string,
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<void> {
  for (const { organizationId, userId } of await sessionsOf(cookies, management)) {
    const user = await management.ports.users.find(userId)
    const name = user?.email ?? user?.name ?? userId
    const scope = ownScope(organizationId, userId, name)
    const ended = await undoLink(scope, { id: userId, name }, id, 'revoked_by_user', management)
    if (ended !== null) return
  }
  throw new NotFound('identity')
}
