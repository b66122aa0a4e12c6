/**
 * Rules that compare several values. They are given drafts, so that they speak also when other values are wrong: every
 * mistake is reported at once.
 */

import type { MistakeCode, Wrong } from '@/lib/messages/mistakes'
import { isIssuerTemplate } from '@/lib/oauth/protocol/issuers'
import { parseScope } from '@/lib/oauth/protocol/scope'
import { STANDARD_SCOPE_NAMES } from '@/lib/oauth/protocol/standard-scopes'
import { looksLikeUserId } from '@/lib/oauth/protocol/subject'
import type { Mistake, Path } from './mistakes'
import { type Draft, NOTHING, type OrganizationDraft, type Stored, WRONG } from './schema/read'
import type { AnyConnection, ClientSettings, ServerSettings } from './schema/settings'
import { wireName } from './schema/wire'

type At<T> = { readonly path: Path; readonly draft: T }
type OrganizationAt = At<OrganizationDraft>
type ConnectionAt = At<Draft<AnyConnection>>
type ServerAt = At<Draft<ServerSettings>>
type ClientAt = At<Draft<ClientSettings>>

/**
 * Every contradiction within one file, or within what one organization shall be.
 *
 * @param stored what stays as it is: only what it may have with others is looked at
 */
export function findContradictions(
  organizations: readonly OrganizationAt[],
  { settings: stored }: Stored = NOTHING,
): readonly Mistake[] {
  const isNew = ({ draft }: At<unknown>) => !stored.has(draft)
  const connections = organizations.flatMap(connectionsOf)
  const servers = organizations.flatMap(serversOf)
  return [
    ...repeated(organizations, 'slug', 'organization_slug_repeated'),
    ...repeated(connections, 'id', 'connection_id_taken'),
    ...repeated(servers, 'slug', 'server_slug_repeated'),
    ...repeated(servers, 'issuerHost', 'server_host_repeated'),
    ...furtherDefaults(servers),
    ...organizations.flatMap((organization) => ofOrganization(organization, organizations)),
    ...connections
      .filter(isNew)
      .filter(({ draft }) => draft.type !== 'platform' && draft.type !== 'saml')
      .flatMap((connection) => [...ofSecret(connection, 'client_secret_basic'), ...ofTenants(connection)]),
    ...connections.filter(isNew).flatMap(ofMetadata),
    ...servers.filter(isNew).flatMap(ofServer),
  ]
}

function ofOrganization(organization: OrganizationAt, all: readonly OrganizationAt[]): readonly Mistake[] {
  const connections = connectionsOf(organization)
  const has = (slug: string) => connections.some(({ draft }) => draft.slug === slug)
  const isForeign = (slug: string) => all.flatMap(connectionsOf).some(({ draft }) => draft.slug === slug)
  const unknown = serversOf(organization).flatMap(({ path, draft: { connection } }): readonly Mistake[] => {
    if (typeof connection !== 'string' || has(connection)) return []
    const code = isForeign(connection) ? 'foreign_connection' : 'unknown_connection'
    return [{ path: [...path, 'connection'], code }]
  })
  return [
    ...repeated(connections, 'slug', 'connection_slug_repeated'),
    ...unknown,
    ...emptyHandoff(organization, connections),
  ]
}

/** Users of a platform or SAML connection have no upstream tokens that could be handed on. */
function emptyHandoff(
  organization: OrganizationAt,
  connections: readonly ConnectionAt[],
): readonly Mistake[] {
  const tokenless = connections
    .filter(({ draft }) => draft.type === 'platform' || draft.type === 'saml')
    .map(({ draft }) => draft.slug)
  return serversOf(organization)
    .filter(({ draft }) => draft.handoffScopes !== undefined && tokenless.includes(draft.connection))
    .map(({ path }) => ({
      path: [...path, 'handoff_scopes'],
      code: 'nothing_to_hand_on',
    }))
}

function ofServer(server: ServerAt): readonly Mistake[] {
  const { path, draft } = server
  const clients = listOf(server, 'clients', draft.clients)
  const scopes = listOf(server, 'scopes', draft.scopes)
  const offered = scopes.map((scope) => scope.draft.name)
  const isMissing = draft.resourceSecret === undefined
  const needs = (code: MistakeCode) => ({ path: [...path, 'resource_secret'], code })
  return [
    ...repeated(clients, 'clientId', 'client_id_repeated'),
    ...repeated(scopes, 'name', 'scope_repeated'),
    ...(draft.default === true && draft.issuerHost !== undefined
      ? [{ path: [...path, 'issuer_host'], code: 'default_has_no_host' as const }]
      : []),
    // Only introspection knows an opaque token, and it takes the credential.
    ...(isMissing && draft.tokenFormat === 'opaque' ? [needs('secret_for_opaque_tokens')] : []),
    ...(isMissing && draft.handoffScopes !== undefined ? [needs('secret_for_handoff')] : []),
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
      offered.includes(name) ? [] : [{ path: [...path, 'scopes'], ...notOffered(name) }],
    ),
  )
  return [...repeated(issuers, 'issuer', 'issuer_trusted_already'), ...unknown]
}

