import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { connections, type users } from '@/drizzle/schema/organizations'
import { provisionedGroups, provisionedMembers, provisionedUsers } from '@/drizzle/schema/provisioning'
import type { Transaction } from '@/lib/store/database/database'
import { namesUsers } from '@/lib/store/departures/kept-out'

type User = typeof users.$inferSelect

/** What identity providers have provisioned of an end user, those included that were deleted: ids of its rows. */
export async function provisionedIds(tx: Transaction, user: User): Promise<readonly string[]> {
  const own = await tx
    .select({ id: connections.id, settings: connections.settings })
    .from(connections)
    .where(eq(connections.organizationId, user.organizationId))
  const names = own.filter(
    ({ id, settings }) =>
      user.identitySource === `connection:${id}` || namesUsers(settings, user.identitySource),
  )
  const found = await Promise.all(names.map(({ id, settings }) => rowsOf(tx, id, settings.scimMatch, user)))
  return found.flat().map(({ id }) => id)
}

/** As logins find them: `isKeptOut`. */
async function rowsOf(tx: Transaction, connectionId: string, match: unknown, user: User) {
  const { subject, objectId, email, emailVerified } = user
  if (match === 'email' && (email === null || !emailVerified)) return []
  const fits =
    match === 'user_name'
      ? eq(provisionedUsers.userName, subject)
      : match === 'email'
        ? eq(provisionedUsers.email, (email ?? '').toLowerCase())
        : inArray(provisionedUsers.account, objectId === null ? [subject] : [subject, objectId])
  return tx
    .select({ id: provisionedUsers.id })
    .from(provisionedUsers)
    .where(and(eq(provisionedUsers.connectionId, connectionId), fits))
}

/** With the names of their groups. */
export async function readProvisioned(tx: Transaction, ids: readonly string[]) {
  if (ids.length === 0) return []
  const { id } = provisionedUsers
  return tx
    .select({
      ...provisionedColumns,
      groups: sql<readonly string[]>`coalesce((select jsonb_agg(${provisionedGroups.displayName})
        from ${provisionedMembers} join ${provisionedGroups} on ${provisionedGroups.id} = ${provisionedMembers.groupId}
        where ${provisionedMembers.userId} = ${id}), '[]')`,
    })
    .from(provisionedUsers)
    .where(inArray(id, [...ids]))
    .orderBy(id)
}

/** What is left of users whom their provider has deleted. Others are the provider's, and would come again. */
export async function eraseDeprovisioned(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .delete(provisionedUsers)
    .where(and(inArray(provisionedUsers.id, [...ids]), isNotNull(provisionedUsers.deletedAt)))
}

const provisionedColumns = {
  connection: provisionedUsers.connectionId,
  userName: provisionedUsers.userName,
  externalId: provisionedUsers.externalId,
  email: provisionedUsers.email,
  active: provisionedUsers.active,
  attributes: provisionedUsers.attributes,
  createdAt: provisionedUsers.createdAt,
  updatedAt: provisionedUsers.updatedAt,
  deletedAt: provisionedUsers.deletedAt,
}
