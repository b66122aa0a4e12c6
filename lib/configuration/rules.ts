/**
 * Rules that compare several values. They are given drafts, so that they speak also when other values are wrong: every
 * mistake is reported at once.
 */
import { parseScope } from '@/lib/oauth/protocol/scope'
import { STANDARD_SCOPE_NAMES } from '@/lib/oauth/protocol/standard-scopes'
import { looksLikeUserId } from '@/lib/oauth/protocol/subject'
import type { Mistake, Path } from './mistakes'
import { type Draft, type OrganizationDraft, WRONG } from './schema/read'
import type { AnyConnection, ClientSettings, ServerSettings } from './schema/settings'
import { wireName } from './schema/wire'

type At<T> = { readonly path: Path; readonly draft: T }
type OrganizationAt = At<OrganizationDraft>
type ConnectionAt = At<Draft<AnyConnection>>
type ServerAt = At<Draft<ServerSettings>>
type ClientAt = At<Draft<ClientSettings>>

/** Every contradiction within one file, or within what one organization shall be. */
export function findContradictions(organizations: readonly OrganizationAt[]): readonly Mistake[] {
  const connections = organizations.flatMap(connectionsOf)
  const servers = organizations.flatMap(serversOf)
  return [
    ...repeated(organizations, 'slug', 'another organization has this slug'),
    ...repeated(connections, 'id', 'another connection has this id: ids are unique in the installation'),
    ...repeated(servers, 'slug', 'another server has this slug: slugs are unique in the installation'),
    ...repeated(servers, 'issuerHost', 'another server has this host: hosts are unique in the installation'),
    ...furtherDefaults(servers),
    ...organizations.flatMap((organization) => ofOrganization(organization, organizations)),
    ...connections
      .filter(({ draft }) => draft.type !== 'platform')
      .flatMap((connection) => ofSecret(connection, 'client_secret_basic')),
    ...servers.flatMap(ofServer),
  ]
}

function ofOrganization(organization: OrganizationAt, all: readonly OrganizationAt[]): readonly Mistake[] {
  const connections = connectionsOf(organization)
  const has = (slug: string) => connections.some(({ draft }) => draft.slug === slug)
  const isForeign = (slug: string) => all.flatMap(connectionsOf).some(({ draft }) => draft.slug === slug)
  const unknown = serversOf(organization).flatMap(({ path, draft: { connection } }) => {
    if (typeof connection !== 'string' || has(connection)) return []
    const message = isForeign(connection)
      ? 'this connection belongs to another organization: each needs its own'
      : 'this organization has no connection of that slug: add it under connections, or correct the name'
    return [{ path: [...path, 'connection'], message }]
  })
  return [
    ...repeated(connections, 'slug', 'another connection of this organization has this slug'),
    ...unknown,
    ...emptyHandoff(organization, connections),
  ]
}

/** Users of a platform connection have no upstream tokens that could be handed on. */
function emptyHandoff(organization: OrganizationAt, connections: readonly ConnectionAt[]) {
  const platform = connections.filter(({ draft }) => draft.type === 'platform').map(({ draft }) => draft.slug)
  return serversOf(organization)
    .filter(({ draft }) => draft.handoffScopes !== undefined && platform.includes(draft.connection))
    .map(({ path }) => ({
      path: [...path, 'handoff_scopes'],
      message: 'a platform connection has no upstream tokens to hand on: leave this out',
    }))
}

function ofServer(server: ServerAt): readonly Mistake[] {
  const { path, draft } = server
  const clients = listOf(server, 'clients', draft.clients)
  const scopes = listOf(server, 'scopes', draft.scopes)
  const offered = scopes.map((scope) => scope.draft.name)
  const isMissing = draft.resourceSecret === undefined
  const needs = (message: string) => ({ path: [...path, 'resource_secret'], message })
  return [
    ...repeated(clients, 'clientId', 'another client of this server has this id'),
    ...repeated(scopes, 'name', 'another scope of this server has this name'),
    ...(draft.default === true && draft.issuerHost !== undefined
      ? [{ path: [...path, 'issuer_host'], message: 'the default server is at PUBLIC_URL: leave this out' }]
      : []),
    // Only introspection knows an opaque token, and it takes the credential.
    ...(isMissing && draft.tokenFormat === 'opaque'
      ? [needs('is missing: without it the server cannot have its opaque tokens checked (introspection)')]
      : []),
    ...(isMissing && draft.handoffScopes !== undefined
      ? [needs('is missing: without it nobody can be handed the tokens that handoff_scopes allows')]
      : []),
    ...ofTrustedIssuers(server, offered),
    ...clients.flatMap((client) => [
      ...ofSecret(client),
      ...ofKeys(client),
      ...ofGrants(client),
      ...unofferedScopes(client, offered),
    ]),
  ]
}

