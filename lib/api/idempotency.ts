import { answerIdempotently } from '@/lib/api-keys/idempotency'
import type { Management } from '@/lib/management/management'
import { Problem } from './problem'

/** An answer that can be kept and given again. */
export type Kept = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

type Sent = { readonly request: Request; readonly apiKeyId: string; readonly body: string }

/**
 * Executes a POST, with an `Idempotency-Key` header only once.
 *
 * @param work throws for results that must not be kept
 * @throws Problem when the key is malformed, another request's, or the first one is in progress
 */
export async function respondOnce(
  { request, apiKeyId, body }: Sent,
  work: () => Promise<Kept>,
  management: Management,
): Promise<Kept> {
  const idempotencyKey = request.headers.get('idempotency-key')
  if (request.method !== 'POST' || idempotencyKey === null) return work()
  if (!/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    const errors = [{ parameter: 'Idempotency-Key', detail: 'must be 1 to 255 visible ASCII characters' }]
    throw new Problem('invalid-parameter', 'errors has every mistake', { errors })
  }
  const content = `${request.method} ${new URL(request.url).pathname}\n${body}`
  const once = await answerIdempotently({ apiKeyId, idempotencyKey, content }, work, management)
  if (once.outcome !== 'answered') throw OUTCOMES[once.outcome]()
  const { answer, isReplayed } = once
  return isReplayed ? { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } } : answer
}

const OUTCOMES = {
  under_way: () =>
    new Problem('idempotency-key-in-use', 'wait for the answer to the first request, then send it again', {
      headers: { 'retry-after': '1' },
    }),
  another_request: () => new Problem('idempotency-key-reused', 'use another key for another request'),
}
