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

/** For a statement that spends something: the versions of a remembered server and client, if they are remembered. */
export function rememberedVersions(
  server: Server,
  client: Client,
): { readonly remembered?: RememberedVersions } {
  if (server.version === undefined || client.version === undefined) return {}
  return { remembered: { server: server.version, client: client.version } }
}
