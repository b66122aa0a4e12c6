import type { Installation } from '@/lib/services/installation'
import { retention } from '@/lib/store/retention/runner'

/** Cleans up until nothing is left to do, and prints how much of each kind went. */
export async function applyRetention(
  { db }: Installation,
  { out }: { readonly out: (line: string) => void },
): Promise<number> {
  const cleaned = await retention(db)(db.clock.now(), { batches: Number.POSITIVE_INFINITY })
  for (const { what, count } of cleaned) out(`${String(count).padStart(9)}  ${what}`)
  return 0
}
