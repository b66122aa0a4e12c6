import type { ClientPolicy, RegistrationPolicy, ServerScope, TokenFormat } from '@/lib/oauth/model'
import type { OrganizationScope } from '../access'
import type { Entry } from '../configuration/change-configuration'
import type { Management } from '../management/management'
import { changeServer } from './change-server'

/** What can be changed of a server; what is absent stays as it is. */
export type ServerChange = {
  readonly name?: string
  readonly resource?: string
  readonly aliases?: readonly string[]
  /** Slug of a connection of the organization. */
  readonly connection?: string
  readonly scopes?: readonly ServerScope[]
  readonly clientPolicy?: ClientPolicy
  readonly registration?: RegistrationPolicy
  readonly deviceGrant?: boolean
  readonly tokenFormat?: TokenFormat
  /** Seconds. */
  readonly accessTokenLifetime?: number
  /** Seconds. */
  readonly refreshTokenLifetime?: number
  readonly passedClaims?: readonly string[]
  /** Upstream scopes; none of them: the handoff is off. */
  readonly handoffScopes?: readonly string[]
}

/**
 * Changes settings of one server.
 *
 * @throws Forbidden, NotFound
 * @throws InvalidInput with paths in wire names: `['access_token_lifetime']`, `['scopes', 0, 'name']`
 */
export async function updateServer(
  scope: OrganizationScope,
  slug: string,
  change: ServerChange,
  management: Management,
): Promise<void> {
  await changeServer(scope, slug, (before) => ({ ...before, ...entryOf(change) }), management)
}

function entryOf({ scopes, handoffScopes, ...change }: ServerChange): Entry {
  const given = {
    name: change.name,
    resource: change.resource,
    aliases: change.aliases,
    connection: change.connection,
    client_policy: change.clientPolicy,
    registration: change.registration,
    device_grant: change.deviceGrant,
    token_format: change.tokenFormat,
    access_token_lifetime: change.accessTokenLifetime,
    refresh_token_lifetime: change.refreshTokenLifetime,
    passed_claims: change.passedClaims,
    scopes: scopes?.map(({ upstreamScopes, ...scope }) => ({ ...scope, upstream_scopes: upstreamScopes })),
  }
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  if (!handoffScopes) return present
  return { ...present, handoff_scopes: handoffScopes.length > 0 ? handoffScopes : undefined }
}
