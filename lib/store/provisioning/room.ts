import { boundedMap } from '@/lib/bounded-map'
import { processOnce } from '@/lib/process-once'

/** Rows that a process makes at most until it counts again. */
const MOST_AT_ONCE = 1_000

/** Milliseconds for which what was full is not counted again. */
const FULL_FOR = 10_000

type Room = { left: number; readonly fullUntil: number }

const rooms = processOnce('provisioning-rooms', () => boundedMap<Room>(10_000))

/**
 * Takes room for one more row, without counting hundreds of thousands for each: a process counts them, makes a hundredth
 * of what is left, and counts again. So each process may be wrong by so many.
 *
 * @param of whose rows they are; unique in the installation
 * @param most how many there may be
 * @returns whether there is any
 */
export async function takeRoom(
  of: string,
  most: number,
  now: Date,
  count: () => Promise<number>,
): Promise<boolean> {
  const name = `${of} ${most}`
  const known = rooms.get(name)
  if (known && known.left > 0) {
    known.left--
    return true
  }
  if (known && known.fullUntil > now.getTime()) return false
  const left = Math.max(0, most - (await count()))
  const taken = Math.min(MOST_AT_ONCE, Math.ceil(left / 100))
  rooms.set(name, { left: taken - 1, fullUntil: taken > 0 ? 0 : now.getTime() + FULL_FOR })
  return taken > 0
}
