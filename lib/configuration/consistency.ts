/**
 * Rules that compare several values of a file. They look at the raw data, so that they speak also when other values
 * are wrong: every mistake is reported at once.
 */
import { parseScope } from '@/lib/oauth/protocol/scope'
import { STANDARD_SCOPE_NAMES } from '@/lib/oauth/protocol/standard-scopes'
import { clientContradictions } from './client-contradictions'
import type { Mistake, Path } from './mistakes'
import { issuerContradictions } from './trusted-issuers'

type Raw = Readonly<Record<string, unknown>>
type Entry = { readonly path: Path; readonly raw: Raw }

/** Every contradiction within the file. */
export function findContradictions(file: unknown): readonly Mistake[] {
  const organizations = entries({ path: [], raw: asMapping(file) }, 'organizations')
  const connections = organizations.flatMap((organization) => entries(organization, 'connections'))
  const servers = organizations.flatMap((organization) => entries(organization, 'servers'))
  return [
    ...repeated(organizations, 'slug', 'another organization has this slug'),
    ...repeated(connections, 'id', 'another connection has this id: ids are unique in the installation'),
    ...repeated(servers, 'slug', 'another server has this slug: slugs are unique in the installation'),
    ...repeated(servers, 'issuer_host', 'another server has this host: hosts are unique in the installation'),
    ...furtherDefaults(servers),
    ...organizations.flatMap((organization) => organizationContradictions(organization, organizations)),
    ...connections
      .filter(({ raw }) => raw.type !== 'platform')
      .flatMap((connection) => secretContradictions(connection, 'client_secret_basic')),
    ...servers.flatMap(serverContradictions),
  ]
}

function organizationContradictions(organization: Entry, all: readonly Entry[]): readonly Mistake[] {
  const connections = entries(organization, 'connections')
  const unknown = entries(organization, 'servers').flatMap(({ path, raw: { connection } }) => {
    if (typeof connection !== 'string' || connections.some(({ raw }) => raw.slug === connection)) return []
    const foreign = all.some((other) =>
      entries(other, 'connections').some(({ raw }) => raw.slug === connection),
    )
    const message = foreign
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

/** Who logs in here has no token of somebody else's that could be handed on. */
function emptyHandoff(organization: Entry, connections: readonly Entry[]): readonly Mistake[] {
  const platform = connections.filter(({ raw }) => raw.type === 'platform').map(({ raw }) => raw.slug)
  return entries(organization, 'servers')
    .filter(({ raw }) => raw.handoff_scopes !== undefined && platform.includes(raw.connection))
    .map(({ path }) => ({
      path: [...path, 'handoff_scopes'],
      message: 'a platform connection has no upstream tokens to hand on: leave this out',
    }))
}

function serverContradictions(server: Entry): readonly Mistake[] {
  const clients = entries(server, 'clients')
  const scopes = entries(server, 'scopes')
  const both = server.raw.default === true && server.raw.issuer_host !== undefined
  return [
    ...repeated(clients, 'client_id', 'another client of this server has this id'),
    ...repeated(scopes, 'name', 'another scope of this server has this name'),
    ...(both
      ? [
          {
            path: [...server.path, 'issuer_host'],
            message: 'the default server is at PUBLIC_URL: leave this out',
          },
        ]
      : []),
    ...uncheckableTokens(server),
    ...unclaimableHandoff(server),
    ...issuerContradictions(server),
    ...clients.flatMap((client) => secretContradictions(client)),
    ...clients.flatMap(clientContradictions),
    ...clients.flatMap((client) => unofferedScopes(client, scopes)),
  ]
}

/** Only introspection knows an opaque token, and only who has the credential may ask. */
function uncheckableTokens({ path, raw }: Entry): readonly Mistake[] {
  if (raw.token_format !== 'opaque' || raw.resource_secret !== undefined) return []
  const message = 'is missing: without it the server cannot have its opaque tokens checked (introspection)'
  return [{ path: [...path, 'resource_secret'], message }]
}

/** Only who has the credential is handed tokens. */
function unclaimableHandoff({ path, raw }: Entry): readonly Mistake[] {
  if (raw.handoff_scopes === undefined || raw.resource_secret !== undefined) return []
  const message = 'is missing: without it nobody can be handed the tokens that handoff_scopes allows'
  return [{ path: [...path, 'resource_secret'], message }]
}

/** A public client or connection has no secret; every other has one. */
function secretContradictions({ path, raw }: Entry, defaultMethod?: string): readonly Mistake[] {
  const method = raw.token_endpoint_auth_method ?? defaultMethod
  // Whoever signs shares no secret.
  const isPublic = method === 'none' || method === 'private_key_jwt'
  if (isPublic && raw.client_secret !== undefined) {
    const message = `token_endpoint_auth_method ${method} means that there is no secret: leave it out, or name a method`
    return [{ path: [...path, 'client_secret'], message }]
  }
  if (isPublic || method === undefined || raw.client_secret !== undefined) return []
  return [
    { path: [...path, 'client_secret'], message: 'is missing: give it, or token_endpoint_auth_method none' },
  ]
}

function unofferedScopes({ path, raw }: Entry, scopes: readonly Entry[]): readonly Mistake[] {
  if (typeof raw.scope !== 'string') return []
  const offered = new Set([...STANDARD_SCOPE_NAMES, ...scopes.map((scope) => scope.raw.name)])
  return parseScope(raw.scope)
    .filter((name) => !offered.has(name))
    .map((name) => ({
      path: [...path, 'scope'],
      message: `the server offers no scope "${name}": add it there`,
    }))
}

function furtherDefaults(servers: readonly Entry[]): readonly Mistake[] {
  return servers
    .filter(({ raw }) => raw.default === true)
    .slice(1)
    .map(({ path }) => ({
      path: [...path, 'default'],
      message: 'another server is the default: there is one at most',
    }))
}

function repeated(all: readonly Entry[], key: string, message: string): readonly Mistake[] {
  const seen = new Set<unknown>()
  return all.flatMap(({ path, raw }) => {
    const value = raw[key]
    if (value === undefined || !seen.has(value)) {
      seen.add(value)
      return []
    }
    return [{ path: [...path, key], message }]
  })
}

function entries({ path, raw }: Entry, key: string): readonly Entry[] {
  const list = raw[key]
  if (!Array.isArray(list)) return []
  return list.map((item, i) => ({ path: [...path, key, i], raw: asMapping(item) }))
}

function asMapping(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {}
}
