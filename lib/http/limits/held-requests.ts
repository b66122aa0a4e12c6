import { processOnce } from '@/lib/process-once'
import { addressIn, networksOf } from '../client-address'
import type { HttpRequest } from '../http-handler'
import { hasHungUp, isIncoming } from '../node/messages'
import { givePlaceUp } from '../node/places'
import { underWay } from './under-way'

/** Requests that a process holds at a time: all of them, those about one server, and those of one address. */
export const HELD = { all: 512, server: 128, address: 32 } as const

/** How many times that of an address its wider networks may hold. */
const WIDER = [1, 2, 4] as const

const ofNetworks = (most: typeof HELD) => ({
  ...{ all: most.all, server: most.server },
  ...{ width0: most.address, width1: most.address * WIDER[1], width2: most.address * WIDER[2] },
})

const held = processOnce('held requests', () => ({
  places: underWay(ofNetworks(HELD)),
  count: 0,
  /** What lets each of those go that wait now. */
  waiting: new Set<() => void>(),
  isOver: false,
}))

const NO_PLACE = new Error('too many requests are held')

/** How many requests are held. */
export const heldRequests = (): number => held.count

/** Answers all that are held at once, and holds no more: the process stops. */
export function endHeldRequests(): void {
  held.isOver = true
  for (const goOn of held.waiting) goOn()
}

/**
 * Waits for so many milliseconds.
 *
 * @returns false, maybe sooner, where the client is gone or the process stops
 */
export type Pause = (milliseconds: number) => Promise<boolean>

/**
 * Does work that waits for something new before a request is answered. It has no place among the requests that are
 * worked on, and nothing of ours but memory, a timer and the client's own connection. Where a request costs more than
 * that, such as in Next's router or in a function, it is not held. Decision 0148.
 *
 * @param server whose news it waits for
 * @returns null, at once, where the request is not held
 */
export async function hold<T>(
  request: HttpRequest,
  server: string,
  work: (pause: Pause) => Promise<T>,
): Promise<T | null> {
  if (!isIncoming(request) || held.isOver) return null
  const [width0, width1, width2] = networksOf(addressIn(request.headers))
  const networks = { ...(width0 && { width0 }), ...(width1 && { width1 }), ...(width2 && { width2 }) }
  const waiting = async () => {
    givePlaceUp(request.message)
    held.count += 1
    try {
      return await work((milliseconds) => pause(milliseconds, request))
    } finally {
      held.count -= 1
    }
  }
  const worked = held.places({ all: '', server, ...networks }, () => NO_PLACE, waiting)
  return worked.catch((error: unknown) => {
    if (error === NO_PLACE) return null
    throw error
  })
}

function pause(milliseconds: number, request: HttpRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const goOn = () => {
      clearTimeout(timer)
      held.waiting.delete(goOn)
      resolve(!held.isOver && !hasHungUp(request))
    }
    const timer = setTimeout(goOn, milliseconds)
    held.waiting.add(goOn)
  })
}

/**
 * How long a client is willing to wait for its answer (RFC 7240 §4.3).
 *
 * @param most seconds that it is held at the most
 * @returns seconds; 0 where it does not say so
 */
export function preferredWait({ headers }: HttpRequest, most: number): number {
  const [, seconds = '0'] =
    /(?:^|,)\s*wait\s*=\s*"?(\d+)"?\s*(?:[,;]|$)/i.exec(headers.get('prefer') ?? '') ?? []
  return Math.min(Number(seconds), most)
}