/** A public client or connection has no secret, nor has one that signs; every other has one. */
function ofSecret(
  { path, draft }: ConnectionAt | ClientAt,
  defaultMethod?: 'client_secret_basic',
): readonly Mistake[] {
  const method = draft.tokenEndpointAuthMethod ?? defaultMethod
  const isPublic = method === 'none' || method === 'private_key_jwt'
  const at = (wrong: Wrong) => [{ path: [...path, 'client_secret'], ...wrong }]
  if (isPublic && draft.clientSecret !== undefined) return at({ code: 'secret_unused', params: { method } })
  if (isPublic || method === undefined || draft.clientSecret !== undefined) return []
  return at({ code: 'secret_missing' })
}

/** The metadata of a SAML identity provider is in one place. */
function ofMetadata({ path, draft: { type, metadata, metadataUrl } }: ConnectionAt): readonly Mistake[] {
  if (type !== 'saml' || (metadata === undefined) !== (metadataUrl === undefined)) return []
  const code = metadata === undefined ? 'metadata_missing' : 'metadata_twice'
  return [{ path: [...path, metadata === undefined ? 'metadata_url' : 'metadata'], code }]
}

/** An issuer with a place for the tenant, and the tenants that may stand there, go together. */
function ofTenants({ path, draft: { issuer, allowedTenants } }: ConnectionAt): readonly Mistake[] {
  if (typeof issuer !== 'string' || isIssuerTemplate(issuer) === (allowedTenants !== undefined)) return []
  return allowedTenants === undefined
    ? [{ path: [...path, 'allowed_tenants'], code: 'tenants_missing' }]
    : [{ path: [...path, 'issuer'], code: 'tenants_unused' }]
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
      code: 'keys_unused',
    }))
  if (given.length === 0) return [{ path: [...path, 'jwks'], code: 'keys_missing' }]
  return given.slice(1).map((key) => ({ path: [...path, key], code: 'keys_twice' }))
}

function ofGrants({ path, draft }: ClientAt): readonly Mistake[] {
  const { grantTypes = ['authorization_code'], redirectUris, clientId } = draft
  if (grantTypes === WRONG) return []
  const isEmpty = redirectUris !== undefined && redirectUris !== WRONG && redirectUris.length === 0
  const mistakes: Mistake[] = []
  if (grantTypes.includes('authorization_code') && (redirectUris === undefined || isEmpty))
    mistakes.push({
      path: [...path, 'redirect_uris'],
      code: isEmpty ? 'empty_list' : 'missing',
    })
  if (!grantTypes.includes('client_credentials')) return mistakes
  if (draft.tokenEndpointAuthMethod === 'none')
    mistakes.push({
      path: [...path, 'token_endpoint_auth_method'],
      code: 'public_service',
    })
  if (typeof clientId === 'string' && looksLikeUserId(clientId))
    mistakes.push({
      path: [...path, 'client_id'],
      code: 'like_a_user_id',
    })
  return mistakes
}

function unofferedScopes({ path, draft: { scope } }: ClientAt, offered: readonly unknown[]) {
  if (typeof scope !== 'string') return []
  return parseScope(scope)
    .filter((name) => !STANDARD_SCOPE_NAMES.includes(name) && !offered.includes(name))
    .map((name) => ({ path: [...path, 'scope'], ...notOffered(name) }))
}

const notOffered = (name: string) => ({ code: 'scope_not_offered', params: { name } }) as const

function furtherDefaults(servers: readonly ServerAt[]): readonly Mistake[] {
  return servers
    .filter(({ draft }) => draft.default === true)
    .slice(1)
    .map(({ path }) => ({
      path: [...path, 'default'],
      code: 'default_repeated',
    }))
}

function repeated<Item>(
  all: readonly At<Item>[],
  key: keyof Item & string,
  code: MistakeCode,
): readonly Mistake[] {
  const seen = new Set<Item[keyof Item]>()
  return all.flatMap(({ path, draft }) => {
    const value = draft[key]
    const isRepeated = typeof value === 'string' && seen.has(value)
    seen.add(value)
    return isRepeated ? [{ path: [...path, wireName(key)], code }] : []
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
