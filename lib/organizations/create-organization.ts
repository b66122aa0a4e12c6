import { z } from 'zod'
import { type Actor, changerOf } from '@/lib/access'
import { entryIn, installationEntry } from '@/lib/audit/audit'
import { checkedInput } from '@/lib/configuration/checked-input'
import { invalid } from '@/lib/configuration/mistakes'
import { text } from '@/lib/configuration/schema/values'
import type { Management } from '@/lib/management/management'
import { RESERVED_SLUGS, slugFrom } from '@/lib/slug'
import { newId } from '@/lib/store/database/ids'
import { organizationStore } from '@/lib/store/read/organizations'

const NAMED = z.object({ name: text(100) })

/** As long as a label of a domain name: a server's slug may become one. */
const SLUG_LENGTH = 63

export type NewOrganization = {
  readonly name: string
  /** Made of the name when absent. */
  readonly slug?: string
}

/**
 * Creates an organization. Who calls has made sure that the actor may: only who runs the installation can.
 *
 * @returns its slug
 * @throws InvalidInput when the name is empty, or the slug is taken or malformed
 */
export async function createOrganization(
  actor: Actor,
  { name, slug: given }: NewOrganization,
  { db, ports }: Pick<Management, 'db' | 'ports'>,
): Promise<string> {
  const slug = given ?? slugFrom(name, SLUG_LENGTH)
  if (name === '' || name.length > 100) throw invalid('name', 'not_a_name')
  checkedInput(NAMED, { name })
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(slug) || slug.length > SLUG_LENGTH)
    throw invalid('slug', 'not_an_organization_slug')
  const isReserved = RESERVED_SLUGS.organization.includes(slug)
  if (isReserved && given !== undefined) throw invalid('slug', 'slug_reserved')
  const id = newId()
  const at = ports.clock()
  const auditEvent = {
    action: 'organization.created',
    targetKind: 'organization',
    targetId: id,
    targetName: slug,
  }
  const audit = [installationEntry(actor, at, auditEvent), entryIn(id, actor, at, auditEvent)]
  const row = { id, slug, name, createdAt: at }
  if (!isReserved && (await organizationStore(db).create(row, audit, changerOf({ actor })))) return slug
  if (given !== undefined) throw invalid('slug', 'organization_slug_taken')
  throw invalid('name', 'organization_name_taken')
}
