/** What a provisioning client does with groups (RFC 7644 §3): kept as it says, for rules to read. */
import { providerEntry } from '@/lib/oauth/flow/end-departed'
import {
  type GroupFilter,
  type GroupMember,
  type MemberChange,
  type ProvisionedGroup,
  provisionedGroupStore,
  type StoredGroup,
} from '@/lib/store/provisioning/groups'
import { byName, type Equality, plain, readFilter, unsupported } from './filter'
import { isObject, keyOf, type Members, type Operation, readOperations } from './patch'
import { type Call, found, page, tooMany } from './resources'
import { invalidValue, ScimError } from './scim-error'
import { nameIn } from './user-resource'

export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** Of a page with members. */
const MAX_WITH_MEMBERS = 20

/** RFC 7644 §3.9. */
const leavesMembersOut = (query: URLSearchParams): boolean =>
  (query.get('excludedAttributes') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .includes('members')

export async function listGroups({ connection, services, query, base }: Call) {
  const filter = query.get('filter')
  const withMembers = !leavesMembersOut(query)
  const { offset, limit, listOf } = page(query, withMembers ? MAX_WITH_MEMBERS : undefined)
  const store = provisionedGroupStore(services.db)
  const conditions = groupFilter(filter === null ? [] : readFilter(filter))
  const { total, rows } = await store.list(connection.id, conditions, { offset, limit })
  const members = withMembers ? await store.members(rows.map(({ id }) => id)) : undefined
  return listOf(
    total,
    rows.map((row) => groupResource(row, members && (members.get(row.id) ?? []), base)),
  )
}

export async function readOneGroup({ connection, services, base, query }: Call, id: string) {
  const store = provisionedGroupStore(services.db)
  const group = found(await store.find(connection.id, id))
  if (leavesMembersOut(query)) return groupResource(group, undefined, base)
  return groupResource(group, (await store.members([id])).get(id) ?? [], base)
}

export async function createGroup(call: Call) {
  const { connection, services, query, base } = call
  const { members, ...group } = readGroup(await call.body())
  const store = provisionedGroupStore(services.db, services.most?.groups)
  const made = await store.create(connection.id, group, members ?? [], services.ports.clock(), (row) => [
    entry(call, 'created', row),
  ])
  if (made === 'too_many') throw tooMany()
  return groupResource(made.group, leavesMembersOut(query) ? undefined : made.members, base)
}

export async function replaceGroup(call: Call, id: string) {
  const { members = [], ...group } = readGroup(await call.body())
  await change(call, id, { ...group, members: [{ kind: 'set', ids: members }] })
  return readOneGroup(call, id)
}

/** Answered without the group, which may be large (RFC 7644 §3.5.2). */
export async function patchGroup(call: Call, id: string): Promise<void> {
  const changes = readOperations(await call.body()).map(changeOf)
  const members = changes.flatMap((one) => one.members ?? [])
  await change(call, id, {
    ...Object.assign({}, ...changes.map(({ members: _, ...group }) => group)),
    members,
  })
}

export async function deleteGroup(call: Call, id: string): Promise<void> {
  const { connection, services } = call
  found(
    await provisionedGroupStore(services.db).remove(connection.id, id, (group) => [
      entry(call, 'deleted', group),
    ]),
  )
}

async function change(
  call: Call,
  id: string,
  changes: Partial<ProvisionedGroup> & { readonly members: readonly MemberChange[] },
): Promise<void> {
  const { connection, services } = call
  const audit = (group: StoredGroup) => [entry(call, 'updated', group)]
  const at = services.ports.clock()
  found(await provisionedGroupStore(services.db).change(connection.id, id, at, changes, audit))
}

const ONE_MEMBER =
  /^(?:urn:ietf:params:scim:schemas:core:2\.0:Group:)?members\[\s*value\s+eq\s+"([^"]+)"\s*\]$/i

type GroupChange = Partial<ProvisionedGroup> & { readonly members?: readonly MemberChange[] }

