import type { Client, Server } from '../model'
import type { Ports } from '../ports'

/** Longer ids are not looked up: no client has one. */
const MAX_CLIENT_ID_LENGTH = 2048

/** The client with this `client_id` at this server, whichever way it is known; null when there is none. */
export async function findClient(server: Server, clientId: string, ports: Ports): Promise<Client | null> {
  if (clientId.length > MAX_CLIENT_ID_LENGTH || clientId.includes('\0')) return null
  return ports.clients.find(server.id, clientId)
}
