import { createHash, randomUUID } from 'node:crypto'
import { type Challenges, type CodeRedemption, StoreUnavailable } from '@/lib/oauth/ports/ports'
import { codeKey, codeValue, REDEEM_CODE, requestKey, requestValue } from './redis-script'

/** The commands that the challenge store needs of a Redis client. Each is sent at most once. */
export type RedisCommands = {
  set(key: string, value: string, seconds: number): Promise<unknown>
  /** 1 when the key is there, 0 otherwise. */
  expire(key: string, seconds: number): Promise<unknown>
  get(key: string): Promise<unknown>
  getdel(key: string): Promise<unknown>
  evaluate(script: string, key: string, parameters: readonly string[]): Promise<unknown>
  /** The same for a script that the server has, by its SHA-1; fails with `NOSCRIPT`, and nothing done, when it has not. */
  evaluateStored(sha: string, key: string, parameters: readonly string[]): Promise<unknown>
}

/**
 * The challenge store on any Redis. A client's error becomes StoreUnavailable and loses the command it quotes.
 * Decision 0005.
 *
 * @param tags hash tags of the keys that readiness writes and reads: several where keys are on several servers
 */
export function challengesOverRedis(commands: RedisCommands, tags: readonly string[] = ['0']): Challenges {
  const redis = guardedCommands(commands)
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
      return toRedemption(await evaluateOnce(redis, codeKey(codeHash), parameters))
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

const REDEEM_CODE_SHA = createHash('sha1').update(REDEEM_CODE).digest('hex')

/** The script goes over the network only when the server has not seen it since its start. */
async function evaluateOnce(
  redis: RedisCommands,
  key: string,
  parameters: readonly string[],
): Promise<unknown> {
  try {
    return await redis.evaluateStored(REDEEM_CODE_SHA, key, parameters)
  } catch (error) {
    const isUnknown = error instanceof StoreUnavailable && (error.cause as Error).message === 'NOSCRIPT'
    if (!isUnknown) throw error
    return redis.evaluate(REDEEM_CODE, key, parameters)
  }
}

function toRedemption(reply: unknown): CodeRedemption {
  const [outcome, grantId, requestId] = reply as string[]
  if ((outcome === 'redeemed' || outcome === 'replayed') && grantId && requestId)
    return { outcome, grantId, requestId }
  return { outcome: 'refused' }
}

function guardedCommands(commands: RedisCommands): RedisCommands {
  const guard =
    <Parameters extends unknown[]>(send: (...parameters: Parameters) => Promise<unknown>) =>
    async (...parameters: Parameters) => {
      try {
        return await send(...parameters)
      } catch (error) {
        throw new StoreUnavailable('challenges', { cause: new Error(reasonOf(error)) })
      }
    }
  return {
    set: guard(commands.set),
    expire: guard(commands.expire),
    get: guard(commands.get),
    getdel: guard(commands.getdel),
    evaluate: guard(commands.evaluate),
    evaluateStored: guard(commands.evaluateStored),
  }
}

/**
 * A system error's code, the word that Redis starts an error with (`NOAUTH`, `OOM`), or the error's name. Nothing
 * more: messages of both clients, and some of Redis itself, quote the command with its values.
 */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  for (const { code } of [error, error.cause ?? {}] as { code?: unknown }[])
    if (typeof code === 'string') return code
  return /^(?:Command failed: )?([A-Z]{2,})\b/.exec(error.message)?.[1] ?? error.name
}
