import { createHash } from 'node:crypto'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'

/** The commands that are needed of a Redis client. Each is sent at most once. */
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

/** A Redis that was connected to. */
export type RedisServer = {
  readonly commands: RedisCommands
  /** Hash tags of the keys that readiness writes and reads: several where keys are on several servers. */
  readonly tags?: readonly string[]
}

/** A script with its SHA-1, by which a server knows it. */
export type RedisScript = { readonly text: string; readonly sha: string }

export const redisScript = (text: string): RedisScript => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
})

/** The script goes over the network only when the server has not seen it since its start. */
export async function evaluateOnce(
  redis: RedisCommands,
  { text, sha }: RedisScript,
  key: string,
  parameters: readonly string[],
): Promise<unknown> {
  try {
    return await redis.evaluateStored(sha, key, parameters)
  } catch (error) {
    const isUnknown = error instanceof StoreUnavailable && (error.cause as Error).message === 'NOSCRIPT'
    if (!isUnknown) throw error
    return redis.evaluate(text, key, parameters)
  }
}

/**
 * The same commands; a client's error becomes StoreUnavailable and loses the command it quotes.
 *
 * @param store what is kept there
 */
export function guardedCommands(commands: RedisCommands, store: StoreUnavailable['store']): RedisCommands {
  const fail = (error: unknown): never => {
    throw new StoreUnavailable(store, { cause: new Error(reasonOf(error)) })
  }
  const guard =
    <Parameters extends unknown[]>(send: (...parameters: Parameters) => Promise<unknown>) =>
    (...parameters: Parameters) =>
      send(...parameters).catch(fail)
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
