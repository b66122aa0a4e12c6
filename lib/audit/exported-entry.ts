import { type AuditRecord, exactTime } from '@/lib/store/audit/audit-log'

/** An entry of the audit log as an export has it, and as it is sent to webhooks. */
export function exportedEntry({ chain, sequence, action, detail, hash, ...names }: AuditRecord) {
  const { actorKind, actorId, actorName, actorSalt, targetKind, targetId, targetName, targetSalt } = names
  return {
    chain,
    sequence,
    at: exactTime(names),
    actor: { kind: actorKind, id: actorId, name: actorName, salt: actorSalt },
    action,
    target: { kind: targetKind, id: targetId, name: targetName, salt: targetSalt },
    detail,
    hash,
  }
}
