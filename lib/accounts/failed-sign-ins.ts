import { type AuditEntry, auditLogStore } from '@/lib/store/audit/audit-log'
import type { Database } from '@/lib/store/database/database'

/** Milliseconds, and what is recorded in that time: of one account, and of all that there are not. */
const WHILE = 3600_000
const MOST = { ofAccount: 5, ofUnknown: 60 }

/**
 * Records what failed before anybody was signed in. Anyone can cause it, and entries are for good: of one account, and
 * of unknown ones together, only so many an hour are. Decision 0033.
 */
export async function recordFailure(db: Database, entry: AuditEntry): Promise<void> {
  const most = entry.targetId === undefined ? MOST.ofUnknown : MOST.ofAccount
  await auditLogStore(db).appendUpTo(most, entry, new Date(entry.at.getTime() - WHILE))
}
