/**
 * `npm run bench -- overload [OPERATION]`: the highest steady rate, and what becomes of the good answers when three
 * times as many requests come in, whether or not earlier ones were answered.
 */
import { performance } from 'node:perf_hooks'
import { Connection } from '../connection'
import { measure, quantile } from '../measure'
import { startStores } from '../stores'
import { CONNECTIONS } from '../targets/oauth-operations'
import type { Operation, OperationName, Running } from '../targets/target'
import { vestibule } from '../targets/vestibule'

const SECONDS = 6
const TIMES = 3

/** Connections that clients open at most: who finds none free gives up. */
const CLIENTS = 1_000

type Outcome = { good: number; refused: number; failed: number; latencies: number[] }

/** Requests come in at a rate of their own, each on a connection that is free. */
async function flood(target: Running, operation: Operation, rate: number): Promise<Outcome> {
  const outcome: Outcome = { good: 0, refused: 0, failed: 0, latencies: [] }
  const free: Connection[] = []
  let opened = 0
  const one = async (index: number) => {
    const connection = free.pop() ?? (opened < CLIENTS ? new Connection(target.port, target.host) : null)
    if (!connection) return void outcome.failed++
    if (connection !== free.at(-1)) opened++
    const began = performance.now()
    try {
      if (await operation.step(connection, index % CONNECTIONS)) {
        outcome.good++
        outcome.latencies.push(performance.now() - began)
      }
    } catch (error) {
      if (String(error).includes('HTTP/1.1 503')) outcome.refused++
      else outcome.failed++
    }
    free.push(connection)
    opened--
  }
  const began = performance.now()
  const running: Promise<void>[] = []
  for (let sent = 0; ; ) {
    const elapsed = performance.now() - began
    if (elapsed > SECONDS * 1000) break
    for (const due = (elapsed * rate) / 1000; sent < due; sent++) running.push(one(sent))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(running)
  return outcome
}

const name = (process.argv[2] ?? 'introspect') as OperationName
const stores = await startStores()
const target = await vestibule('jwt').start(stores)
try {
  const operation = target.operations[name]
  if (!operation) throw new Error(`${name}: no such operation`)
  const bounds = { seconds: SECONDS, limit: 100_000 }
  await measure(target, operation, bounds, stores.cpu)
  const steady = await measure(target, operation, bounds, stores.cpu)
  await operation.prepare?.(Math.ceil(steady.rate * TIMES * SECONDS))
  const { good, refused, failed, latencies } = await flood(target, operation, steady.rate * TIMES)
  const kept = good / SECONDS / steady.rate
  console.log(`${name}: ${Math.round(steady.rate)} a second at most, p99 ${steady.p99.toFixed(0)} ms`)
  console.log(
    `at ${TIMES} times that: ${Math.round(good / SECONDS)} good answers a second (${kept.toFixed(2)} of it), p99 ${quantile(latencies, 0.99).toFixed(0)} ms, ${Math.round(refused / SECONDS)} refused a second, ${Math.round(failed / SECONDS)} given up by clients`,
  )
} finally {
  await target.stop()
  await stores.close()
}
process.exit(0)