/** Issuers that stand there twice, and scopes that the server does not have. */
function ofTrustedIssuers(server: ServerAt, offered: readonly unknown[]): readonly Mistake[] {
  const issuers = listOf(server, 'trusted_issuers', server.draft.trustedIssuers)
  const unknown = issuers.flatMap(({ path, draft: { scopes } }) =>
    (scopes === WRONG ? [] : (scopes ?? [])).flatMap((name) =>
      offered.includes(name) ? [] : [{ path: [...path, 'scopes'], message: notOffered(name) }],
    ),
  )
  return [...repeated(issuers, 'issuer', 'this issuer is trusted already: keep one entry'), ...unknown]
}

/** A public client or connection has no secret, nor has one that signs; every other has one. */
function ofSecret(
  { path, draft }: ConnectionAt | ClientAt,
  defaultMethod?: 'client_secret_basic',
): readonly Mistake[] {
  const method = draft.tokenEndpointAuthMethod ?? defaultMethod
  const isPublic = method === 'none' || method === 'private_key_jwt'
  const at = (message: string) => [{ path: [...path, 'client_secret'], message }]
  if (isPublic && draft.clientSecret !== undefined)
    return at(
      `token_endpoint_auth_method ${method} means that there is no secret: leave it out, or name a method`,
    )
  if (isPublic || method === undefined || draft.clientSecret !== undefined) return []
  return at('is missing: give it, or token_endpoint_auth_method none')
}

/** A client that signs has keys, in one place; no other has any. */
function ofKeys({ path, draft }: ClientAt): readonly Mistake[] {
  const given = [
    ...(draft.jwks === undefined ? [] : ['jwks']),
    ...(draft.jwksUri === undefined ? [] : ['jwks_uri']),
  ]
  if (draft.tokenEndpointAuthMethod !== 'private_key_jwt')
    return given.map((key) => ({
      path: [...path, key],
      message: 'keys are for token_endpoint_auth_method private_key_jwt: name that, or leave them out',
    }))
  if (given.length === 0)
    return [{ path: [...path, 'jwks'], message: 'is missing: give it, or jwks_uri, for private_key_jwt' }]
  return given.slice(1).map((key) => ({ path: [...path, key], message: 'jwks is given as well: keep one' }))
}

function ofGrants({ path, draft }: ClientAt): readonly Mistake[] {
  const { grantTypes = ['authorization_code'], redirectUris, clientId } = draft
  if (grantTypes === WRONG) return []
  const isEmpty = redirectUris !== undefined && redirectUris !== WRONG && redirectUris.length === 0
  const mistakes: Mistake[] = []
  if (grantTypes.includes('authorization_code') && (redirectUris === undefined || isEmpty))
    mistakes.push({
      path: [...path, 'redirect_uris'],
      message: isEmpty ? 'is empty: give at least one' : 'is missing',
    })
  if (!grantTypes.includes('client_credentials')) return mistakes
  if (draft.tokenEndpointAuthMethod === 'none')
    mistakes.push({
      path: [...path, 'token_endpoint_auth_method'],
      message: 'client_credentials is for clients that can prove who they are: name another method',
    })
  if (typeof clientId === 'string' && looksLikeUserId(clientId))
    mistakes.push({
      path: [...path, 'client_id'],
      message:
        'could be the id of a user, which is what client_credentials puts in its place: choose one that is not 22 characters long',
    })
  return mistakes
}

function unofferedScopes({ path, draft: { scope } }: ClientAt, offered: readonly unknown[]) {
  if (typeof scope !== 'string') return []
  return parseScope(scope)
    .filter((name) => !STANDARD_SCOPE_NAMES.includes(name) && !offered.includes(name))
    .map((name) => ({ path: [...path, 'scope'], message: notOffered(name) }))
}

const notOffered = (name: string) => `the server offers no scope "${name}": add it there`

function furtherDefaults(servers: readonly ServerAt[]): readonly Mistake[] {
  return servers
    .filter(({ draft }) => draft.default === true)
    .slice(1)
    .map(({ path }) => ({
      path: [...path, 'default'],
      message: 'another server is the default: there is one at most',
    }))
}

function repeated<Item>(
  all: readonly At<Item>[],
  key: keyof Item & string,
  message: string,
): readonly Mistake[] {
  const seen = new Set<Item[keyof Item]>()
  return all.flatMap(({ path, draft }) => {
    const value = draft[key]
    const isRepeated = typeof value === 'string' && seen.has(value)
    seen.add(value)
    return isRepeated ? [{ path: [...path, wireName(key)], message }] : []
  })
}

const connectionsOf = (organization: OrganizationAt): readonly ConnectionAt[] =>
  listOf(organization, 'connections', organization.draft.connections)
const serversOf = (organization: OrganizationAt): readonly ServerAt[] =>
  listOf(organization, 'servers', organization.draft.servers)

function listOf<Item>(
  { path }: { readonly path: Path },
  key: string,
  list: readonly Item[] | typeof WRONG | undefined,
): readonly At<Item>[] {
  if (list === undefined || list === WRONG) return []
  return list.map((draft, i) => ({ path: [...path, key, i], draft }))
}
