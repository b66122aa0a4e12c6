/** Creates or replaces one connection, server or client: for console, API and setup links alike. */
import { NotFound, type OrganizationScope } from '@/lib/access'
import type { Management } from '@/lib/management/management'
import { changeConfiguration, type Edited } from './change-configuration'
import { clientEntry, connectionEntry, refuseOutdated, serverEntry } from './entries'
import type {
  AnyConnection,
  ClientInput,
  ClientSettings,
  ConnectionInput,
  OrganizationSettings,
  ServerInput,
  ServerSettings,
} from './schema/settings'

export type Put = {
  /** Of a connection or server its slug, of a client its id. */
  readonly name: string
  /** False: there was one, which has been replaced. */
  readonly created: boolean
  /** What the change leads to that might not be meant. */
  readonly warnings: readonly string[]
  /** How many grants ended, since their users log in elsewhere now. */
  readonly ended: number
}

/**
 * @param name slug, or what chooses one that is not taken
 * @param edit from what is stored, if anything, to what shall be; what it leaves out gets its default, or is gone
 * @throws Forbidden, NotFound
 * @throws InvalidInput with paths relative to the connection, in wire names: `['client_secret']`; Outdated when it is
 * no longer what the scope expects
 */
export function putConnection(
  scope: OrganizationScope,
  name: string | ((taken: readonly string[]) => string),
  edit: (before: AnyConnection | undefined) => ConnectionInput,
  management: Management,
): Promise<Put> {
  return put(scope, management, (organization) => {
    const slug = typeof name === 'string' ? name : name(organization.connections.map((one) => one.slug))
    const { list, index } = replaced(
      organization.connections,
      (one) => one.slug === slug,
      (before) => {
        const wanted = { ...edit(before), slug }
        refuseOutdated(scope, before && connectionEntry(before), connectionEntry(wanted))
        return wanted
      },
    )
    return { name: slug, organization: { ...organization, connections: list }, at: ['connections', index] }
  })
}

/**
 * @param edit as for {@link putConnection}; its clients stay where it names none
 * @throws Forbidden, NotFound, InvalidInput
 */
export function putServer(
  scope: OrganizationScope,
  slug: string,
  edit: (before: ServerSettings | undefined) => ServerInput,
  management: Management,
): Promise<Put> {
  return put(scope, management, (organization) => {
    const { list, index } = replaced(
      organization.servers,
      (one) => one.slug === slug,
      (before) => {
        const wanted = { clients: before?.clients, ...edit(before), slug }
        refuseOutdated(scope, before && serverEntry(before), serverEntry(wanted))
        return wanted
      },
    )
    return { name: slug, organization: { ...organization, servers: list }, at: ['servers', index] }
  })
}

/**
 * @param edit as for {@link putConnection}
 * @throws Forbidden; NotFound also when there is no such server; InvalidInput
 */
export function putClient(
  scope: OrganizationScope,
  { server: slug, clientId }: { readonly server: string; readonly clientId: string },
  edit: (before: ClientSettings | undefined) => ClientInput,
  management: Management,
): Promise<Put> {
  return put(scope, management, (organization) => {
    const at = organization.servers.findIndex((server) => server.slug === slug)
    const server = organization.servers[at]
    if (!server) throw new NotFound('server')
    const { list, index } = replaced(
      server.clients,
      (one) => one.clientId === clientId,
      (before) => {
        const wanted = { ...edit(before), clientId }
        refuseOutdated(scope, before && clientEntry(before), clientEntry(wanted))
        return wanted
      },
    )
    const servers: readonly ServerInput[] = organization.servers
    const edited = { ...organization, servers: servers.with(at, { ...server, clients: list }) }
    return { name: clientId, organization: edited, at: ['servers', at, 'clients', index] }
  })
}

async function put(
  scope: OrganizationScope,
  management: Management,
  edit: (organization: OrganizationSettings) => Edited & { readonly name: string },
): Promise<Put> {
  let name = ''
  const naming = (organization: OrganizationSettings) => {
    const edited = edit(organization)
    name = edited.name
    return edited
  }
  const { changes, warnings, ended } = await changeConfiguration(scope, naming, management)
  return {
    name,
    created: changes.some(({ action }) => action === 'create'),
    warnings,
    ended: ended.reduce((sum, { number }) => sum + number, 0),
  }
}

/** The same list with one entry replaced, or added at the end. */
function replaced<Settings extends Input, Input>(
  list: readonly Settings[],
  isIt: (settings: Settings) => boolean,
  edit: (before: Settings | undefined) => Input,
): { readonly list: readonly Input[]; readonly index: number } {
  const found = list.findIndex(isIt)
  const index = found < 0 ? list.length : found
  return { list: [...list.slice(0, index), edit(list[found]), ...list.slice(index + 1)], index }
}
