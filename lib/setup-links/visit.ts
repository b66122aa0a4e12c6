/** What the holder of a setup link sees and does: one connection, and no more of it than they fill in. */

import type { BrandView } from '@/lib/oauth/flow/brand-view'
import { ownedBrandView } from '@/lib/oauth/flow/brand-view'
import { tooManyRequests } from '@/lib/oauth/protocol/errors'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { callbackUrl, samlMetadataUrl } from '@/lib/oauth/protocol/urls'
import { type PresentedSetupLink, setupLinkStore } from '@/lib/store/credentials/setup-links'
import { NotFound, type OrganizationScope } from '../access'
import { auditEntry } from '../audit/audit'
import { connectionEntry, formVersion } from '../configuration/entries'
import { type ConnectionView, listConnections } from '../connections/connections'
import { type Answers, answersOf, type PresetId, presetOf } from '../connections/presets'
import { linkEvent } from '../credentials/descent'
import type { Management } from '../management/management'

/** What the page behind a link may show. */
export type SetupView = {
  readonly organizationName: string
  readonly connectionName: string
  /** Who made the link, and for whom. */
  readonly invitedBy: string
  readonly label: string
  readonly expiresAt: Date
  /** How those look who ask for it; absent: like Vestibule. */
  readonly brand?: BrandView
  /** What has to be registered at the identity provider. */
  readonly callbackUrl: string
  /** What a SAML provider can be given instead: our metadata. */
  readonly samlMetadataUrl: string
  /** Absent until the connection is filled in. */
  readonly connection?: SetupConnection
}

/** What is stored of it; never its secret, nor who uses it. */
export type SetupConnection = Pick<
  ConnectionView,
  'type' | 'clientId' | 'hasClientSecret' | 'clientSecretEnds' | 'tokenEndpointAuthMethod' | 'scopes'
> & {
  /** The identity provider that it leads to, as far as that can be told. */
  readonly preset: PresetId
  readonly answers: Answers
  /** What the form sends back, so that it replaces nothing that its holder has not seen. */
  readonly version: string
}

/** What holders enter, in the words of files. */
const ENTERED = [
  ...['type', 'issuer', 'metadata', 'metadata_url', 'claims'],
  ...['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint'],
  ...['client_id', 'client_secret_ends', 'token_endpoint_auth_method'],
]

/** A link that works, and what its holder may do with it. Only the functions of this folder know it. */
export type SetupVisit = {
  readonly link: PresentedSetupLink
  /** For the connection of the link, and for nothing else. */
  readonly scope: OrganizationScope
  readonly connection?: ConnectionView
}

/**
 * The connection of a link.
 *
 * @param token the last part of the link
 * @throws NotFound when it is wrong, expired, revoked, finished, or its connection is deleted: indistinguishable
 */
export async function openSetupLink(token: string, management: Management): Promise<SetupVisit> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) throw new NotFound('setup link')
  const link = await setupLinkStore(management.db).use(hashSecret(token), management.ports.clock())
  if (!link) throw new NotFound('setup link')
  const scope: OrganizationScope = {
    organizationId: link.organizationId,
    organization: link.organization,
    actor: {
      kind: 'setup_link',
      id: link.id,
      name: `${link.label}, invited by ${link.createdBy}`,
      until: link.expiresAt,
    },
    permissions: ['read', 'configure'],
    isInstallationOperator: false,
  }
  const connection = (await listConnections(scope, management)).find(({ id }) => id === link.connectionId)
  if (connection?.type === 'platform') throw new NotFound('setup link')
  return { link, scope, ...(connection && { connection }) }
}

/** What may be shown of it. @throws NotFound as {@link openSetupLink} */
export async function readSetup(token: string, management: Management): Promise<SetupView> {
  const { link, connection } = await openSetupLink(token, management)
  const { brands } = management.ports
  const brand = ownedBrandView(await brands.findOrganization(link.organizationId))
  return {
    ...(brand && { brand }),
    organizationName: link.organizationName,
    connectionName: connection?.name ?? link.connectionName,
    invitedBy: link.createdBy,
    label: link.label,
    expiresAt: link.expiresAt,
    callbackUrl: callbackUrl(management.publicUrl, link.connectionId),
    samlMetadataUrl: samlMetadataUrl(management.publicUrl, link.connectionId),
    ...(connection && { connection: shown(connection) }),
  }
}

/**
 * The holder has nothing more to do: the link works no more.
 *
 * @throws NotFound as {@link openSetupLink}
 */
export async function finishSetup(token: string, management: Management): Promise<void> {
  const { scope, link } = await openSetupLink(token, management)
  const at = management.ports.clock()
  const finished = await setupLinkStore(management.db).end(link, 'finished', at, (ended) =>
    auditEntry(scope, at, linkEvent('finished', ended)),
  )
  if (!finished) throw new NotFound('setup link')
}

/**
 * Counts something that costs others something: fetching, writing, the audit log.
 *
 * @throws OAuthError `temporarily_unavailable` (429)
 */
export function countSetupRequest({ link }: SetupVisit, { limits }: Management): void {
  const wait = limits?.requestsOfSetupLink.take(link.id) ?? 0
  if (wait > 0) throw tooManyRequests('too many requests, slow down', wait)
}

function shown(connection: ConnectionView): SetupConnection {
  const { type, clientId, hasClientSecret, clientSecretEnds, tokenEndpointAuthMethod, scopes } = connection
  const answers = answersOf(connection)
  return {
    type,
    clientId,
    hasClientSecret,
    ...(clientSecretEnds && { clientSecretEnds }),
    tokenEndpointAuthMethod,
    scopes,
    preset: presetOf(connection),
    answers,
    version: formVersion(connectionEntry(connection), ENTERED),
  }
}
