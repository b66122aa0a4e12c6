/** What operators and API keys made, and what ends with them. Decision 0057. */
import { type Actor, type Permission, rolesWithin } from '@/lib/access'
import { type AuditEvent, entryIn } from '@/lib/audit/audit'
import type { AuditEntry } from '@/lib/store/audit/audit-log'
import type { ApiKeyRow } from '@/lib/store/credentials/api-key-row'
import type { Descent, Kept } from '@/lib/store/credentials/descent'
import type { SetupLinkRow } from '@/lib/store/credentials/setup-links'

/** What someone with these permissions could make themselves. */
export const keptWith = (permissions: readonly Permission[]): Kept => ({
  roles: permissions.includes('manage_members') ? rolesWithin(permissions) : [],
  setupLinks: permissions.includes('configure'),
  passwordLinks: permissions.includes('manage_members'),
})

/** The audit entries of what ended because of a change, each in the log of its organization. */
export function endings(
  { apiKeys, setupLinks, invitations, passwordLinks, operatorLinks }: Descent,
  actor: Actor,
  at: Date,
  because: Pick<AuditEvent, 'action' | 'targetName'>,
): readonly AuditEntry[] {
  const entry = (organizationId: string | undefined, { detail, ...auditEvent }: AuditEvent) =>
    entryIn(organizationId ?? 'installation', actor, at, {
      ...auditEvent,
      detail: { ...detail, because: because.action, of: because.targetName },
    })
  return [
    ...apiKeys.map((key) => entry(key.organizationId, keyEvent('api_key.revoked', key))),
    ...setupLinks.map((link) => entry(link.organizationId, linkEvent('revoked', link))),
    ...invitations.map(({ id, organizationId, email, role }) =>
      entry(organizationId, {
        action: 'invitation.withdrawn',
        targetKind: 'invitation',
        targetId: id,
        targetName: email,
        detail: { role },
      }),
    ),
    ...passwordLinks.map(({ id, organizationId, address }) =>
      entry(organizationId, {
        action: 'person.link_withdrawn',
        targetKind: 'person',
        targetId: id,
        targetName: address,
        detail: {},
      }),
    ),
    ...operatorLinks.map(({ operatorId, email }) =>
      entry(undefined, {
        action: 'operator.link_withdrawn',
        targetKind: 'operator',
        ...(operatorId !== null && { targetId: operatorId }),
        targetName: email,
        detail: {},
      }),
    ),
  ]
}

/** What the audit log says of a key. */
export const keyEvent = (
  action: 'api_key.created' | 'api_key.revoked',
  key: Pick<ApiKeyRow, 'id' | 'name' | 'role' | 'expiresAt'>,
): AuditEvent => ({
  action,
  targetKind: 'api_key',
  targetId: key.id,
  targetName: key.name,
  detail: { role: key.role, ...(key.expiresAt && { expires_at: key.expiresAt.toISOString() }) },
})

/** What the audit log says of a setup link. */
export const linkEvent = (
  done: 'created' | 'revoked' | 'finished',
  link: Pick<SetupLinkRow, 'id' | 'label' | 'connectionId' | 'connectionName' | 'expiresAt' | 'createdBy'>,
): AuditEvent => ({
  action: `setup_link.${done}`,
  targetKind: 'setup_link',
  targetId: link.id,
  targetName: link.label,
  detail: {
    connection: link.connectionName,
    connection_id: link.connectionId,
    created_by: link.createdBy,
    expires_at: link.expiresAt.toISOString(),
  },
})
