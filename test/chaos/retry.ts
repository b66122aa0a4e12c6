import { setTimeout as wait } from 'node:timers/promises'
import type { Tally } from './tally'

/** A step did not lead on, and the client was told so in a way that it can begin anew. */
export class BeginAnew extends Error {}

/** Milliseconds for which a step is tried again. */
const PATIENCE = 120_000

export type Insist = (step: () => Promise<Response>, patience?: number) => Promise<Response>

/** Where the button of an error page leads: back to the client, which is told what failed. Null: it has none. */
export async function wayBackIn(answer: Response): Promise<string | null> {
  const [, href] = /class="button"[^>]* href="([^"]+)"/.exec(await answer.clone().text()) ?? []
  return href?.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))) ?? null
}

/** Tries a step until it is answered otherwise than with 503, as the specifications tell clients. */
export function insistence(tally: Tally): Insist {
  return async (step, patience = PATIENCE) => {
    const deadline = Date.now() + patience
    for (;;) {
      const answer = await step().catch(() => null)
      if (answer?.status === 500) tally.count('errors 500', `${answer.url} ${await answer.clone().text()}`)
      if (answer && answer.status !== 503 && answer.status !== 502) return answer
      if (answer && (await wayBackIn(answer))) return answer
      const retryAfter = answer?.headers.get('retry-after')
      if (answer?.status === 503 && !retryAfter) tally.count('503 without Retry-After', answer.url)
      if (Date.now() > deadline) throw new BeginAnew('no answer')
      tally.count('retried')
      await wait(Math.min(Number(retryAfter ?? 1), 2) * 1_000)
    }
  }
}
