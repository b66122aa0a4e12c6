import { NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import type { Management } from '@/lib/management/management'
import {
  type ConfigurationRows,
  configurationStore,
  type OrganizationRow,
  type ReservedNames,
} from '@/lib/store/configuration/configuration'
import { newId } from '@/lib/store/database/ids'
import type { Change, Plan } from './draft'
import { exportOrganization } from './export'
import type { Configuration } from './file'
import { issuerOf, type Location } from './issuer'
import { ConfigurationMistakes, type Mistake } from './mistakes'
import { planConfiguration } from './plan'
import { readConfiguration } from './read-configuration'

/** An entry of a configuration file, in wire names, as `docs/configuration.md` has it. */
export type Entry = Readonly<Record<string, unknown>>

/** An organization as a configuration file has it. Secrets are references that stand for what is stored. */
export type OrganizationDocument = Entry & {
  readonly connections?: readonly Entry[]
  readonly servers?: readonly Entry[]
}

/** What somebody entered cannot be. `path` is relative to the organization: `['servers', 0, 'resource']`. */
export class InvalidInput extends Error {
  constructor(readonly mistakes: readonly Mistake[]) {
    super(mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
    this.name = 'InvalidInput'
  }
}

/**
 * Changes an organization by the rules of the configuration file: console and API can do what a file can, and no more.
 * What `edit` returns is checked as a whole; the change and its entries in the audit log are one transaction.
 *
 * @param edit from the organization as it is to how it shall be; what it leaves out stays as it is
 * @param secrets what `env:NAME` stands for in what `edit` adds
 * @throws Forbidden, NotFound
 * @throws InvalidInput naming every mistake
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function changeConfiguration(
  scope: OrganizationScope,
  edit: (organization: OrganizationDocument) => OrganizationDocument,
  secrets: Readonly<Record<string, string>>,
  management: Management,
): Promise<Plan> {
  requirePermission(scope, 'configure')
  const { db, sealer, config, ports } = management
  const store = configurationStore(db, sealer)
  return store.changeOrganization(scope.organizationId, async (own, conflicts) => {
    const [organization] = own.organizations
    if (!organization) throw new NotFound('organization')
    const { document, sources } = documentOf(organization, own)
    const edited = { ...edit(document), slug: organization.slug }
    refusePlaces(scope, edited, own)
    refuseMovedSecrets(document, edited)
    const { configuration } = understood(() =>
      readConfiguration(JSON.stringify({ organizations: [edited] }), {
        file: 'input',
        env: { ...sources.env, ...secrets },
        digests: sources.digests,
        loopback: config.loopback,
      }),
    )
    const stored = await conflicts(claimsOf(configuration, config))
    const { plan, write, mistakes } = planConfiguration(configuration, stored, {
      ...config,
      newId,
      mayBeInternal: (before) => before ?? scope.isInstallationOperator,
    })
    if (mistakes.length > 0) throw new InvalidInput(mistakes.map(relative))
    const at = ports.clock()
    const audit = plan.changes.map((change) => auditEntry(scope, at, auditEvent(change)))
    return { write, result: plan, audit }
  })
}

/** The same document with one entry replaced, or added at the end. `key` tells entries apart. */
export function withEntry(list: readonly Entry[] | undefined, key: string, entry: Entry): readonly Entry[] {
  const others = list ?? []
  const index = others.findIndex((other) => other[key] === entry[key])
  return index < 0 ? [...others, entry] : others.with(index, entry)
}

function documentOf(organization: OrganizationRow, stored: ConfigurationRows) {
  const env: Record<string, string> = {}
  const digests: Record<string, string> = {}
  const secretsOf = storedSecrets(organization, stored)
  const document = exportOrganization(organization, stored, (...names) => {
    const reference = `env:KEPT_${Object.keys(env).length + Object.keys(digests).length}`
    const { secret, digest } = secretsOf(names)
    if (secret !== undefined) env[reference.slice('env:'.length)] = secret
    else digests[reference] = digest ?? ''
    return reference
  })
  return { document: document as OrganizationDocument, sources: { env, digests } }
}

/** What nobody else may have already. */
function claimsOf({ organizations }: Configuration, location: Location): ReservedNames {
  const servers = organizations.flatMap((organization) => organization.servers)
  return {
    connectionIds: organizations
      .flatMap(({ connections }) => connections)
      .flatMap(({ id }) => (id === undefined ? [] : [id])),
    slugs: servers.map(({ slug }) => slug),
    issuers: servers.map(({ slug, default: isDefault, issuerHost }) =>
      issuerOf({ slug, isDefault, ...(issuerHost !== undefined && { host: issuerHost }) }, location),
    ),
    clientIds: servers.flatMap(({ clients }) => clients.map(({ clientId }) => clientId)),
  }
}

/** What the names of an export's placeholder lead to. */
function storedSecrets(organization: OrganizationRow, { connections, servers, clients }: ConfigurationRows) {
  const ours = <Row extends { readonly organizationId: string; readonly slug: string }>(
    rows: readonly Row[],
    slug: string | undefined,
  ) => rows.find((row) => row.organizationId === organization.id && row.slug === slug)
  return ([, slug, third, fourth]: readonly string[]): { secret?: string; digest?: string } => {
    const server = ours(servers, slug)
    if (third === 'resource_secret') return { digest: server?.resourceSecretHash ?? '' }
    if (fourth !== 'client_secret') return { secret: ours(connections, slug)?.clientSecret ?? '' }
    const client = clients.find(({ serverId, clientId }) => serverId === server?.id && clientId === third)
    return { digest: client?.secretHash ?? '' }
  }
}

/** Where a connection's secret is sent. */
const DESTINATIONS = ['type', 'issuer', 'token_endpoint', 'revocation_endpoint']

/**
 * A secret that nobody typed again goes nowhere else: otherwise whoever may configure could have it sent to themselves,
 * and read what nobody may read.
 */
function refuseMovedSecrets(before: OrganizationDocument, after: OrganizationDocument): void {
  const mistakes = (after.connections ?? []).flatMap((connection, i) => {
    const old = before.connections?.find(({ slug }) => slug === connection.slug)
    const isKept = old?.client_secret !== undefined && old.client_secret === connection.client_secret
    const isMoved = DESTINATIONS.some((key) => JSON.stringify(old?.[key]) !== JSON.stringify(connection[key]))
    if (!isKept || !isMoved) return []
    const message = 'is missing: give it again, for it will be sent somewhere else'
    return [{ path: ['connections', i, 'client_secret'], message }]
  })
  if (mistakes.length > 0) throw new InvalidInput(mistakes)
}

/** Only who runs the installation gives out its own address, and hosts. */
function refusePlaces(
  scope: OrganizationScope,
  edited: OrganizationDocument,
  stored: ConfigurationRows,
): void {
  if (scope.isInstallationOperator) return
  const mistakes = (edited.servers ?? []).flatMap((server, i) => {
    const before = stored.servers.find(({ slug }) => slug === server.slug)
    return [
      ...(server.default === true && !before?.isDefault ? ['default'] : []),
      ...(server.issuer_host !== undefined && server.issuer_host !== before?.host ? ['issuer_host'] : []),
    ].map((key) => ({
      path: ['servers', i, key],
      message: 'only the operator of the installation can set this',
    }))
  })
  if (mistakes.length > 0) throw new InvalidInput(mistakes)
}

function understood<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ConfigurationMistakes) throw new InvalidInput(error.mistakes.map(relative))
    throw error
  }
}

/** Mistakes are found at `organizations[0]…`, since that is all there is. */
const relative = ({ path, message }: Mistake): Mistake => ({ path: path.slice(2), message })

function auditEvent({ action, kind, name, fields }: Change) {
  return { action: `${kind}.${action}d`, targetKind: kind, targetName: name, detail: { fields } }
}
