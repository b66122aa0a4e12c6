import { and, eq, isNull, lte, sql } from 'drizzle-orm'
import { idempotentRequests } from '@/drizzle/schema/api-keys'
import type { Sealer } from '@/lib/crypto/seal'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { idempotentAnswerContext } from '@/lib/store/database/sealed-contexts'

/** Milliseconds after which another attempt takes over: longer than any request can be under way. */
const GIVEN_UP = 120_000

/** Milliseconds for which an answer is kept. */
const KEPT = 24 * 3600_000

export type IdempotentRequest = {
  /** SHA-256 (hex) of the API key's id and the idempotency key. */
  readonly id: string
  readonly apiKeyId: string
  /** SHA-256 (hex) of what is asked for. */
  readonly fingerprint: string
}

/** `begun`: do it, then `finish` or `abandon` with this attempt. */
export type Begun =
  | { readonly outcome: 'begun'; readonly attempt: number }
  | { readonly outcome: 'answered'; readonly answer: string }
  | { readonly outcome: 'under_way' }
  | { readonly outcome: 'another_request' }

/** What was answered to requests with an idempotency key, sealed, in Postgres. */
export function idempotencyStore(db: Database, sealer: Sealer) {
  const ours = (id: string, attempt: number) =>
    and(eq(idempotentRequests.id, id), eq(idempotentRequests.attempt, attempt))
  const givenUp = (fingerprint: string, now: Date) =>
    and(
      isNull(idempotentRequests.answer),
      eq(idempotentRequests.fingerprint, fingerprint),
      lte(idempotentRequests.startedAt, new Date(now.getTime() - GIVEN_UP)),
    )
  return guarded({
    /** Of any number of callers at once, one begins. */
    async begin({ id, apiKeyId, fingerprint }: IdempotentRequest, now: Date): Promise<Begun> {
      const values = {
        id,
        apiKeyId,
        fingerprint,
        startedAt: now,
        expiresAt: new Date(now.getTime() + KEPT),
      }
      const [begun] = await db
        .insert(idempotentRequests)
        .values(values)
        .onConflictDoUpdate({
          target: idempotentRequests.id,
          set: { ...values, answer: null, attempt: sql`${idempotentRequests.attempt} + 1` },
          setWhere: sql`${lte(idempotentRequests.expiresAt, now)} or (${givenUp(fingerprint, now)})`,
        })
        .returning({ attempt: idempotentRequests.attempt })
      if (begun) return { outcome: 'begun', ...begun }
      const [row] = await db.select().from(idempotentRequests).where(eq(idempotentRequests.id, id))
      if (row && row.fingerprint !== fingerprint) return { outcome: 'another_request' }
      if (!row || row.answer === null) return { outcome: 'under_way' }
      return { outcome: 'answered', answer: sealer.open(row.answer, idempotentAnswerContext(id)) }
    },

    /** Keeps the answer, unless another attempt has taken over. */
    async finish(id: string, attempt: number, answer: string): Promise<void> {
      await db
        .update(idempotentRequests)
        .set({ answer: sealer.seal(answer, idempotentAnswerContext(id)) })
        .where(ours(id, attempt))
    },

    /** Nothing was done: the next one may try. */
    async abandon(id: string, attempt: number): Promise<void> {
      await db.delete(idempotentRequests).where(ours(id, attempt))
    },
  })
}
