import { isIssuerTemplate } from '@/lib/oauth/protocol/issuers'
import {
  backChannelLogoutUrl,
  callbackUrl,
  connectionKeysUrl,
  samlMetadataUrl,
  signalsUrl,
} from '@/lib/oauth/protocol/urls'
import { freeSlug, RESERVED_SLUGS, slugFrom } from '@/lib/slug'
import { configurationStore } from '@/lib/store/configuration/configuration'
import type { ConfigurationRows, ConnectionRow } from '@/lib/store/configuration/rows'
import { newId } from '@/lib/store/database/ids'
import { connectionEndStore } from '@/lib/store/mail/connection-ends'
import { scimTokenStore } from '@/lib/store/provisioning/tokens'
import { connectionLoginStore } from '@/lib/store/read/connection-logins'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { invalid } from '../configuration/mistakes'
import { type Put, putConnection } from '../configuration/put'
import { connectionSettings } from '../configuration/rows'
import type { AnyConnection, ConnectionInput } from '../configuration/schema/settings'
import type { Management } from '../management/management'

type Always = 'slug' | 'type' | 'clientId' | 'tokenEndpointAuthMethod' | 'scopes'
type Optional = 'authorizationParameters' | 'forwardResource'

/** A connection as operators see it: everything but its secret. */
export type ConnectionView = Omit<AnyConnection, 'clientSecret' | Always | Optional> & {
  readonly [Field in Always | Optional]: NonNullable<AnyConnection[Field]>
} & {
  /** Names the callback, and never changes. */
  readonly id: string
  readonly name: string
  /** Whether one is stored. */
  readonly hasClientSecret: boolean
  /** What has to be registered at the identity provider. */
  readonly callbackUrl: string
  /** What may be registered there besides, where it is an OpenID provider. */
  readonly backChannelLogoutUrl?: string
  /** Where the keys are that we sign with, for `private_key_jwt`. */
  readonly jwksUrl?: string
  /** Our metadata, for a SAML provider. */
  readonly samlMetadataUrl?: string
  /** Where its transmitter pushes security events to. */
  readonly signalsUrl: string
  /** When the first certificate ends that logins depend on; absent while none has been seen. */
  readonly certificateEnds?: Date
  /** Whether its provider may provision users. */
  readonly hasScimToken: boolean
  /** Whose users log in through it. */
  readonly servers: readonly { readonly slug: string; readonly name: string }[]
  /** The last login of a user; absent when there was none as far as timelines are kept. */
  readonly lastLoginAt?: Date
}

/** What a platform connection has none of. */
const NONE = {
  clientId: '',
  tokenEndpointAuthMethod: 'client_secret_basic',
  scopes: [],
  authorizationParameters: {},
  forwardResource: false,
} as const

/** An id for a connection to come, so that its callback URL can be registered before it is saved. */
export const newConnectionId = (): string => newId()

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
  const [rows, lastLogins, provisioned, certificates] = await Promise.all([
    configurationStore(db, sealer).readOrganization(scope.organizationId),
    connectionLoginStore(db).lastLogins(scope.organizationId),
    scimTokenStore(db).holders(scope.organizationId),
    connectionEndStore(db).certificates(scope.organizationId),
  ])
  return rows.connections.map((row) => {
    const certificateEnds = certificates.get(row.id)
    return {
      ...viewOf(row, rows, lastLogins.get(row.id), management.publicUrl),
      ...(certificateEnds && { certificateEnds }),
      hasScimToken: provisioned.includes(row.id),
    }
  })
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

/**
 * @param input its slug is made of the name where it has none
 * @throws Forbidden
 * @throws InvalidInput with paths relative to the connection, in wire names: `['client_id']`
 */
export function createConnection(
  scope: OrganizationScope,
  input: ConnectionInput,
  management: Management,
): Promise<Put> {
  const slug =
    input.slug ??
    ((taken: readonly string[]) =>
      freeSlug(slugFrom(input.name ?? '', 50) || 'connection', [...RESERVED_SLUGS.connection, ...taken]))
  const edit = (before: AnyConnection | undefined) => {
    if (before) throw invalid('slug', 'connection_short_name_taken')
    return input
  }
  return putConnection(scope, slug, edit, management)
}

/**
 * @param changes what it does not name stays as it is; `undefined` takes a value away
 * @throws Forbidden, NotFound
 * @throws InvalidInput as {@link createConnection}
 */
export function updateConnection(
  scope: OrganizationScope,
  slug: string,
  changes: ConnectionInput,
  management: Management,
): Promise<Put> {
  const edit = (before: AnyConnection | undefined) => {
    if (!before) throw new NotFound('connection')
    return changedConnection(before, changes)
  }
  return putConnection(scope, slug, edit, management)
}

/**
 * What is not named stays, and `undefined` takes a value away, as for servers. A public client has no secret, so that the
 * stored one goes with the change.
 */
export function changedConnection(before: ConnectionInput, changes: ConnectionInput): ConnectionInput {
  const { tokenEndpointAuthMethod, clientSecret, claims, issuer, metadata, metadataUrl } = changes
  return {
    ...before,
    ...changes,
    ...(claims && { claims: { ...before.claims, ...claims } }),
    ...((tokenEndpointAuthMethod === 'none' || tokenEndpointAuthMethod === 'private_key_jwt') && {
      clientSecret,
      clientSecretEnds: undefined,
    }),
    // The address, or the text: either replaces the other.
    ...(before.type === 'saml' && metadata !== metadataUrl && { metadata, metadataUrl }),
    ...(issuer !== undefined && !isIssuerTemplate(issuer) && { allowedTenants: changes.allowedTenants }),
    // Left out says the same.
    ...(before.type === 'oidc' && changes.pkce && { pkce: undefined }),
  }
}

function viewOf(
  row: ConnectionRow,
  { servers }: ConfigurationRows,
  lastLoginAt: Date | undefined,
  publicUrl: string,
): Omit<ConnectionView, 'hasScimToken' | 'certificateEnds'> {
  const { clientSecret, ...settings }: AnyConnection = connectionSettings(row)
  const { id, slug, name, type } = row
  return {
    ...NONE,
    ...settings,
    id,
    slug,
    name,
    type,
    hasClientSecret: clientSecret !== undefined,
    callbackUrl: callbackUrl(publicUrl, id),
    signalsUrl: signalsUrl(publicUrl, id),
    ...(settings.tokenEndpointAuthMethod === 'private_key_jwt' && {
      jwksUrl: connectionKeysUrl(publicUrl, id),
    }),
    ...(type === 'saml' && { samlMetadataUrl: samlMetadataUrl(publicUrl, id) }),
    ...(type === 'oidc' && { backChannelLogoutUrl: backChannelLogoutUrl(publicUrl, id) }),
    servers: servers
      .filter(({ connectionId }) => connectionId === id)
      .map((server) => ({ slug: server.slug, name: server.name })),
    ...(lastLoginAt && { lastLoginAt }),
  }
}
