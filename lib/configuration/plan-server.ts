import type { MistakeCode, Wrong } from '@/lib/messages/mistakes'
import type { ClientRow, OrganizationRow, ServerRow } from '@/lib/store/configuration/rows'
import { checkNotReserved, type Planning, planChange } from './changes'
import { issuerOf } from './issuer'
import type { Path } from './mistakes'
import { clientRow, clientSettings, serverRow, serverSettings } from './rows'
import type { ClientSettings, ServerSettings } from './schema/settings'

/** Plans one server and its clients. */
export function planServer(
  planning: Planning,
  organization: OrganizationRow,
  settings: ServerSettings,
  path: Path,
): void {
  const { stored, context, write, mistakes } = planning
  const name = `${organization.slug}/${settings.slug}`
  const existing = stored.servers.find(({ slug }) => slug === settings.slug)
  const connections = [...write.connections, ...stored.connections]
  const connection = connections.find(
    (row) => row.organizationId === organization.id && row.slug === settings.connection,
  )
  // The rules have seen to it.
  if (!connection) throw new Error(`server ${name} has no connection`)
  const conflict = slugConflict(planning, existing, organization, settings.slug)
  if (conflict) {
    mistakes.push({ path: [...path, 'slug'], code: conflict })
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
  else {
    checkNotReserved(planning, 'server', settings.slug, path)
    checkIssuerFree(planning, server, path)
  }
  const compared = (row: ServerRow) => ({
    settings: serverSettings(row, { ...stored, connections }),
    secret: row.resourceSecretHash,
  })
  const change = { kind: 'server', name, ...(!existing && { issuer: server.issuer }) } as const
  const before = existing && compared(existing)
  if (planChange(planning, change, before, compared(server))) write.servers.push(server)
  if (existing && existing.connectionId !== server.connectionId)
    planning.displaced.push({ kind: 'server', id: server.id, name })
  for (const [i, client] of settings.clients.entries())
    if (!context.stays(client)) planClient(planning, { id: server.id, name }, client, [...path, 'clients', i])
}

function slugConflict(
  { stored }: Planning,
  existing: ServerRow | undefined,
  organization: OrganizationRow,
  slug: string,
): MistakeCode | undefined {
  if (existing) return existing.organizationId === organization.id ? undefined : 'server_slug_foreign'
  return stored.retired?.slugs.includes(slug) ? 'server_slug_retired' : undefined
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
    planning.mistakes.push({ path: [...path, 'client_id'], code: 'client_id_registered' })
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
  const { issuer } = existing
  const refuse = (key: string, setting: string | undefined) => {
    const kept = { code: 'issuer_kept_by', params: { name, issuer, setting: setting ?? '' } } as const
    const none = { code: 'issuer_kept', params: { name, issuer } } as const
    mistakes.push({ path: [...path, key], ...(setting === undefined ? none : kept) })
  }
  const expected = issuerOf(existing, context)
  if (settings.default !== existing.isDefault)
    refuse('default', existing.isDefault ? 'default: true' : undefined)
  else if (settings.issuerHost !== existing.host)
    refuse('issuer_host', existing.host && `issuer_host: ${existing.host}`)
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
  const refuse = (wrong: Wrong) => mistakes.push({ path: [...path, decisive], ...wrong })
  const holder = others.find(({ issuer }) => issuer === server.issuer)
  const present = others.find(({ isDefault }) => isDefault)
  if (server.isDefault && present) refuse({ code: 'default_taken', params: { slug: present.slug } })
  else if (holder) refuse({ code: 'issuer_taken', params: { slug: holder.slug, issuer: server.issuer } })
  else if (!server.isDefault && server.issuer === context.publicUrl)
    refuse({ code: 'issuer_is_public_url', params: { issuer: server.issuer } })
}
