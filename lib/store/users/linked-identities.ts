import { and, eq, gt, isNotNull, sql } from 'drizzle-orm'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { grants } from '@/drizzle/schema/grants'
import { linkCeremonies, type ProvenIdentity } from '@/drizzle/schema/link-ceremonies'
import { connections, users } from '@/drizzle/schema/organizations'
import type { Ending } from '@/lib/oauth/ports/tokens'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { transactInTime } from '@/lib/store/database/in-time'
import { isKeptOut } from '@/lib/store/departures/kept-out'
import { endGrantsIn } from '@/lib/store/oauth/grant-endings'
import { asIdentity } from '@/lib/store/oauth/users'

/** Another login of a user. */
export type LinkedIdentity = {
  readonly id: string
  readonly email: string | null
  readonly name: string | null
  readonly identitySource: string
  readonly subject: string
  readonly linkedAt: Date | null
}

/**
 * Why two logins are not linked. `over`: there is no such ceremony, or not any more. `same`: it is the user's own.
 * `taken`: it is another user's, or has logins linked to it itself. `kept_out`: the operator has blocked one of them, or
 * its provider has deprovisioned it.
 */
export type LinkRefusal = 'over' | 'same' | 'taken' | 'kept_out'

export type LinkOutcome = 'linked' | LinkRefusal

type Whose = { readonly organizationId: string; readonly userId: string }

/** Logins that lead to one user, in Postgres. Decision 0133. */
export function linkedIdentityStore(db: Database) {
  return guarded({
    /** Who comes by this identity; null where nobody has. */
    async userOf(organizationId: string, { identitySource, subject }: ProvenIdentity) {
      const [row] = await db
        .select({ id: sql<string>`coalesce(${users.linkedTo}, ${users.id})` })
        .from(users)
        .where(
          and(
            eq(users.organizationId, organizationId),
            eq(users.identitySource, identitySource),
            eq(users.subject, subject),
          ),
        )
      return row?.id ?? null
    },

    list: ({ organizationId, userId }: Whose): Promise<readonly LinkedIdentity[]> =>
      db
        .select({
          id: users.id,
          email: users.email,
          name: users.name,
          identitySource: users.identitySource,
          subject: users.subject,
          linkedAt: users.linkedAt,
        })
        .from(users)
        .where(and(eq(users.organizationId, organizationId), eq(users.linkedTo, userId)))
        .orderBy(users.linkedAt),

    /**
     * Takes the ceremony, and makes its other identity a login of its user: what was given to it as a user of its own
     * ends. The ceremony is over, whatever comes of it.
     *
     * @param answerHash of what the browser was given that proved both logins
     * @param audit the entry that records it
     */
    link: (
      answerHash: string,
      sessionHash: string,
      at: Date,
      audit: (linked: { readonly id: string; readonly grants: number }) => AuditEntry,
    ): Promise<LinkOutcome> => transactInTime(db, (tx) => link(tx, { answerHash, sessionHash }, at, audit)),

    /**
     * Makes a linked identity a user of its own again. What came by it ends, and the user is forgotten in every browser.
     *
     * @returns how many grants ended; null when it is none of theirs
     */
    unlink: (
      { organizationId, userId }: Whose,
      id: string,
      ending: Pick<Ending, 'reason' | 'at'>,
      audit: (grants: number) => AuditEntry,
    ): Promise<number | null> =>
      transactInTime(db, async (tx) => {
        const [gone] = await tx
          .update(users)
          .set({ linkedTo: null, linkedAt: null })
          .where(and(eq(users.organizationId, organizationId), eq(users.id, id), eq(users.linkedTo, userId)))
          .returning({ id: users.id })
        if (!gone) return null
        const ofUser = and(eq(grants.organizationId, organizationId), eq(grants.userId, userId))
        const byIt = and(ofUser, eq(grants.identityId, id))
        const ended = await endGrantsIn(tx, byIt, ending)
        // It is another person's now, as far as that is known: an erasure of either leaves nothing of the other.
        await tx.update(grants).set({ claims: {}, userClaims: null }).where(byIt)
        await forgetBrowsers(tx, { organizationId, userId })
        await appendToAuditLog(tx, [audit(ended.length)])
        return ended.length
      }),
  })
}

