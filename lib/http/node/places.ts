import type { IncomingMessage } from 'node:http'

/** What takes the place of a request away, among those that are worked on. */
const leaving = new WeakMap<IncomingMessage, () => void>()

export const holdsPlace = (request: IncomingMessage, leave: () => void): void =>
  void leaving.set(request, leave)

/** Gives the place up of a request that only waits, and costs nothing but its connection. Decision 0148. */
export const givePlaceUp = (request: IncomingMessage): void => leaving.get(request)?.()
