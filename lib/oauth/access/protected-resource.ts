import type { Server } from '../model'
import type { Ports } from '../ports/ports'
import { matchesResource } from '../protocol/resource'

export type ProtectedResourcePorts = Pick<Ports, 'servers'>

/**
 * The server whose resource has this URL (RFC 9728 §3). Clients that do not find metadata under the resource's
 * path ask at the root of its origin; that is answered when only one resource lies there.
 *
 * @param path of the resource, `/` for the root; with or without one slash at its end
 */
export async function findProtectedResource(
  origin: string,
  path: string,
  ports: ProtectedResourcePorts,
): Promise<Server | null> {
  const servers = await ports.servers.listByResourceOrigin(origin)
  const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
  for (const spelling of [path, other]) {
    const exact = servers.find((server) => matchesResource(origin + spelling, server))
    if (exact) return exact
  }
  const [only, ...others] = servers
  return path === '/' && only && others.length === 0 ? only : null
}