/** One operation; what a group has beside its name and members is passed over. */
function changeOf({ op, path, value }: Operation): GroupChange {
  if (path === undefined) {
    const { members, ...group } = readMembers(isObject(value) ? value : {})
    return { ...group, ...(members && { members: [{ kind: op === 'add' ? 'add' : 'set', ids: members }] }) }
  }
  // Without a filter it would mean all members: one that is not understood is refused.
  if (path.includes('[')) {
    const one = ONE_MEMBER.exec(path)?.[1]
    if (one === undefined || op !== 'remove')
      throw new ScimError(400, 'members can be added, and removed by their value', 'invalidPath')
    return { members: [{ kind: 'remove', ids: [one] }] }
  }
  const attribute = plain(path)
  if (attribute === 'members') return { members: [memberChange(op, value)] }
  if (op === 'remove') return attribute === 'externalid' ? { externalId: null } : {}
  const { members: _, ...group } = readMembers({ [attribute]: value })
  return group
}

function memberChange(op: Operation['op'], value: unknown): MemberChange {
  if (op === 'remove')
    return value === undefined || value === null
      ? { kind: 'set', ids: [] }
      : { kind: 'remove', ids: memberIds(value) }
  return { kind: op === 'add' ? 'add' : 'set', ids: memberIds(value) }
}

type GroupMembers = Partial<ProvisionedGroup> & { readonly members?: readonly string[] }

/** What is named of a group. @throws ScimError `invalidValue` */
function readMembers(resource: Members): GroupMembers {
  const member = (name: string): unknown => resource[keyOf(resource, name)]
  const displayName = nameIn(member('displayName'), 'displayName')
  const externalId = nameIn(member('externalId'), 'externalId')
  const members = member('members')
  return {
    ...(displayName !== null && { displayName }),
    ...(externalId !== null && { externalId }),
    ...(members !== undefined && { members: memberIds(members) }),
  }
}

function readGroup(resource: unknown): ProvisionedGroup & { readonly members?: readonly string[] } {
  if (!isObject(resource)) throw invalidValue('a group is a JSON object')
  const { displayName, ...group } = readMembers(resource)
  if (displayName === undefined) throw invalidValue('displayName is missing')
  return { externalId: null, ...group, displayName }
}

/** @throws ScimError `invalidValue` */
function memberIds(value: unknown): readonly string[] {
  const items: readonly unknown[] = [value ?? []].flat()
  return items.map((item) => {
    const id = isObject(item) ? item.value : item
    if (typeof id !== 'string' || /[\p{Cc}\p{Cs}]/u.test(id)) throw invalidValue('a member needs a value')
    return id
  })
}

const FILTERS: Readonly<Record<string, keyof GroupFilter>> = {
  displayname: 'displayName',
  externalid: 'externalId',
  id: 'id',
  members: 'member',
  'members.value': 'member',
}

/** @throws ScimError `invalidFilter` */
function groupFilter(conditions: readonly Equality[]): GroupFilter {
  return Object.fromEntries(
    byName(
      conditions.map(({ attribute, value }) => {
        const name = FILTERS[attribute]
        if (!name) throw unsupported()
        return [name, String(value)]
      }),
    ),
  )
}

function groupResource(
  { id, displayName, externalId, createdAt, updatedAt }: StoredGroup,
  members: readonly GroupMember[] | undefined,
  base: string,
) {
  return {
    schemas: [GROUP],
    id,
    ...(externalId !== null && { externalId }),
    displayName,
    ...(members && {
      members: members.map((member) => ({
        value: member.id,
        display: member.userName,
        type: 'User',
        $ref: `${base}/Users/${member.id}`,
      })),
    }),
    meta: {
      resourceType: 'Group',
      created: createdAt.toISOString(),
      lastModified: updatedAt.toISOString(),
      location: `${base}/Groups/${id}`,
    },
  }
}

function entry({ connection, services }: Call, deed: string, { id, displayName }: StoredGroup) {
  return providerEntry(connection, services.ports.clock(), {
    action: `provisioned_group.${deed}`,
    targetKind: 'provisioned_group',
    targetId: id,
    targetName: displayName,
    detail: {},
  })
}
