import type { ConnectionRow, OrganizationRow, ServerRow } from '@/lib/store/configuration/configuration'
import { type Fields, hidden } from './differences'
import { complain, type Draft, propose } from './draft'
import type { ServerEntry } from './file'
import { issuerOf } from './issuer'
import type { Path } from './mistakes'
import { planClient } from './plan-client'
import { trustedIssuerFields } from './trusted-issuers'

type Surroundings = {
  readonly organization: OrganizationRow
  /** Those of the organization that the file names. */
  readonly connections: readonly ConnectionRow[]
}

/** Plans one server and its clients. */
export function planServer(
  draft: Draft,
  { organization, connections }: Surroundings,
  entry: ServerEntry,
  path: Path,
): void {
  const name = `${organization.slug}/${entry.slug}`
  const existing = draft.stored.servers.find(({ slug }) => slug === entry.slug)
  const connection = connections.find(({ slug }) => slug === entry.connection)
  // Reading the file has seen to it.
  if (!connection) throw new Error(`server ${name} has no connection`)
  if (existing && existing.organizationId !== organization.id) {
    complain(draft, [...path, 'slug'], 'a server of another organization has this slug: choose another')
    return
  }
  if (!existing && draft.stored.reservedSlugs?.slugs.includes(entry.slug)) {
    complain(
      draft,
      [...path, 'slug'],
      'a server with this slug was deleted, and clients remember its issuer: choose another',
    )
    return
  }
  const server = toRow(draft, entry, connection, existing)
  if (existing) checkIssuerKept(draft, { existing, entry, name }, path)
  else checkIssuerFree(draft, server, path)
  const slugOf = (id: string) => draft.stored.connections.find((stored) => stored.id === id)?.slug
  propose(draft, 'servers', server, {
    kind: 'server',
    name,
    before: existing && serverFields(existing, slugOf(existing.connectionId)),
    after: serverFields(server, connection.slug),
    ...(!existing && { issuer: server.issuer }),
  })
  for (const [i, client] of entry.clients.entries())
    planClient(draft, { ...server, name }, client, [...path, 'clients', i])
}

/** What an operator sees and sets of a server, besides its slug and what decides on the issuer. */
export function serverFields(server: ServerRow, connection: string | undefined): Fields {
  const { name, resource, aliases, scopes, clientPolicy, registration, trustedIssuers, tokenFormat } = server
  const { deviceGrant, accessTokenLifetime, refreshTokenLifetime, passedClaims } = server
  return {
    name,
    resource,
    aliases,
    connection,
    scopes: scopes.map(({ upstreamScopes, ...scope }) => ({ ...scope, upstream_scopes: upstreamScopes })),
    clientPolicy,
    registration,
    trustedIssuers: trustedIssuers.map(trustedIssuerFields),
    deviceGrant,
    tokenFormat,
    accessTokenLifetime,
    refreshTokenLifetime,
    passedClaims,
    resourceSecret: hidden(server.resourceSecretHash),
    handoffScopes: server.handoffScopes,
  }
}

function toRow(
  draft: Draft,
  entry: ServerEntry,
  connection: ConnectionRow,
  existing: ServerRow | undefined,
): ServerRow {
  const { default: isDefault, issuerHost, connection: _, resourceSecret, clients: __, ...rest } = entry
  const place = { slug: entry.slug, isDefault, ...(issuerHost !== undefined && { host: issuerHost }) }
  return {
    ...rest,
    ...place,
    id: existing?.id ?? draft.context.newId(),
    organizationId: connection.organizationId,
    connectionId: connection.id,
    issuer: existing?.issuer ?? issuerOf(place, draft.context),
    ...(resourceSecret !== undefined && { resourceSecretHash: resourceSecret }),
  }
}

/** An issuer is for ever: changing it would orphan every client and token of the server. */
function checkIssuerKept(
  draft: Draft,
  server: { readonly existing: ServerRow; readonly entry: ServerEntry; readonly name: string },
  path: Path,
): void {
  const { existing, entry, name } = server
  const never = `the issuer of a server never changes, and that of ${name} is ${existing.issuer}`
  if (entry.default !== existing.isDefault)
    complain(
      draft,
      [...path, 'default'],
      `${never}: ${existing.isDefault ? 'keep default: true' : 'leave this out'}`,
    )
  else if (entry.issuerHost !== existing.host)
    complain(
      draft,
      [...path, 'issuer_host'],
      `${never}: ${existing.host ? `keep issuer_host: ${existing.host}` : 'leave this out'}`,
    )
  else {
    const expected = issuerOf(existing, draft.context)
    if (expected !== existing.issuer)
      draft.warnings.push(
        `server ${name} keeps its issuer ${existing.issuer}, which clients and tokens are bound to, though PUBLIC_URL and SERVERS_DOMAIN now lead to ${expected}: put them back, or configure a new server for the new address`,
      )
  }
}

function checkIssuerFree(draft: Draft, server: ServerRow, path: Path): void {
  const others = [...draft.stored.servers, ...draft.write.servers]
  const decisive = server.isDefault ? 'default' : server.host ? 'issuer_host' : 'slug'
  const holder = others.find(({ issuer }) => issuer === server.issuer)
  const present = others.find(({ isDefault }) => isDefault)
  if (server.isDefault && present)
    complain(
      draft,
      [...path, decisive],
      `server ${present.slug} is the default already, and there is one at most: leave this out`,
    )
  else if (holder)
    complain(
      draft,
      [...path, decisive],
      `server ${holder.slug} has the issuer ${server.issuer} already: choose another`,
    )
  else if (!server.isDefault && server.issuer === draft.context.publicUrl)
    complain(
      draft,
      [...path, decisive],
      `${server.issuer} is PUBLIC_URL: choose another, or make this server the default one with default: true`,
    )
}
