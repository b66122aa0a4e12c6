import { stringify } from 'yaml'
import type { ConfigurationRows, OrganizationRow } from '@/lib/store/configuration/rows'
import { brandEntry } from './brand/file-brands'
import { clientEntry, connectionEntry, type Entry, serverEntry } from './entries'
import { organizationSettings } from './rows'
import { BRAND } from './schema/brand'
import type { OrganizationSettings } from './schema/settings'
import { entriesOf, toWire } from './schema/wire'
import { secretPlaceholders } from './secret-placeholders'

/** Names a reference to a secret, after the things it belongs to. */
type Placeholder = (...names: readonly string[]) => string

const HEADER = `# Exported from Vestibule. Secrets are not part of it: set the variables that are named after env:
# before you apply this file. Of secrets that are stored only as a digest, nobody but their owner has a copy.
`

/** What is stored, as a file that gives the same again when it is applied. Holds no secret. */
export function exportConfiguration(rows: ConfigurationRows): string {
  const placeholder = secretPlaceholders()
  const organizations = rows.organizations.map((organization) =>
    organizationEntry(organizationSettings(organization, rows), placeholder, brandsOf(organization, rows)),
  )
  return HEADER + stringify({ organizations }, { lineWidth: 0 })
}

type Branding = { readonly branding?: Entry }

/** How an organization looks, or one of its servers. */
type BrandsOf = (server?: string) => Branding

function brandsOf({ id }: OrganizationRow, { servers, brands = [] }: ConfigurationRows): BrandsOf {
  return (server) => {
    const serverId = servers.find((row) => row.organizationId === id && row.slug === server)?.id
    const found = brands.find((row) => row.organizationId === id && row.serverId === serverId)
    const entry = found && entriesOf(toWire(BRAND, brandEntry(found.brand)) ?? null)
    return entry && entry.length > 0 ? { branding: Object.fromEntries(entry) } : {}
  }
}

function organizationEntry(
  { slug, name, connections, servers }: OrganizationSettings,
  placeholder: Placeholder,
  brandOf: BrandsOf,
) {
  const listed = {
    connections: connections.map((connection) => {
      const secret = 'clientSecret' in connection && placeholder(slug, connection.slug, 'client_secret')
      return connectionEntry(connection, secret || undefined)
    }),
    servers: servers.map((server) => serverWithClients(slug, server, placeholder, brandOf)),
  }
  return { slug, name, ...brandOf(), ...withoutEmpty<Entry>(listed) }
}

function serverWithClients(
  organization: string,
  server: OrganizationSettings['servers'][number],
  placeholder: Placeholder,
  brandOf: BrandsOf,
) {
  const secret = server.resourceSecret && placeholder(organization, server.slug, 'resource_secret')
  const entry = serverEntry(server, secret)
  const clients = server.clients.map((client) => {
    const names = [organization, server.slug, client.clientId, 'client_secret']
    return clientEntry(client, client.clientSecret && placeholder(...names))
  })
  return { ...entry, ...brandOf(server.slug), ...withoutEmpty({ clients }) }
}

/** Leaves out lists without entries. */
function withoutEmpty<Item>(lists: { readonly [name: string]: readonly Item[] }) {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))
}
