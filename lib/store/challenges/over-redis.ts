import { randomUUID } from 'node:crypto'
import { type Challenges, type CodeRedemption, StoreUnavailable } from '@/lib/oauth/ports/ports'
import { evaluateOnce, guardedCommands, type RedisCommands, redisScript } from '@/lib/store/redis/commands'
import { codeKey, codeValue, REDEEM_CODE, requestKey, requestValue } from './redis-script'

const REDEEM = redisScript(REDEEM_CODE)

/**
 * The challenge store on any Redis. A client's error becomes StoreUnavailable and loses the command it quotes.
 * Decision 0005.
 *
 * @param tags hash tags of the keys that readiness writes and reads: several where keys are on several servers
 */
export function challengesOverRedis(commands: RedisCommands, tags: readonly string[] = ['0']): Challenges {
  const redis = guardedCommands(commands, 'challenges')
  return {
    async saveChallenge(requestId, codeChallenge, lifetime) {
      await redis.set(requestKey(requestId), JSON.stringify(requestValue(codeChallenge)), lifetime)
    },
    rearmChallenge: async (requestId, lifetime) =>
      (await redis.expire(requestKey(requestId), lifetime)) === 1,
    async takeChallenge(requestId) {
      const value = await redis.getdel(requestKey(requestId))
      return typeof value === 'string' ? (JSON.parse(value).code_challenge as string) : null
    },
    async saveCode(codeHash, record, lifetime) {
      await redis.set(codeKey(codeHash), JSON.stringify(codeValue(record)), lifetime)
    },
    async redeemCode(codeHash, { codeChallenge, serverId, clientId, redirectUri }, spentLifetime) {
      const parameters = [codeChallenge, serverId, clientId, String(spentLifetime)]
      if (redirectUri !== undefined) parameters.push(redirectUri)
      return toRedemption(await evaluateOnce(redis, REDEEM, codeKey(codeHash), parameters))
    },
    async ping() {
      await Promise.all(tags.map((tag) => probe(redis, tag)))
    },
  }
}

/** Seconds that a probe stays. */
const PROBE_LIFETIME = 10

/** A server that answers PING may take no writes: a replica, one that is full, or a cluster that lost a master. */
async function probe(redis: RedisCommands, tag: string): Promise<void> {
  const [key, value] = [`auth:probe:{${tag}}:${randomUUID()}`, randomUUID()]
  await redis.set(key, value, PROBE_LIFETIME)
  if ((await redis.get(key)) !== value)
    throw new StoreUnavailable('challenges', { cause: new Error('a key that was written is not there') })
}

function toRedemption(reply: unknown): CodeRedemption {
  const [outcome, grantId, requestId] = reply as string[]
  if ((outcome === 'redeemed' || outcome === 'replayed') && grantId && requestId)
    return { outcome, grantId, requestId }
  return { outcome: 'refused' }
}
