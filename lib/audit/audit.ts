import type { Actor, OrganizationScope } from '@/lib/access'
import type { AuditEntry } from '@/lib/store/audit/audit-log'

/** What was done, and to what. `detail` holds no secret. */
export type AuditEvent = Pick<AuditEntry, 'action' | 'targetKind' | 'targetId' | 'targetName'> & {
  readonly detail?: AuditEntry['detail']
}

/** The audit log's entry for something that the scope's actor did in their organization. */
export function auditEntry(scope: OrganizationScope, at: Date, auditEvent: AuditEvent): AuditEntry {
  return entryIn(scope.organizationId, scope.actor, at, auditEvent)
}

/** The entry for what an actor did to the installation itself. */
export function installationEntry(actor: Actor, at: Date, auditEvent: AuditEvent): AuditEntry {
  return entryIn('installation', actor, at, auditEvent)
}

/** The entry in any chain: of an organization by its id. */
export function entryIn(
  chain: string,
  actor: Actor,
  at: Date,
  { detail = {}, ...auditEvent }: AuditEvent,
): AuditEntry {
  return {
    chain,
    at,
    actorKind: actor.kind,
    ...(actor.id !== undefined && { actorId: actor.id }),
    actorName: actor.name,
    ...auditEvent,
    detail,
  }
}
