import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { connections, type users } from '@/drizzle/schema/organizations'
import { provisionedGroups, provisionedMembers, provisionedUsers } from '@/drizzle/schema/provisioning'
import type { Transaction } from '@/lib/store/database/database'
import { namesUsers, provisionedAs } from '@/lib/store/departures/kept-out'
import { identityOfUser } from '@/lib/store/oauth/users'

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
  const found: string[] = []
  for (const connection of names) {
    const rows = provisionedAs(connection, identityOfUser(user))
    if (rows)
      found.push(...(await tx.execute<{ id: string }>(sql`select known.id from ${rows}`)).map(({ id }) => id))
  }
  return found
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
