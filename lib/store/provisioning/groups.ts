import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { provisionedGroups, provisionedMembers, provisionedUsers } from '@/drizzle/schema/provisioning'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { transactInTime } from '@/lib/store/database/in-time'
import { storable } from '@/lib/store/database/storable'
import { takeRoom } from './room'
import type { Window } from './users'

type Row = typeof provisionedGroups.$inferSelect

/** What the provider says of a group. */
export type ProvisionedGroup = Pick<Row, 'displayName' | 'externalId'>

export type StoredGroup = ProvisionedGroup & Pick<Row, 'id' | 'createdAt' | 'updatedAt'>

export type GroupMember = { readonly id: string; readonly userName: string }

/** What becomes of members; ids of users that the connection does not have are passed over. */
export type MemberChange = { readonly kind: 'add' | 'remove' | 'set'; readonly ids: readonly string[] }

export type GroupFilter = {
  readonly id?: string
  readonly displayName?: string
  readonly externalId?: string
  /** The id of a user. */
  readonly member?: string
}

/** Groups of one connection. */
const MAX_GROUPS = 20_000

type Audit = (group: StoredGroup) => readonly AuditEntry[]

/**
 * Groups that identity providers provision, in Postgres.
 *
 * @param most of one connection
 */
export const provisionedGroupStore = (db: Database, most = MAX_GROUPS) =>
  guarded({ ...reading(db), ...writing(db, most) })

function reading(db: Database) {
  return {
    async list(connectionId: string, filter: GroupFilter, { offset, limit }: Window) {
      const wanted = and(eq(provisionedGroups.connectionId, connectionId), ...conditionsOf(filter))
      const total = await db.$count(provisionedGroups, wanted)
      const rows = await db
        .select()
        .from(provisionedGroups)
        .where(wanted)
        .orderBy(asc(provisionedGroups.createdAt), asc(provisionedGroups.id))
        .offset(offset)
        .limit(limit)
      return { total, rows }
    },

    async find(connectionId: string, id: string): Promise<StoredGroup | null> {
      const [row] = await db.select().from(provisionedGroups).where(isGroup(connectionId, id))
      return row ?? null
    },

    members: (groupIds: readonly string[]) => membersOf(db, groupIds),
  }
}

/** Members of some groups, by the group's id. */
async function membersOf(
  db: Database | Transaction,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupMember[]>> {
  if (groupIds.length === 0) return new Map()
  const rows = await db
    .select({
      group: provisionedMembers.groupId,
      id: provisionedUsers.id,
      userName: provisionedUsers.userName,
    })
    .from(provisionedMembers)
    .innerJoin(provisionedUsers, eq(provisionedUsers.id, provisionedMembers.userId))
    .where(and(inArray(provisionedMembers.groupId, [...groupIds]), isNull(provisionedUsers.deletedAt)))
    .orderBy(asc(provisionedUsers.createdAt), asc(provisionedUsers.id))
  const members = new Map<string, GroupMember[]>()
  for (const { group, ...member } of rows) {
    const known = members.get(group)
    if (known) known.push(member)
    else members.set(group, [member])
  }
  return members
}

function writing(db: Database, most: number) {
  return {
    /** All that is answered comes with it: should reading it fail later, the next try would make another group. */
    create: (
      connectionId: string,
      group: ProvisionedGroup,
      members: readonly string[],
      at: Date,
      audit: Audit,
    ): Promise<{ readonly group: StoredGroup; readonly members: readonly GroupMember[] } | 'too_many'> =>
      transactInTime(db, async (tx) => {
        const ofConnection = eq(provisionedGroups.connectionId, connectionId)
        const count = () => tx.$count(provisionedGroups, ofConnection)
        if (!(await takeRoom(`groups ${connectionId}`, most, at, count))) return 'too_many'
        const values = { ...storable(group), id: newId(), connectionId, createdAt: at, updatedAt: at }
        const [made] = await tx.insert(provisionedGroups).values(values).returning()
        if (!made) throw new Error('an insert returned no row')
        await addMembers(tx, connectionId, made.id, members)
        await appendToAuditLog(tx, audit(made))
        return { group: made, members: (await membersOf(tx, [made.id])).get(made.id) ?? [] }
      }),

    /** @returns null where there is no such group */
    change: (
      connectionId: string,
      id: string,
      at: Date,
      { members, ...set }: Partial<ProvisionedGroup> & { readonly members: readonly MemberChange[] },
      audit: Audit,
    ): Promise<StoredGroup | null> =>
      transactInTime(db, async (tx) => {
        const [group] = await tx
          .update(provisionedGroups)
          .set({ ...storable(set), updatedAt: at })
          .where(isGroup(connectionId, id))
          .returning()
        if (!group) return null
        for (const { kind, ids } of members) {
          if (kind !== 'add') await removeMembers(tx, id, kind === 'remove' ? ids : undefined)
          if (kind !== 'remove') await addMembers(tx, connectionId, id, ids)
        }
        await appendToAuditLog(tx, audit(group))
        return group
      }),

    remove: (connectionId: string, id: string, audit: Audit): Promise<StoredGroup | null> =>
      transactInTime(db, async (tx) => {
        const [group] = await tx.delete(provisionedGroups).where(isGroup(connectionId, id)).returning()
        if (group) await appendToAuditLog(tx, audit(group))
        return group ?? null
      }),
  }
}

const isGroup = (connectionId: string, id: string) =>
  and(eq(provisionedGroups.connectionId, connectionId), eq(provisionedGroups.id, id))

async function addMembers(tx: Transaction, connectionId: string, groupId: string, ids: readonly string[]) {
  if (ids.length === 0) return
  const known = tx
    .select({ groupId: sql<string>`${groupId}`.as('group_id'), userId: provisionedUsers.id })
    .from(provisionedUsers)
    .where(
      and(
        eq(provisionedUsers.connectionId, connectionId),
        isNull(provisionedUsers.deletedAt),
        // One parameter, however many they are.
        sql`${provisionedUsers.id} in (select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`,
      ),
    )
  await tx.insert(provisionedMembers).select(known).onConflictDoNothing()
}

async function removeMembers(tx: Transaction, groupId: string, ids: readonly string[] | undefined) {
  const some =
    ids &&
    sql`${provisionedMembers.userId} in (select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`
  await tx.delete(provisionedMembers).where(and(eq(provisionedMembers.groupId, groupId), some))
}

function conditionsOf({ id, displayName, externalId, member }: GroupFilter): readonly (SQL | undefined)[] {
  return [
    id === undefined ? undefined : eq(provisionedGroups.id, id),
    displayName === undefined ? undefined : eq(provisionedGroups.displayName, displayName),
    externalId === undefined ? undefined : eq(provisionedGroups.externalId, externalId),
    member === undefined
      ? undefined
      : sql`exists (select from ${provisionedMembers} as member
          where member.group_id = ${provisionedGroups.id} and member.user_id = ${member})`,
  ]
}
