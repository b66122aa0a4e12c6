import type { ConfigurationRows, OrganizationRow } from '@/lib/store/configuration/configuration'
import { type Draft, newDraft, type Plan, type PlanContext, propose } from './draft'
import type { Configuration, OrganizationEntry } from './file'
import type { Mistake, Path } from './mistakes'
import { planConnection } from './plan-connection'
import { planServer } from './plan-server'

export type PlannedConfiguration = {
  readonly plan: Plan
  readonly write: ConfigurationRows
  /** Conflicts with what is stored; when there are any, nothing may be written. */
  readonly mistakes: readonly Mistake[]
}

/**
 * What has to change for the database to agree with the file. What is stored and not named in the file stays as it
 * is. Pure: reads no clock, touches no database.
 */
export function planConfiguration(
  { organizations }: Configuration,
  stored: ConfigurationRows,
  context: PlanContext,
): PlannedConfiguration {
  const draft = newDraft(stored, context)
  for (const [i, entry] of organizations.entries()) planOrganization(draft, entry, ['organizations', i])
  const { changes, warnings, write, mistakes } = draft
  return { plan: { changes, warnings }, write, mistakes }
}

function planOrganization(draft: Draft, entry: OrganizationEntry, path: Path): void {
  const existing = draft.stored.organizations.find(({ slug }) => slug === entry.slug)
  const organization: OrganizationRow = {
    id: existing?.id ?? draft.context.newId(),
    slug: entry.slug,
    name: entry.name,
  }
  propose(draft, 'organizations', organization, {
    kind: 'organization',
    name: entry.slug,
    before: existing && { name: existing.name },
    after: { name: entry.name },
  })
  const connections = entry.connections.map((connection, i) =>
    planConnection(draft, organization, connection, [...path, 'connections', i]),
  )
  for (const [i, server] of entry.servers.entries())
    planServer(draft, { organization, connections }, server, [...path, 'servers', i])
}
