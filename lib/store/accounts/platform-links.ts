import { and, eq, gt } from 'drizzle-orm'
import { platformAccounts, platformSessions, platformUsers } from '@/drizzle/schema/platform-accounts'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Maker, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { linkColumns, type PlatformUser, platformUserColumns, type StoredLink } from './platform-users'

/** Links with which people choose their passwords, by their hashes. */
export function platformLinkStore(db: Database) {
  return guarded({
    /**
     * Makes the link that was good before useless.
     *
     * @param maker asked for anew, as of the organization
     * @returns `forbidden`: the maker's role does not allow it any more; `gone`: there is no such person any more
     */
    setLink: (
      { id, organizationId }: { readonly id: string; readonly organizationId: string },
      link: StoredLink,
      audit: readonly AuditEntry[],
      maker: Maker | undefined,
    ): Promise<'set' | 'forbidden' | 'gone'> =>
      transactInTime(db, async (tx) => {
        if (!(await mayStillMake(tx, organizationId, maker))) return 'forbidden'
        const isThis = eq(platformUsers.id, id)
        const set = await tx
          .update(platformUsers)
          .set(linkColumns(link))
          .where(isThis)
          .returning({ id: platformUsers.id })
        if (set.length === 0) return 'gone'
        await appendToAuditLog(tx, audit)
        return 'set'
      }),

    async findByLink(hash: string, now: Date): Promise<PlatformUser | null> {
      const [row] = await db
        .select(platformUserColumns)
        .from(platformUsers)
        .where(and(eq(platformUsers.linkHash, hash), gt(platformUsers.linkExpiresAt, now)))
      return row ?? null
    },

    /**
     * Takes the link, once, for the hash of a password, and ends what was signed in with the one before: all of it, or
     * the link is as good as it was. Of several at the same time one gets the user. The first statement changes a column
     * that is unique, so that a session that is begun meanwhile waits for its end.
     */
    takeLink: (hash: string, password: string, now: Date): Promise<PlatformUser | null> =>
      transactInTime(db, async (tx) => {
        const [user] = await tx
          .update(platformUsers)
          .set({ linkHash: null, linkExpiresAt: null, linkCreatedById: null })
          .where(and(eq(platformUsers.linkHash, hash), gt(platformUsers.linkExpiresAt, now)))
          .returning(platformUserColumns)
        if (!user) return null
        const userId = user.id
        await tx.delete(platformSessions).where(eq(platformSessions.userId, userId))
        await tx.delete(platformAccounts).where(eq(platformAccounts.userId, userId))
        const account = { id: userId, accountId: userId, providerId: 'credential', userId, password }
        await tx.insert(platformAccounts).values(account)
        return user
      }),
  })
}
