import { askingOf, NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import type { Management } from '@/lib/management/management'
import { dismissUpstreamTokens } from '@/lib/oauth/flow/end-grant'
import { configurationStore, isSecretOf } from '@/lib/store/configuration/configuration'
import type { Ended } from '@/lib/store/configuration/displaced-logins'
import type { ConfigurationRows, ReservedNames, RowCounts } from '@/lib/store/configuration/rows'
import { newId } from '@/lib/store/database/ids'
import { quotaOf } from '@/lib/store/quotas'
import { type Change, endedWarnings, type Plan } from './changes'
import { issuerOf, type Location } from './issuer'
import { inOrderOf, within } from './mistake-places'
import { InvalidInput, type Mistake, type Path } from './mistakes'
import { planConfiguration } from './plan'
import { DESTINATIONS } from './plan-connection'
import { organizationSettings } from './rows'
import { findContradictions } from './rules'
import { type OrganizationDraft, readSettings, type Stored } from './schema/read'
import {
  type AnyConnection,
  type OrganizationInput,
  type OrganizationSettings,
  schemas,
} from './schema/settings'
import { storedTexts } from './schema/values'

export type Applied = Plan & { readonly ended: readonly Ended[] }

export type Edited = {
  readonly organization: OrganizationInput
  /** What was edited, in wire names: `['servers', 0]`. Mistakes have paths from there. */
  readonly at: Path
}

/**
 * Changes an organization by the rules of the configuration file: console and API can do what a file can, and no more.
 * What `edit` returns as it was given stays, and is not checked again (decision 0101). The change and its entries in the
 * audit log are one transaction.
 *
 * @param edit from the organization as it is to how it shall be; what it leaves out stays as it is
 * @throws Forbidden, NotFound
 * @throws InvalidInput naming every mistake
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function changeConfiguration(
  scope: OrganizationScope,
  edit: (organization: OrganizationSettings) => Edited,
  management: Management,
): Promise<Applied> {
  requirePermission(scope, 'configure')
  const { db, sealer, config, ports } = management
  const store = configurationStore(db, sealer)
  const asking = askingOf(scope)
  const plan = await store.changeOrganization<Applied>(asking, async (own, conflicts, count) => {
    const [row] = own.organizations
    if (!row) throw new NotFound('organization')
    const before = organizationSettings(row, own)
    const { organization, at } = edit(before)
    const input = { ...organization, slug: row.slug }
    const known = storedIn(before)
    const refuse = (mistakes: readonly Mistake[]) => {
      if (mistakes.length > 0)
        throw new InvalidInput(inOrderOf(input, mistakes).map((each) => within(each, at)))
    }
    const { value, draft, mistakes } = readSettings(schemas(config.loopback).organization, input, [], known)
    refuse(reservedPlaces(scope, draft, own))
    refuse(movedSecrets(before, draft))
    refuse([...mistakes, ...findContradictions([{ path: [], draft }], known)])
    if (!value) throw new Error('settings without a mistake were not read')
    const stays = (settings: unknown) => known.settings.has(settings)
    const stored = await conflicts(claimsOf(value, own, config))
    const planned = planConfiguration(
      [value],
      stored,
      { ...config, newId, isTrusted: scope.isInstallationOperator, isSecretOf: isSecretOf(sealer), stays },
      () => [],
    )
    refuse(planned.mistakes)
    if (planned.changes.some(({ action }) => action === 'create'))
      refuse(beyondQuota(scope, { own, at, write: planned.write, counts: await count() }))
    const now = ports.clock()
    const { changes, warnings, write, displaced } = planned
    return {
      write,
      displaced,
      result: (ended) => ({ changes, warnings: [...warnings, ...endedWarnings(ended)], ended }),
      audit: (ended) =>
        [...changes.map(auditEvent), ...ended.map(endedEvent)].map((event) => auditEntry(scope, now, event)),
    }
  })
  if (plan.ended.some(({ number }) => number > 0))
    ports.background('upstream revocation', dismissUpstreamTokens(ports))
  return plan
}

function storedIn(organization: OrganizationSettings): Stored {
  const { connections, servers } = organization
  const settings = [...connections, ...servers, ...servers.flatMap(({ clients }) => clients)]
  return { settings: new Set(settings), texts: storedTexts(organization) }
}

/** Values that must be unique, of what the organization does not have yet. */
function claimsOf(
  { connections, servers }: OrganizationSettings,
  own: ConfigurationRows,
  location: Location,
): ReservedNames {
  const newServers = servers.filter(({ slug }) => own.servers.every((server) => server.slug !== slug))
  const ids = connections.flatMap(({ id }) => (id === undefined ? [] : [id]))
  const clientIds = servers.flatMap(({ clients }) => clients.map(({ clientId }) => clientId))
  return {
    connectionIds: ids.filter((id) => own.connections.every((connection) => connection.id !== id)),
    slugs: newServers.map(({ slug }) => slug),
    issuers: newServers.map(({ slug, default: isDefault, issuerHost }) =>
      issuerOf({ slug, isDefault, ...(issuerHost !== undefined && { host: issuerHost }) }, location),
    ),
    clientIds: clientIds.filter((id) => own.clients.every(({ clientId }) => clientId !== id)),
  }
}

/**
 * A secret that was not entered again goes nowhere else: otherwise an operator could have it sent to an address of
 * their own, and read what is shown to no operator.
 */
function movedSecrets(before: OrganizationSettings, { connections }: OrganizationDraft): readonly Mistake[] {
  if (!Array.isArray(connections)) return []
  return connections.flatMap((draft: Partial<AnyConnection>, i) => {
    const stored: AnyConnection | undefined = before.connections.find(({ slug }) => slug === draft.slug)
    const { clientSecret } = draft
    const isKept = stored?.clientSecret !== undefined && clientSecret !== undefined && 'keep' in clientSecret
    if (!isKept || ['type' as const, ...DESTINATIONS].every((key) => stored[key] === draft[key])) return []
    return [{ path: ['connections', i, 'client_secret'], code: 'secret_moved' }]
  })
}

/** What would be one more than an organization may have. */
function beyondQuota(
  scope: OrganizationScope,
  {
    own,
    at,
    write,
    counts,
  }: Pick<Edited, 'at'> & {
    readonly own: ConfigurationRows
    readonly write: ConfigurationRows
    readonly counts: RowCounts
  },
): readonly Mistake[] {
  const kinds = [
    ['connections', 'name', 'too_many_with_deleted'],
    ['servers', 'name', 'too_many_with_deleted'],
    ['clients', 'client_id', 'too_many'],
  ] as const
  return kinds.flatMap(([kind, field, code]) => {
    const known = new Set(own[kind].map(({ id }) => id))
    const added = write[kind].filter(({ id }) => !known.has(id)).length
    const most = quotaOf(kind, scope)
    if (added === 0 || most === undefined || counts[kind] + added <= most) return []
    return [{ path: [...at, field], code, params: { count: most } }]
  })
}

/** Only the operator of the installation gives out its own address, and hosts. */
function reservedPlaces(
  scope: OrganizationScope,
  { servers }: OrganizationDraft,
  stored: ConfigurationRows,
): readonly Mistake[] {
  if (scope.isInstallationOperator || !Array.isArray(servers)) return []
  return servers.flatMap((server, i) => {
    const before = stored.servers.find(({ slug }) => slug === server.slug)
    return [
      ...(server.default === true && !before?.isDefault ? ['default'] : []),
      ...(server.issuerHost !== undefined && server.issuerHost !== before?.host ? ['issuer_host'] : []),
    ].map((key) => ({
      path: ['servers', i, key],
      code: 'installation_only',
    }))
  })
}

/** What the audit log says of grants that ended with a change. */
export const endedEvent = ({ kind, id, name, number }: Ended) => ({
  action: `${kind}.grants_revoked`,
  targetKind: kind,
  targetId: id,
  targetName: name,
  detail: { number },
})

/** What the audit log says of a change. */
export function auditEvent({ action, kind, name, fields }: Change) {
  if (kind === 'branding') {
    const targetKind = name.includes('/') ? 'server' : 'organization'
    return { action: `${targetKind}.branded`, targetKind, targetName: name, detail: { fields } }
  }
  return { action: `${kind}.${action}d`, targetKind: kind, targetName: name, detail: { fields } }
}
