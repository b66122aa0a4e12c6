import { performance } from 'node:perf_hooks'
import type { Challenges } from '@/lib/oauth/ports/ports'
import type { Metrics } from './metrics'

/** The same store; how long its commands take, and which fail, is counted. */
export function meteredChallenges(
  challenges: Challenges,
  { storeDurations, storeErrors }: Metrics,
): Challenges {
  const counted =
    <Arguments extends readonly unknown[], T>(method: (...args: Arguments) => Promise<T>) =>
    async (...args: Arguments): Promise<T> => {
      const began = performance.now()
      try {
        return await method(...args)
      } catch (error) {
        storeErrors.inc({ store: 'challenges', reason: 'unavailable' })
        throw error
      } finally {
        storeDurations.observe({ store: 'challenges' }, (performance.now() - began) / 1_000)
      }
    }
  return {
    saveChallenge: counted(challenges.saveChallenge),
    rearmChallenge: counted(challenges.rearmChallenge),
    takeChallenge: counted(challenges.takeChallenge),
    saveCode: counted(challenges.saveCode),
    redeemCode: counted(challenges.redeemCode),
    ping: challenges.ping,
  }
}
