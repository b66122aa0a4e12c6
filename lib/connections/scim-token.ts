import { randomBytes } from 'node:crypto'
import { askingOf, NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import type { Management } from '@/lib/management/management'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { scimTokenStore } from '@/lib/store/provisioning/tokens'
import { findConnection } from './connections'

/**
 * Makes the token that a connection's identity provider provisions users with (RFC 7644 §2). The one before is void.
 *
 * @returns the token, which is stored nowhere
 * @throws Forbidden, NotFound also for a platform connection, whose accounts are ours
 */
export async function makeScimToken(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<string> {
  const { db, ports } = management
  const { id, hasScimToken, audit, by } = await open(scope, slug, management)
  const token = `vst_scim_${randomBytes(32).toString('base64url')}`
  const made = {
    connectionId: id,
    hash: hashSecret(token),
    createdBy: scope.actor.name,
    createdAt: ports.clock(),
  }
  await scimTokenStore(db).set(made, audit(hasScimToken ? 'scim_token_replaced' : 'scim_token_created'), by)
  return token
}

/**
 * Ends provisioning over a connection. What was provisioned stays: who is inactive still cannot log in.
 *
 * @throws as {@link makeScimToken}
 */
export async function removeScimToken(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<void> {
  const { id, audit, by } = await open(scope, slug, management)
  await scimTokenStore(management.db).remove(id, audit('scim_token_removed'), by)
}

async function open(scope: OrganizationScope, slug: string, management: Management) {
  requirePermission(scope, 'configure')
  const { id, name, type, hasScimToken } = await findConnection(scope, slug, management)
  if (type === 'platform') throw new NotFound('connection')
  const audit = (deed: string) => [
    auditEntry(scope, management.ports.clock(), {
      action: `connection.${deed}`,
      targetKind: 'connection',
      targetId: id,
      targetName: name,
    }),
  ]
  const by = askingOf(scope)
  return { id, hasScimToken, audit, by }
}
