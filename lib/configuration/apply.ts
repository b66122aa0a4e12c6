import path from 'node:path'
import { type Actor, COMMAND_LINE } from '@/lib/access'
import { entryIn, installationEntry } from '@/lib/audit/audit'
import type { Config } from '@/lib/config'
import type { Sealer } from '@/lib/crypto/seal'
import type { AuditEntry } from '@/lib/store/audit/audit-log'
import { configurationStore, isSecretOf } from '@/lib/store/configuration/configuration'
import { displacedStore, type Ended } from '@/lib/store/configuration/displaced-logins'
import type { OrganizationRow, ServerRow } from '@/lib/store/configuration/rows'
import type { Database } from '@/lib/store/database/database'
import { newId } from '@/lib/store/database/ids'
import { planBrands } from './brand/plan-brands'
import { auditEvent, endedEvent } from './change-configuration'
import { type Change, endedWarnings, type Plan } from './changes'
import { readConfiguration } from './file'
import type { Mistake } from './mistakes'
import { planConfiguration } from './plan'
import { displacedSandbox } from './sandbox-place'
import type { OrganizationSettings } from './schema/settings'
import { storedTexts } from './schema/values'

export type ApplyOptions = {
  /** The file's name, for messages; `file:` references are relative to where it lies. */
  readonly file: string
  /** What the file's name is relative to; the process's own directory by default. */
  readonly directory?: string
  /** Where `env:NAME` references look. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly config: Pick<Config, 'publicUrl' | 'loopback' | 'serversDomain'>
  readonly db: Database
  readonly sealer: Sealer
  /** Who applies it, for the audit log. */
  readonly actor?: Actor
  /** Only says what would change. */
  readonly dryRun?: boolean
  /** Looks at what the file says before anything is written; what it finds stops all. */
  readonly review?: (organizations: readonly OrganizationSettings[]) => Promise<readonly Mistake[]>
}

/**
 * Makes the database agree with a configuration file: creates or updates what the file names and leaves everything
 * else alone. All or nothing; applying the same file again changes nothing.
 *
 * @param text the YAML
 * @returns what changed, or would change
 * @throws ConfigurationMistakes when the file is wrong or contradicts what is stored, and when `review` finds something
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function applyConfiguration(text: string, options: ApplyOptions): Promise<Plan> {
  const { file, directory = '.', env, config, db, sealer, review, dryRun = false } = options
  const store = configurationStore(db, sealer)
  const { organizations, brands, refuse } = readConfiguration(text, {
    file,
    env,
    directory: path.dirname(path.resolve(directory, file)),
    loopback: config.loopback,
    kept: storedTexts(await store.read()),
  })
  const found = (await review?.(organizations)) ?? []
  if (found.length > 0) throw refuse(found)
  const servers = organizations.flatMap((organization) => organization.servers)
  const claims = {
    connectionIds: organizations.flatMap(({ connections }) => connections.flatMap(({ id }) => id ?? [])),
    slugs: servers.map(({ slug }) => slug),
    issuers: [],
    clientIds: servers.flatMap(({ clients }) => clients.map(({ clientId }) => clientId)),
  }
  const decide = (stored: Awaited<ReturnType<typeof store.read>>) => {
    const { publicUrl, serversDomain } = config
    const moved = displacedSandbox(organizations, stored, publicUrl)
    const servers = stored.servers.map((server) => (server.id === moved?.id ? moved : server))
    const { mistakes, write, warnings, displaced, ...planned } = planConfiguration(
      organizations,
      { ...stored, servers },
      // Files are applied by those who run the installation.
      {
        publicUrl,
        serversDomain,
        newId,
        isTrusted: true,
        isSecretOf: isSecretOf(sealer),
        stays: () => false,
      },
      (i) => ['organizations', i],
    )
    if (mistakes.length > 0) throw refuse(mistakes)
    const known = [...stored.organizations, ...write.organizations]
    const branded = planBrands(brands, {
      organizations: known,
      servers: [...stored.servers, ...write.servers],
      brands: stored.brands ?? [],
    })
    const changes = [...planned.changes, ...branded.changes]
    return {
      write: { ...write, brands: branded.brands },
      displaced,
      result: (ended: readonly Ended[]) => ({ changes, warnings: [...warnings, ...endedWarnings(ended)] }),
      audit: (ended: readonly Ended[]) => entriesOf({ changes, moved, ended }, known, options),
      ...(moved && { moved }),
    }
  }
  if (!dryRun) return store.change(claims, decide)
  const { result, displaced } = decide(await store.read(claims))
  return result(await displacedStore(db).count(displaced))
}

type Applied = {
  readonly changes: readonly Change[]
  readonly ended: readonly Ended[]
  readonly moved: ServerRow | undefined
}

/** Each change in the log of its organization, and a new organization in that of the installation, too. */
function entriesOf(
  { changes, moved, ended }: Applied,
  organizations: readonly OrganizationRow[],
  { actor = COMMAND_LINE, db }: ApplyOptions,
): readonly AuditEntry[] {
  const at = db.clock.now()
  const chainOf = (name: string) => {
    const id = organizations.find(({ slug }) => slug === name.split('/')[0])?.id
    if (id === undefined) throw new Error(`${name} is planned for no organization`)
    return id
  }
  const changed = changes.flatMap((change) => {
    const id = chainOf(change.name)
    const isNew = change.kind === 'organization' && change.action === 'create'
    const event = { ...auditEvent(change), ...(change.kind === 'organization' && { targetId: id }) }
    return [entryIn(id, actor, at, event), ...(isNew ? [installationEntry(actor, at, event)] : [])]
  })
  const entries = [
    ...changed,
    ...ended.map((each) => entryIn(chainOf(each.name), actor, at, endedEvent(each))),
  ]
  if (!moved) return entries
  const { id: targetId, organizationId, slug, issuer, isDefault } = moved
  const fields = [
    { field: 'issuer', after: issuer },
    { field: 'default', after: isDefault },
  ]
  const event = {
    action: 'server.moved',
    targetKind: 'server',
    targetId,
    targetName: slug,
    detail: { fields },
  }
  return [...entries, entryIn(organizationId, actor, at, event)]
}
