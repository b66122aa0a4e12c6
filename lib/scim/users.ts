/** What a provisioning client does with users (RFC 7644 §3). Who becomes inactive, or is deleted, loses everything. */
import { endDeparted, providerEntry } from '@/lib/oauth/flow/end-departed'
import type { UpstreamName } from '@/lib/oauth/ports/departures'
import { type ProvisionedUser, provisionedUserStore, type StoredUser } from '@/lib/store/provisioning/users'
import { readFilter } from './filter'
import { patched, readOperations } from './patch'
import { type Call, found, isSame, page, taken, tooMany } from './resources'
import { patchable, readUser, userFilter, userResource } from './user-resource'

export async function listUsers({ connection, services, query, base }: Call) {
  const filter = query.get('filter')
  const { offset, limit, ...asked } = page(query)
  const conditions = userFilter(filter === null ? [] : readFilter(filter))
  const { total, rows } = await provisionedUserStore(services.db).list(connection.id, conditions, {
    offset,
    limit,
  })
  return asked.listOf(
    total,
    rows.map((row) => userResource(row, base)),
  )
}

export async function readOneUser({ connection, services, base }: Call, id: string) {
  return userResource(found(await provisionedUserStore(services.db).find(connection.id, id)), base)
}

/** One who is created inactive loses access, too. */
export async function createUser(call: Call) {
  const { connection, services, base } = call
  const user = readUser(await call.body())
  const audit = (made: StoredUser) => [entry(call, 'created', made)]
  const made = await provisionedUserStore(services.db, services.most?.users).create(
    connection.id,
    user,
    services.ports.clock(),
    audit,
  )
  if (made === 'taken') {
    await endLeft(call, user)
    throw taken('userName')
  }
  if (made === 'too_many') throw tooMany()
  if (!made.active) await endAccess(call, made)
  return userResource(made, base)
}

export async function replaceUser(call: Call, id: string) {
  const body = await call.body()
  return change(call, id, (before) => readUser(body, before))
}

export async function patchUser(call: Call, id: string) {
  const operations = readOperations(await call.body())
  return change(call, id, (before) => readUser(patched(patchable(before), operations), before))
}

export async function deleteUser(call: Call, id: string): Promise<void> {
  const { connection, services } = call
  const at = services.ports.clock()
  const audit = (user: StoredUser) => [entry(call, 'deleted', user)]
  const removed = found(await provisionedUserStore(services.db).remove(connection.id, id, at, audit))
  // Also again, as below.
  await endAccess(call, removed.user)
  if (!removed.isNew) found(null)
}

async function change(call: Call, id: string, edit: (before: StoredUser) => ProvisionedUser) {
  const { connection, services, base } = call
  const changed = await provisionedUserStore(services.db).change(
    connection.id,
    id,
    services.ports.clock(),
    edit,
    ({ before, after }) => {
      if (before.active !== after.active)
        return [entry(call, after.active ? 'activated' : 'deactivated', after)]
      return isSame(patchable(before), patchable(after)) ? [] : [entry(call, 'updated', after)]
    },
  )
  if (changed === 'taken') throw taken('userName')
  const { before, after } = found(changed)
  // Also again: of an earlier attempt, something may be left.
  if (!after.active)
    for (const user of before.account === after.account ? [after] : [before, after])
      await endAccess(call, user)
  return userResource(after, base)
}

/** Of an earlier attempt to create a user who is inactive, something may be left. */
async function endLeft(call: Call, { userName }: ProvisionedUser): Promise<void> {
  const { connection, services } = call
  const inactive = { userName, active: false }
  const { rows } = await provisionedUserStore(services.db).list(connection.id, inactive, {
    offset: 0,
    limit: 1,
  })
  for (const user of rows) await endAccess(call, user)
}

/**
 * Ends what the user has through the connection. In this order: once they are inactive no login completes, and what
 * completed before is there to be ended. Decision 0086.
 */
async function endAccess({ connection, services: { ports } }: Call, user: ProvisionedUser): Promise<void> {
  const who = meant(connection.match, user)
  if (!who) return
  const detail = { channel: 'scim', userName: user.userName }
  await endDeparted(
    {
      connection,
      who,
      at: ports.clock(),
      reason: 'provider_deprovisioned',
      action: 'user.deprovisioned',
      detail,
    },
    ports,
  )
}

function meant(match: Call['connection']['match'], user: ProvisionedUser): UpstreamName | null {
  if (match === 'user_name') return { subject: user.userName }
  if (match === 'email') return user.email === null ? null : { email: user.email }
  return { account: user.account }
}

function entry(
  { connection, services }: Call,
  deed: string,
  { id, userName, externalId, active }: StoredUser,
) {
  return providerEntry(connection, services.ports.clock(), {
    action: `provisioned_user.${deed}`,
    targetKind: 'provisioned_user',
    targetId: id,
    targetName: userName,
    detail: { active, ...(externalId !== null && { externalId }) },
  })
}
