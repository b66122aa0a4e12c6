/** Room for registrations, without counting them each time. Decisions 0056 and 0121. */
import { boundedMap } from '@/lib/bounded-map'
import { Unconfirmed } from '@/lib/oauth/flow/unconfirmed'
import type { NewClient, RegistrationRoom } from '@/lib/oauth/ports/clients'
import type { Database } from '@/lib/store/database/database'
import { newId } from '@/lib/store/database/ids'
import { type Count, registerInRoom } from './register'
import {
  addCounts,
  countRegistrations,
  holdCounts,
  REPLACED,
  setCounts,
  takeRoom,
} from './registration-counts'

/** Registrations that an instance takes room for at once: a tenth of a network's share, and so many at most. */
const TAKEN = 32

/** Servers and networks for which an instance keeps such room. */
const KEPT = 10_000

/** Room that this instance has taken, and not given out yet. */
type Taken = { left: number; readonly counts: readonly Count[] }

const wantedOf = ({ share }: RegistrationRoom) => Math.min(TAKEN, Math.ceil(share / 10))

/** What the room of a server and network is counted by. */
const keysOf = (serverId: string, { network }: RegistrationRoom) => ({
  ofServer: serverId,
  ofNetwork: network === undefined ? undefined : `${serverId} ${network}`,
})

/**
 * An instance takes room for several registrations at once, and gives it out from memory. Room that is never used is
 * found again when the registrations are counted: where there seems to be none, and once a day.
 */
export function registrationRooms(db: Database) {
  const kept = boundedMap<Taken>(KEPT)
  const takes = new Map<string, Promise<Taken | null>>()
  const counts = new Map<string, Promise<Date | null>>()

  async function take(name: string, serverId: string, room: RegistrationRoom): Promise<Taken | null> {
    const known = kept.get(name)
    if (known && known.left > 0) return known
    return onceAtATime(takes, name, async () => {
      const taken = await takeMore(db, serverId, room)
      if (taken) kept.set(name, taken)
      return taken
    })
  }

  /** See `Clients.registerWithin`. */
  return async (client: NewClient, room: RegistrationRoom): Promise<Date | null> => {
    const name = `${client.serverId} ${room.network} ${room.quota} ${room.share}`
    for (;;) {
      const taken = await take(name, client.serverId, room)
      if (taken && taken.left > 0) {
        taken.left--
        const registeredAt = await registerInRoom(db, client, taken.counts, room.serverVersion)
        if (registeredAt) return registeredAt
        // Another instance has counted, or the server has changed.
        if (kept.get(name) === taken) kept.delete(name)
        if (room.serverVersion !== undefined) throw new Unconfirmed()
      } else if (taken) continue
      const others = counts.get(name)
      if (!others)
        return onceAtATime(counts, name, () =>
          registerCounted(db, client, room, (more) => kept.set(name, more)),
        )
      if (!(await others)) return null
    }
  }
}

/** Who comes while it is under way gets what comes of it. */
function onceAtATime<T>(underWay: Map<string, Promise<T>>, name: string, work: () => Promise<T>): Promise<T> {
  const known = underWay.get(name)
  if (known) return known
  const begun = work().finally(() => underWay.delete(name))
  underWay.set(name, begun)
  return begun
}

/** Null where there seems to be no room, or nothing was counted yet. */
async function takeMore(db: Database, serverId: string, room: RegistrationRoom): Promise<Taken | null> {
  const { quota, share } = room
  const keys = keysOf(serverId, room)
  const wanted = wantedOf(room)
  const rows = await takeRoom(db, { ...keys, quota, share, wanted })
  const counts = [keys.ofServer, keys.ofNetwork].flatMap((key) => rows.find((row) => row.key === key) ?? [])
  return counts.length === (keys.ofNetwork === undefined ? 1 : 2) ? { left: wanted, counts } : null
}

/**
 * Counts the registrations that wait, has old ones make room where there is none, and registers the client in the same
 * transaction. It holds the counts, as registrations do: so it waits for those under way, and what instances took before
 * is void from then on.
 */
async function registerCounted(
  db: Database,
  client: NewClient,
  room: RegistrationRoom,
  keep: (more: Taken) => void,
): Promise<Date | null> {
  const { ofServer, ofNetwork } = keysOf(client.serverId, room)
  const { quota, share, network, now, replaceable } = room
  const values = { ofServer, ofNetwork, countId: newId(), countedAt: now.toISOString() }
  const outcome = await db.$client.begin(async (transaction) => {
    const tx = { $client: transaction }
    await addCounts(tx, values)
    await holdCounts(tx, values)
    const limits = { ofServer, network, quota, share, replaced: REPLACED }
    const times = { now: values.countedAt, replaceable: replaceable.toISOString() }
    const [found] = await countRegistrations(tx, { ...limits, ...times })
    if (!found) throw new Error('a count returned no row')
    const { unused, own } = found
    const free = Math.min(quota - unused, network === undefined ? quota : share - own)
    const left = Math.max(0, Math.min(free, wantedOf(room)))
    const counts = (await setCounts(tx, { ...values, unused: unused + left, own: own + left })).toSorted(
      ({ key }) => (key === ofServer ? -1 : 1),
    )
    const registeredAt = left > 0 ? await registerInRoom(tx, client, counts, room.serverVersion) : null
    return { registeredAt, more: { left: registeredAt ? left - 1 : left, counts } }
  })
  const { registeredAt, more } = outcome as { readonly registeredAt: Date | null; readonly more: Taken }
  if (more.left > 0) keep(more)
  if (more.left > 0 && !registeredAt) throw new Unconfirmed()
  return registeredAt
}
