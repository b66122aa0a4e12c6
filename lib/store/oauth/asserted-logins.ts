import { and, eq, isNull, ne, or, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { grants } from '@/drizzle/schema/grants'
import { connections, users } from '@/drizzle/schema/organizations'
import type { Grant, Identity } from '@/lib/oauth/model'
import { type AssertedLogin, StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { Transaction } from '@/lib/store/database/database'
import { newId } from '@/lib/store/database/ids'
import { storable } from '@/lib/store/database/storable'
import { isKeptOut, namesUsers } from '@/lib/store/departures/kept-out'
import { endGrantsIn } from './grant-endings'
import { grantColumns, toGrant } from './grant-row'
import { holdLinkedUser, identityOfUser } from './users'

/** User and grant of an identity assertion; null, and nothing written, when the user is blocked. */
export async function recordAssertion(
  tx: Transaction,
  login: AssertedLogin,
  now: Date,
): Promise<Grant | null> {
  const { server, client } = login
  if (await isGone(tx, login)) return null
  const known = await knowUser(tx, server.organizationId, storable(login.identity), now)
  if (!known) return null
  // Who left the provider of the server's users does not come by another one.
  for (const identity of await otherIdentities(tx, server.organizationId, known))
    if (await isGone(tx, { server, identity })) return null
  const row = await giveGrant(tx, login, known, now)
  await tx
    .update(clients)
    .set({ firstTokenAt: now })
    .where(and(eq(clients.id, client.id), isNull(clients.firstTokenAt)))
  return toGrant(row)
}

/**
 * The grant that a client has of a user by assertions: one, and of one login. What came by another login of the same user
 * ends, so that it ends with that login and with no other.
 */
async function giveGrant(tx: Transaction, login: AssertedLogin, { userId, identityId }: Known, now: Date) {
  const { server, client, scope } = login
  const told = {
    scope,
    claims: storable(login.claims),
    userClaims: storable(login.userClaims ?? null),
    authTime: login.identity.authTime ?? null,
    network: login.network ?? null,
  }
  const { id: serverId, organizationId } = server
  const ties = { serverId, clientRowId: client.id, userId, kind: 'assertion' } as const
  const upsert = () =>
    tx
      .insert(grants)
      .values({
        ...{ id: newId(), organizationId, ...ties, identityId, clientId: client.clientId, createdAt: now },
        ...told,
      })
      .onConflictDoUpdate({
        target: [grants.serverId, grants.clientRowId, grants.userId],
        targetWhere: sql`kind = 'assertion' and revoked_at is null`,
        set: told,
        setWhere: sql`${grants.identityId} is not distinct from excluded.identity_id`,
      })
      .returning(grantColumns)
  const [row] = await upsert()
  if (row) return row
  const ofAnother = and(
    eq(grants.serverId, serverId),
    eq(grants.clientRowId, client.id),
    eq(grants.userId, userId),
    eq(grants.kind, 'assertion'),
  )
  await endGrantsIn(tx, ofAnother, { reason: 'revoked_by_client', at: now })
  const [another] = await upsert()
  // Of two logins at the same moment, one comes again.
  if (!another) throw new StoreUnavailable('postgres')
  return another
}

/** Whether the provider that the server's users log in at, and who vouches for this one, has deprovisioned them. */
async function isGone(
  tx: Transaction,
  { server, identity }: Pick<AssertedLogin, 'server' | 'identity'>,
): Promise<boolean> {
  const [connection] = await tx
    .select({ id: connections.id, settings: connections.settings })
    .from(connections)
    .where(eq(connections.id, server.connectionId))
    .for('share')
  if (!connection || !namesUsers(connection.settings, identity.identitySource)) return false
  const [row] = await tx.execute<{ out: boolean }>(sql`select ${isKeptOut(connection, identity)} as out`)
  return row?.out === true
}

type Known = { readonly userId: string; readonly identityId: string | null }

/** An assertion is for one purpose and says less than a login: what it leaves out stays. */
async function knowUser(
  tx: Transaction,
  organizationId: string,
  { identitySource, subject, email, emailVerified, name }: Identity,
  now: Date,
): Promise<Known | null> {
  const told = {
    ...(email !== undefined && { email, emailVerified: emailVerified === true }),
    ...(name !== undefined && { name }),
    lastLoginAt: now,
  }
  const [user] = await tx
    .insert(users)
    .values({ id: newId(), organizationId, identitySource, subject, createdAt: now, ...told })
    .onConflictDoUpdate({
      target: [users.organizationId, users.identitySource, users.subject],
      set: told,
      setWhere: isNull(users.blockedAt),
    })
    .returning({ id: users.id, linkedTo: users.linkedTo })
  if (!user?.linkedTo) return user ? { userId: user.id, identityId: null } : null
  if ((await holdLinkedUser(tx, user.linkedTo, now)).isBlocked) return null
  return { userId: user.linkedTo, identityId: user.id }
}

/** The other logins of a user, as their providers named them last. */
async function otherIdentities(
  tx: Transaction,
  organizationId: string,
  { userId, identityId }: Known,
): Promise<readonly Identity[]> {
  const logins = await tx
    .select()
    .from(users)
    .where(
      and(
        eq(users.organizationId, organizationId),
        or(eq(users.id, userId), eq(users.linkedTo, userId)),
        ne(users.id, identityId ?? userId),
      ),
    )
  return logins.map(identityOfUser)
}
