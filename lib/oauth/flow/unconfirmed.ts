import type { Client, Server } from '../model'
import type { RememberedVersions } from '../ports/tokens'

/** An attempt from memory did not succeed: what was remembered may be out of date, so nothing is known yet. */
export class Unconfirmed extends Error {
  constructor() {
    super('to be handled again with rows that are read for it')
    this.name = 'Unconfirmed'
  }
}

/**
 * Stands before whatever an attempt from memory must not do: refuse, end a grant, record an event. Decision 0052.
 *
 * @throws Unconfirmed when the server is a remembered one
 */
export function requireFresh(server: Server): void {
  if (server.version !== undefined) throw new Unconfirmed()
}

/**
 * For a statement that spends something: the versions of a remembered server and client; undefined when both were just
 * read.
 *
 * @throws Unconfirmed when only the server is remembered
 */
export function rememberedVersions(server: Server, client: Client): RememberedVersions | undefined {
  if (client.version === undefined) requireFresh(server)
  if (server.version === undefined || client.version === undefined) return
  return { server: server.version, client: client.version }
}
