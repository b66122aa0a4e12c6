import { z } from 'zod'
import { changerOf, NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import { checkedInput } from '@/lib/configuration/checked-input'
import { type Entry, refuseOutdated } from '@/lib/configuration/entries'
import type { Management } from '@/lib/management/management'
import { omitNullish } from '@/lib/omit-nullish'
import { type Retention, retentionStore } from '@/lib/store/retention/settings'

/** Not less than webhooks, revocation feeds and whoever looks into yesterday's trouble need. */
const days = (least: number) => z.int().min(least).max(3_650).exactOptional()

/** Days; what is left out is kept as everywhere (logins: 30 days), or for good. */
export const RETENTION = z.strictObject({ logins: days(1), audit_log: days(7), ended_grants: days(7) })

export type RetentionInput = z.output<typeof RETENTION>

const shown = ({ logins, auditLog, endedGrants }: Retention): RetentionInput =>
  omitNullish({ logins, audit_log: auditLog, ended_grants: endedGrants })

/** @throws Forbidden, NotFound */
export async function readRetention(scope: OrganizationScope, { db }: Management): Promise<RetentionInput> {
  requirePermission(scope, 'read')
  const found = await retentionStore(db).read(scope.organizationId)
  if (!found) throw new NotFound('organization')
  return shown(found)
}

/**
 * Says for how many days an organization keeps its logins, audit log and ended grants. Clean-up deletes what is older.
 * Decision 0106.
 *
 * @throws Forbidden, NotFound, InvalidInput
 * @throws Outdated when it is no longer what the actor has seen
 */
export async function setRetention(
  scope: OrganizationScope,
  input: z.input<typeof RETENTION>,
  { db, ports }: Management,
): Promise<RetentionInput> {
  requirePermission(scope, 'own')
  const checked = checkedInput(RETENTION, input)
  const { logins = null, audit_log: auditLog = null, ended_grants: endedGrants = null } = checked
  const retention = { logins, auditLog, endedGrants }
  const audit = auditEntry(scope, ports.clock(), {
    action: 'organization.retention_changed',
    targetKind: 'organization',
    targetId: scope.organizationId,
    targetName: scope.organization,
    detail: checked,
  })
  const changed = await retentionStore(db).change(scope.organizationId, changerOf(scope, 'own'), (stored) => {
    refuseOutdated(scope, retentionEntry(shown(stored)), retentionEntry(checked))
    return { retention, audit }
  })
  if (!changed) throw new NotFound('organization')
  return checked
}

/** What counts of it for its version. */
export const retentionEntry = ({ logins, audit_log, ended_grants }: RetentionInput): Entry => ({
  logins,
  audit_log,
  ended_grants,
})