const forgetBrowsers = (tx: Transaction, { organizationId, userId }: Whose) =>
  tx
    .delete(browserSessions)
    .where(and(eq(browserSessions.organizationId, organizationId), eq(browserSessions.userId, userId)))

async function link(
  tx: Transaction,
  { answerHash, sessionHash }: { readonly answerHash: string; readonly sessionHash: string },
  at: Date,
  audit: (linked: { readonly id: string; readonly grants: number }) => AuditEntry,
): Promise<LinkOutcome> {
  const [ceremony] = await tx
    .delete(linkCeremonies)
    .where(
      and(
        eq(linkCeremonies.stateHash, answerHash),
        eq(linkCeremonies.sessionHash, sessionHash),
        isNotNull(linkCeremonies.identity),
        gt(linkCeremonies.expiresAt, at),
      ),
    )
    .returning()
  if (!ceremony?.identity) return 'over'
  const { organizationId, userId, identity, otherConnectionId } = ceremony
  const other = await hold(tx, organizationId, identity, at)
  const [user] = await tx
    .select({ linkedTo: users.linkedTo, blockedAt: users.blockedAt })
    .from(users)
    .where(and(eq(users.organizationId, organizationId), eq(users.id, userId)))
    .for('update')
  // Whoever blocks or signs out a user forgets their browsers: then this one may not go on.
  const [session] = await tx.select().from(browserSessions).where(eq(browserSessions.hash, sessionHash))
  if (!user || session?.userId !== userId) return 'over'
  if (other.id === userId) return 'same'
  if (user.linkedTo || (other.linkedTo && other.linkedTo !== userId) || other.leads) return 'taken'
  const isOut = user.blockedAt ?? other.blockedAt ?? (await isGone(tx, otherConnectionId, identity))
  if (isOut) return 'kept_out'
  await tx.update(users).set({ linkedTo: userId, linkedAt: at }).where(eq(users.id, other.id))
  const its = and(eq(grants.organizationId, organizationId), eq(grants.userId, other.id))
  const ended = await endGrantsIn(tx, its, { reason: 'revoked_by_user', at })
  await forgetBrowsers(tx, { organizationId, userId: other.id })
  await appendToAuditLog(tx, [audit({ id: other.id, grants: ended.length })])
  return 'linked'
}

/** The other identity's own row, made where there is none, so that no login by it completes meanwhile. */
async function hold(tx: Transaction, organizationId: string, identity: ProvenIdentity, at: Date) {
  const {
    identitySource,
    subject,
    email = null,
    emailVerified = false,
    name = null,
    objectId = null,
  } = identity
  const told = { email, emailVerified, name, objectId }
  const [row] = await tx
    .insert(users)
    .values({ id: newId(), organizationId, identitySource, subject, createdAt: at, lastLoginAt: at, ...told })
    .onConflictDoUpdate({
      target: [users.organizationId, users.identitySource, users.subject],
      set: told,
    })
    .returning({
      id: users.id,
      linkedTo: users.linkedTo,
      blockedAt: users.blockedAt,
      leads: sql<boolean>`exists (select from users as linked
        where linked.organization_id = users.organization_id and linked.linked_to = users.id)`,
    })
  if (!row) throw new Error('an upsert returned no row')
  return row
}

async function isGone(tx: Transaction, connectionId: string, identity: ProvenIdentity): Promise<boolean> {
  const [connection] = await tx
    .select({ id: connections.id, settings: connections.settings })
    .from(connections)
    .where(eq(connections.id, connectionId))
    .for('share')
  if (!connection) return true
  const [row] = await tx.execute<{ out: boolean }>(
    sql`select ${isKeptOut(connection, asIdentity(identity))} as out`,
  )
  return row?.out === true
}
