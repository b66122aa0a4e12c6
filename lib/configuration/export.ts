import { stringify } from 'yaml'
import type {
  ClientRow,
  ConfigurationRows,
  ConnectionRow,
  OrganizationRow,
  ServerRow,
} from '@/lib/store/configuration/configuration'
import { wireName } from './camel-keys'
import type { Fields } from './differences'
import { clientFields } from './plan-client'
import { connectionFields } from './plan-connection'
import { serverFields } from './plan-server'
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
    exportOrganization(organization, rows, placeholder),
  )
  return HEADER + stringify({ organizations }, { lineWidth: 0 })
}

/** One organization as a file has it, in wire names. */
export function exportOrganization(
  organization: OrganizationRow,
  rows: ConfigurationRows,
  placeholder: Placeholder,
) {
  const ours = ({ organizationId }: { readonly organizationId: string }) => organizationId === organization.id
  const connections = rows.connections.filter(ours)
  return compact({
    slug: organization.slug,
    name: organization.name,
    connections: connections.map((connection) => exportConnection(connection, organization, placeholder)),
    servers: rows.servers.filter(ours).map((server) => exportServer(server, organization, rows, placeholder)),
  })
}

function exportConnection(row: ConnectionRow, organization: OrganizationRow, placeholder: Placeholder) {
  const { scopes, ...fields } = wire(connectionFields(row), {
    client_secret: row.clientSecret && placeholder(organization.slug, row.slug, 'client_secret'),
  })
  // An empty list of scopes says something: without it the default would count.
  return { slug: row.slug, id: row.id, ...compact(fields), ...(row.type !== 'platform' && { scopes }) }
}

function exportServer(
  row: ServerRow,
  organization: OrganizationRow,
  rows: ConfigurationRows,
  placeholder: Placeholder,
) {
  const connection = rows.connections.find(({ id }) => id === row.connectionId)
  const clients = rows.clients.filter(({ serverId, kind }) => serverId === row.id && kind === 'preregistered')
  const secret = row.resourceSecretHash && placeholder(organization.slug, row.slug, 'resource_secret')
  return compact({
    slug: row.slug,
    ...(row.isDefault && { default: true }),
    ...(row.host && { issuer_host: row.host }),
    ...wire(serverFields(row, connection?.slug), { resource_secret: secret }),
    clients: clients.map((client) => exportClient(client, row, organization, placeholder)),
  })
}

function exportClient(
  row: ClientRow,
  server: ServerRow,
  organization: OrganizationRow,
  placeholder: Placeholder,
) {
  const names = [organization.slug, server.slug, row.clientId, 'client_secret']
  const secret = row.secretHash && placeholder(...names)
  return { client_id: row.clientId, ...compact(wire(clientFields(row), { client_secret: secret })) }
}

/** Wire names, with references in place of secrets. */
function wire(fields: Fields, secrets: Readonly<Record<string, string | undefined>>): Fields {
  const renamed = Object.entries(fields).map(([key, value]) => [wireName(key), value] as const)
  return Object.fromEntries(renamed.map(([key, value]) => [key, key in secrets ? secrets[key] : value]))
}

/** Leaves out what is absent, and lists and mappings without entries. */
function compact(fields: Fields): Fields {
  const isEmpty = (value: unknown) =>
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)))
}
