import type {
  ClientRow,
  ConnectionRow,
  OrganizationRow,
  ServerRow,
} from '@/lib/store/configuration/configuration'
import { issuerOf } from './issuer'
import type { Path } from './mistakes'
import { type Planning, planChange } from './planning'
import { clientRow, clientSettings, serverRow, serverSettings } from './rows'
import type { ClientSettings, ServerSettings } from './schema/settings'

type Surroundings = {
  readonly organization: OrganizationRow
  /** Those of the organization that the settings name. */
  readonly connections: readonly ConnectionRow[]
}

/** Plans one server and its clients. */
export function planServer(
  planning: Planning,
  { organization, connections }: Surroundings,
  settings: ServerSettings,
  path: Path,
): void {
  const { stored, context, write, mistakes } = planning
  const name = `${organization.slug}/${settings.slug}`
  const existing = stored.servers.find(({ slug }) => slug === settings.slug)
  const connection = connections.find(({ slug }) => slug === settings.connection)
  // The rules have seen to it.
  if (!connection) throw new Error(`server ${name} has no connection`)
  const conflict = slugConflict(planning, existing, organization, settings.slug)
  if (conflict) {
    mistakes.push({ path: [...path, 'slug'], message: conflict })
    return
  }
  const place = {
    slug: settings.slug,
    isDefault: settings.default,
    ...(settings.issuerHost !== undefined && { host: settings.issuerHost }),
  }
  const identity = {
    id: existing?.id ?? context.newId(),
    organizationId: organization.id,
    connectionId: connection.id,
    issuer: existing?.issuer ?? issuerOf(place, context),
  }
  const server = serverRow(settings, identity, existing)
  if (existing) checkIssuerKept(planning, { existing, settings, name }, path)
  else checkIssuerFree(planning, server, path)
  const compared = (row: ServerRow, known: readonly ConnectionRow[]) => ({
    settings: serverSettings(row, { ...stored, connections: known }),
    secret: row.resourceSecretHash,
  })
  const change = { kind: 'server', name, ...(!existing && { issuer: server.issuer }) } as const
  const before = existing && compared(existing, stored.connections)
  if (planChange(planning, change, before, compared(server, connections))) write.servers.push(server)
  for (const [i, client] of settings.clients.entries())
    planClient(planning, { id: server.id, name }, client, [...path, 'clients', i])
}

function slugConflict(
  { stored }: Planning,
  existing: ServerRow | undefined,
  organization: OrganizationRow,
  slug: string,
): string | undefined {
  if (existing)
    return existing.organizationId === organization.id
      ? undefined
      : 'a server of another organization has this slug: choose another'
  return stored.reservedSlugs?.slugs.includes(slug)
    ? 'a server with this slug was deleted, and clients remember its issuer: choose another'
    : undefined
}

/** Plans one pre-registered client. */
function planClient(
  planning: Planning,
  server: { readonly id: string; readonly name: string },
  settings: ClientSettings,
  path: Path,
): void {
  const { stored, context } = planning
  const existing = stored.clients.find(
    ({ serverId, clientId }) => serverId === server.id && clientId === settings.clientId,
  )
  if (existing?.kind === 'registered') {
    const message = 'a client that registered itself has this id: choose another'
    planning.mistakes.push({ path: [...path, 'client_id'], message })
    return
  }
  const place = { id: existing?.id ?? context.newId(), serverId: server.id }
  const client = clientRow(settings, place, existing)
  const compared = (row: ClientRow) => ({ settings: clientSettings(row), secret: row.secretHash })
  const change = { kind: 'client', name: `${server.name}/${settings.clientId}` } as const
  const before = existing && compared(existing)
  if (planChange(planning, change, before, compared(client))) planning.write.clients.push(client)
}

/** An issuer never changes: every client and token of the server is bound to it. */
function checkIssuerKept(
  { context, mistakes, warnings }: Planning,
  server: { readonly existing: ServerRow; readonly settings: ServerSettings; readonly name: string },
  path: Path,
): void {
  const { existing, settings, name } = server
  const never = `the issuer of a server never changes, and that of ${name} is ${existing.issuer}`
  const refuse = (key: string, remedy: string) =>
    mistakes.push({ path: [...path, key], message: `${never}: ${remedy}` })
  const expected = issuerOf(existing, context)
  if (settings.default !== existing.isDefault)
    refuse('default', existing.isDefault ? 'keep default: true' : 'leave this out')
  else if (settings.issuerHost !== existing.host)
    refuse('issuer_host', existing.host ? `keep issuer_host: ${existing.host}` : 'leave this out')
  else if (expected !== existing.issuer)
    warnings.push(
      `server ${name} keeps its issuer ${existing.issuer}, which clients and tokens are bound to, though PUBLIC_URL and SERVERS_DOMAIN now lead to ${expected}: put them back, or configure a new server for the new address`,
    )
}

function checkIssuerFree(
  { stored, context, write, mistakes }: Planning,
  server: ServerRow,
  path: Path,
): void {
  const others = [...stored.servers, ...write.servers]
  const decisive = server.isDefault ? 'default' : server.host ? 'issuer_host' : 'slug'
  const refuse = (message: string) => mistakes.push({ path: [...path, decisive], message })
  const holder = others.find(({ issuer }) => issuer === server.issuer)
  const present = others.find(({ isDefault }) => isDefault)
  if (server.isDefault && present)
    refuse(`server ${present.slug} is the default already, and there is one at most: leave this out`)
  else if (holder) refuse(`server ${holder.slug} has the issuer ${server.issuer} already: choose another`)
  else if (!server.isDefault && server.issuer === context.publicUrl)
    refuse(
      `${server.issuer} is PUBLIC_URL: choose another, or make this server the default one with default: true`,
    )
}
