import { callbackUrl } from '@/lib/oauth/protocol/urls'
import {
  type ConfigurationRows,
  type ConnectionRow,
  configurationStore,
} from '@/lib/store/configuration/configuration'
import { connectionLoginStore } from '@/lib/store/read/connection-logins'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import type { Management } from '../management/management'

/** A connection as operators see it: everything but its secret. */
export type ConnectionView = {
  /** Names the callback, and never changes. */
  readonly id: string
  readonly slug: string
  readonly name: string
  /** `platform`: people log in here, and there is no provider. */
  readonly type: 'oidc' | 'oauth2' | 'platform'
  readonly issuer?: string
  readonly authorizationEndpoint?: string
  readonly tokenEndpoint?: string
  readonly userinfoEndpoint?: string
  readonly revocationEndpoint?: string
  readonly claims?: { readonly subject: string; readonly email?: string; readonly name?: string }
  readonly pkce?: boolean
  readonly clientId: string
  /** Whether one is stored. */
  readonly hasClientSecret: boolean
  readonly tokenEndpointAuthMethod: string
  readonly scopes: readonly string[]
  readonly authorizationParameters: Readonly<Record<string, string>>
  readonly forwardResource: boolean
  /** What has to be registered at the identity provider. */
  readonly callbackUrl: string
  /** Whose users log in through it. */
  readonly servers: readonly { readonly slug: string; readonly name: string }[]
  /** When a user last did; absent when nobody has for as long as timelines are kept. */
  readonly lastLoginAt?: Date
}

/**
 * The connections of an organization, by slug.
 *
 * @throws Forbidden
 */
export async function listConnections(
  scope: OrganizationScope,
  management: Management,
): Promise<readonly ConnectionView[]> {
  requirePermission(scope, 'read')
  const { db, sealer } = management
  const [rows, lastLogins] = await Promise.all([
    configurationStore(db, sealer).readOrganization(scope.organizationId),
    connectionLoginStore(db).lastLogins(scope.organizationId),
  ])
  return rows.connections.map((row) => viewOf(row, rows, lastLogins, management.publicUrl))
}

/** @throws Forbidden, NotFound */
export async function findConnection(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<ConnectionView> {
  const found = (await listConnections(scope, management)).find((connection) => connection.slug === slug)
  if (!found) throw new NotFound('connection')
  return found
}

function viewOf(
  row: ConnectionRow,
  { servers }: ConfigurationRows,
  lastLogins: ReadonlyMap<string, Date>,
  publicUrl: string,
): ConnectionView {
  const { id, slug, name, clientId, clientSecret, type } = row
  const lastLoginAt = lastLogins.get(id)
  return {
    id,
    slug,
    name,
    type,
    clientId,
    hasClientSecret: clientSecret !== undefined,
    ...settingsOf(row),
    callbackUrl: callbackUrl(publicUrl, id),
    servers: servers
      .filter(({ connectionId }) => connectionId === id)
      .map((server) => ({ slug: server.slug, name: server.name })),
    ...(lastLoginAt && { lastLoginAt }),
  }
}

/** Those that `lib/configuration/file.ts` writes. */
type Settings = Pick<
  ConnectionView,
  | 'issuer'
  | 'authorizationEndpoint'
  | 'tokenEndpoint'
  | 'userinfoEndpoint'
  | 'revocationEndpoint'
  | 'claims'
  | 'pkce'
  | 'tokenEndpointAuthMethod'
  | 'scopes'
  | 'authorizationParameters'
  | 'forwardResource'
>

function settingsOf({ settings }: ConnectionRow): Settings {
  const stored = settings as Partial<Settings>
  return {
    ...stored,
    tokenEndpointAuthMethod: stored.tokenEndpointAuthMethod ?? 'client_secret_basic',
    scopes: stored.scopes ?? [],
    authorizationParameters: stored.authorizationParameters ?? {},
    forwardResource: stored.forwardResource ?? false,
  }
}
