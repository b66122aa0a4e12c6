import { NotFound, type OrganizationScope } from '../access'
import type { Management } from '../management/management'
import {
  changeConfiguration,
  type Entry,
  InvalidInput,
  type OrganizationDocument,
  withEntry,
} from './change-configuration'
import { enteredSecret } from './entered-secret'
import { READ_ONLY } from './entries'
import type { Mistake, Path } from './mistakes'

export type Put = {
  /** False: there was one, which has been replaced. */
  readonly created: boolean
  /** What the change leads to that might not be meant. */
  readonly warnings: readonly string[]
}

/**
 * Creates or replaces a connection. A secret that is left out is kept, unless it would be sent somewhere else from now
 * on.
 *
 * @param body an entry of the configuration file, with the secret itself in `client_secret`
 * @throws Forbidden, NotFound; InvalidInput with paths into the body
 */
export function putConnection(
  scope: OrganizationScope,
  slug: string,
  body: Entry,
  management: Management,
): Promise<Put> {
  const { entry, secrets, keep } = enteredSecret(named(body, 'connection', 'slug', slug), 'client_secret')
  return put(scope, secrets, management, (organization) => {
    const list = organization.connections ?? []
    const before = list.find((other) => other.slug === slug)
    const kept = keep && needsSecret(entry) ? before?.client_secret : undefined
    const connections = withEntry(list, 'slug', withSecret(entry, 'client_secret', kept))
    return { edited: { ...organization, connections }, at: ['connections', indexIn(list, 'slug', slug)] }
  })
}

/**
 * Creates or replaces a server; its clients stay as they are, and so does its secret when it is left out.
 *
 * @param body as for {@link putConnection}, with the secret in `resource_secret`
 * @throws Forbidden, NotFound, InvalidInput
 */
export function putServer(
  scope: OrganizationScope,
  slug: string,
  body: Entry,
  management: Management,
): Promise<Put> {
  const { entry, secrets, keep } = enteredSecret(named(body, 'server', 'slug', slug), 'resource_secret')
  if (entry.clients !== undefined)
    throw new InvalidInput([
      { path: ['clients'], message: 'clients have addresses of their own: put them there' },
    ])
  return put(scope, secrets, management, (organization) => {
    const list = organization.servers ?? []
    const before = list.find((other) => other.slug === slug)
    const kept = withSecret(entry, 'resource_secret', keep ? before?.resource_secret : undefined)
    const servers = withEntry(list, 'slug', withSecret(kept, 'clients', before?.clients))
    return { edited: { ...organization, servers }, at: ['servers', indexIn(list, 'slug', slug)] }
  })
}

/**
 * Creates or replaces a pre-registered client; its secret stays when it is left out.
 *
 * @param body as for {@link putConnection}
 * @throws Forbidden; NotFound also when there is no such server; InvalidInput
 */
export function putClient(
  scope: OrganizationScope,
  { server, clientId }: { readonly server: string; readonly clientId: string },
  body: Entry,
  management: Management,
): Promise<Put> {
  const { entry, secrets, keep } = enteredSecret(
    named(body, 'client', 'client_id', clientId),
    'client_secret',
  )
  return put(scope, secrets, management, (organization) => {
    const servers = organization.servers ?? []
    const index = servers.findIndex(({ slug }) => slug === server)
    const parent = servers[index]
    if (!parent) throw new NotFound('server')
    const list = (parent.clients ?? []) as readonly Entry[]
    const before = list.find((other) => other.client_id === clientId)
    const kept = keep && needsSecret(entry) ? before?.client_secret : undefined
    const clients = withEntry(list, 'client_id', withSecret(entry, 'client_secret', kept))
    const edited = { ...organization, servers: servers.with(index, { ...parent, clients }) }
    return { edited, at: ['servers', index, 'clients', indexIn(list, 'client_id', clientId)] }
  })
}

async function put(
  scope: OrganizationScope,
  secrets: Readonly<Record<string, string>>,
  management: Management,
  edit: (organization: OrganizationDocument) => { readonly edited: OrganizationDocument; readonly at: Path },
): Promise<Put> {
  let place: Path = []
  const follow = (organization: OrganizationDocument) => {
    const { edited, at } = edit(organization)
    place = at
    return edited
  }
  try {
    const { changes, warnings } = await changeConfiguration(scope, follow, secrets, management)
    return { created: changes.some(({ action }) => action === 'create'), warnings }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    throw new InvalidInput(error.mistakes.map((mistake) => within(mistake, place)))
  }
}

/** The mistake as seen from the entry; of another entry's, the message says where it is. */
function within(mistake: Mistake, place: Path): Mistake {
  const inside = place.every((step, i) => mistake.path[i] === step)
  if (inside) return { ...mistake, path: mistake.path.slice(place.length) }
  return { path: [], message: `${mistake.path.join('.')}: ${mistake.message}` }
}

/** The entry under the name that the address gives it, and without what only answers have. */
function named(body: Entry, kind: keyof typeof READ_ONLY, key: string, name: string): Entry {
  if (body[key] !== undefined && body[key] !== name)
    throw new InvalidInput([{ path: [key], message: 'is another than in the address: leave it out' }])
  const readOnly: readonly string[] = READ_ONLY[kind]
  // A connection has an issuer to set; only that of a server is ours.
  const rest = Object.entries(body).filter(([member]) => !readOnly.includes(member))
  return { ...Object.fromEntries(rest), [key]: name }
}

function needsSecret({ type, token_endpoint_auth_method: method }: Entry): boolean {
  return type !== 'platform' && method !== 'none' && method !== 'private_key_jwt'
}

const withSecret = (entry: Entry, key: string, value: unknown): Entry =>
  value === undefined ? entry : { ...entry, [key]: value }

function indexIn(list: readonly Entry[], key: string, name: string): number {
  const index = list.findIndex((entry) => entry[key] === name)
  return index < 0 ? list.length : index
}
