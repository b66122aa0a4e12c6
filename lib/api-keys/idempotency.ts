import { insist } from '@/lib/oauth/flow/insist'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { idempotencyStore } from '@/lib/store/accounts/idempotency'
import type { Management } from '../management/management'

/** A request that its sender may send again. */
export type RepeatableRequest = {
  readonly apiKeyId: string
  /** What the sender calls it. */
  readonly idempotencyKey: string
  /** Everything that is asked for; never stored. */
  readonly content: string
}

export type AnsweredOnce<Answer> =
  | { readonly outcome: 'answered'; readonly answer: Answer; readonly isReplayed: boolean }
  /** The same is being done just now. */
  | { readonly outcome: 'under_way' }
  /** The key was used for something else. */
  | { readonly outcome: 'another_request' }

/** Until another attempt would take over, or nearly so. */
const KEEP_TRIES = 100

/**
 * Executes something once within 24 hours, and returns the same result to every repetition.
 *
 * @param work when it throws, nothing is kept and the next request tries again
 */
export async function answerIdempotently<Answer>(
  { apiKeyId, idempotencyKey, content }: RepeatableRequest,
  work: () => Promise<Answer>,
  { db, sealer, ports }: Management,
): Promise<AnsweredOnce<Answer>> {
  const store = idempotencyStore(db, sealer)
  const id = hashSecret(`${apiKeyId}\n${idempotencyKey}`)
  const begun = await store.begin({ id, apiKeyId, fingerprint: hashSecret(content) }, ports.clock())
  if (begun.outcome === 'answered')
    return { outcome: 'answered', answer: JSON.parse(begun.answer) as Answer, isReplayed: true }
  if (begun.outcome !== 'begun') return begun
  const answer = await work().catch(async (error: unknown) => {
    // Should this fail, too, the next request has to wait until it counts as given up.
    await store.abandon(id, begun.attempt).catch(() => {})
    throw error
  })
  // What is done is answered, also when that cannot be kept just now.
  const keep = () => store.finish(id, begun.attempt, JSON.stringify(answer))
  await keep().catch(() => ports.background('idempotent answer', insist(keep, KEEP_TRIES)))
  return { outcome: 'answered', answer, isReplayed: false }
}
