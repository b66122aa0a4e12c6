import { COMMAND_LINE } from '@/lib/access'
import { installationEntry } from '@/lib/audit/audit'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { retention } from '@/lib/store/retention/runner'
import type { Context } from './surroundings'

/** Cleans up until nothing is left to do, and prints how much of each kind went. */
export async function applyRetention({ installation: { db }, out }: Context): Promise<number> {
  const entry = installationEntry(COMMAND_LINE, db.clock.now(), {
    action: 'installation.cleaned_up',
    targetKind: 'installation',
    targetName: 'installation',
  })
  // First: what is cleaned up in many transactions is never cleaned up without it.
  await auditLogStore(db).append([entry])
  const cleaned = await retention(db)(db.clock.now(), { batches: Number.POSITIVE_INFINITY })
  for (const { what, count } of cleaned) out(`${String(count).padStart(9)}  ${what}`)
  return 0
}
