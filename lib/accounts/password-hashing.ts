import { APIError } from 'better-auth/api'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { processOnce } from '@/lib/process-once'

/**
 * Passwords that are hashed at the same time. Each takes 32 MiB and one of the four threads that the process also looks
 * up names and reads files with.
 */
const AT_ONCE = 2

/** How many may wait, a second or two; further requests are refused. */
const QUEUE = 30

/** Seconds. */
const COME_BACK = 3

type Gate = { running: number; readonly waiting: (() => void)[] }

/**
 * scrypt as in better-auth, with one limit of concurrency for the whole process. Decision 0033.
 *
 * @throws APIError 503 with `Retry-After` when too many wait already
 */
export const passwordHashing = {
  hash: (password: string) => inTurn(() => hashPassword(password)),
  verify: (given: { hash: string; password: string }) => inTurn(() => verifyPassword(given)),
}

/** Whether an error says that too many passwords wait to be hashed. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'statusCode' in error && error.statusCode === 503

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const gate = processOnce('password hashing', (): Gate => ({ running: 0, waiting: [] }))
  if (gate.running < AT_ONCE) gate.running += 1
  else if (gate.waiting.length < QUEUE) await new Promise<void>((resolve) => gate.waiting.push(resolve))
  else throw new APIError('SERVICE_UNAVAILABLE', { message: 'busy' }, { 'retry-after': String(COME_BACK) })
  try {
    return await work()
  } finally {
    // The next in the queue takes the slot.
    const next = gate.waiting.shift()
    if (next) next()
    else gate.running -= 1
  }
}
