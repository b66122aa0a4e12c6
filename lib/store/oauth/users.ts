import { eq } from 'drizzle-orm'
import type { ProvenIdentity } from '@/drizzle/schema/link-ceremonies'
import { users } from '@/drizzle/schema/organizations'
import type { Identity } from '@/lib/oauth/model'
import type { Users } from '@/lib/oauth/ports/ports'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { knownLogins } from '@/lib/store/provisioning/known-logins'

/** End users in Postgres; logins write them, see `logins.ts`. */
export function userStore(db: Database): Users {
  return guarded({
    async find(id) {
      const { email, emailVerified, name } = users
      const [row] = await db
        .select({ id: users.id, email, emailVerified, name })
        .from(users)
        .where(eq(users.id, id))
      return row ? omitNullish(row) : null
    },
    loginsAt: (connectionId, asserted) => knownLogins(db, connectionId, asserted),
  } satisfies Users)
}

/** As a login would say it. */
export const asIdentity = ({ objectId, ...identity }: ProvenIdentity): Identity => ({
  ...identity,
  claims: objectId === undefined ? {} : { oid: objectId },
})

/** As their provider named a user at the last login. */
export function identityOfUser(user: typeof users.$inferSelect): Identity {
  const { identitySource, subject, email, emailVerified, name, objectId } = user
  return asIdentity({ identitySource, subject, emailVerified, ...omitNullish({ email, name, objectId }) })
}

/** Whose login this is: the user, or the one that it is linked to. */
export async function holdLinkedUser(
  tx: Transaction,
  linkedTo: string,
  now: Date,
): Promise<{ readonly isBlocked: boolean }> {
  const [user] = await tx
    .update(users)
    .set({ lastLoginAt: now })
    .where(eq(users.id, linkedTo))
    .returning({ blockedAt: users.blockedAt })
  return { isBlocked: user?.blockedAt !== null }
}
