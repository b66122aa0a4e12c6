import { performance } from 'node:perf_hooks'
import { Connection } from './connection'
import { cpuOf, memoryOf } from './process-usage'
import { CONNECTIONS } from './targets/oauth-operations'
import type { Operation, Running } from './targets/target'

/** One operation of one target in one round. */
export type Measurement = {
  /** Operations a second. */
  readonly rate: number
  /** CPU milliseconds of an operation: the server's, and that of Postgres and Redis. */
  readonly serverCpu: number
  readonly storesCpu: number
  /** Milliseconds from request to answer. */
  readonly p50: number
  readonly p99: number
  /** Resident memory of the server in megabytes, at the end. */
  readonly memory: number
}

export type Bounds = { readonly seconds: number; readonly limit: number }

/** @param storesCpu CPU time in milliseconds that the stores have used so far */
export async function measure(
  target: Running,
  operation: Operation,
  { seconds, limit }: Bounds,
  storesCpu: () => number,
): Promise<Measurement> {
  await operation.prepare?.(limit)
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(target.port, target.host))
  const latencies: number[] = []
  const [server, stores, began] = [cpuOf(target.pid), storesCpu(), performance.now()]
  const deadline = began + seconds * 1000
  const drive = async (connection: Connection, index: number) => {
    while (latencies.length < limit) {
      const start = performance.now()
      if (start > deadline || !(await operation.step(connection, index))) return
      latencies.push(performance.now() - start)
    }
  }
  try {
    await Promise.all(connections.map(drive))
  } finally {
    for (const connection of connections) connection.close()
  }
  const took = performance.now() - began
  const done = latencies.length
  if (done === 0) throw new Error('nothing was done')
  return {
    rate: (done * 1000) / took,
    serverCpu: (cpuOf(target.pid) - server) / done,
    storesCpu: (storesCpu() - stores) / done,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    memory: memoryOf(target.pid),
  }
}

/** Of numbers in any order; 0 of none. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

/** The median of each figure. */
export function medianOf(measurements: readonly Measurement[]): Measurement {
  const median = (figure: keyof Measurement) =>
    quantile(
      measurements.map((one) => one[figure]),
      0.5,
    )
  return {
    rate: median('rate'),
    serverCpu: median('serverCpu'),
    storesCpu: median('storesCpu'),
    p50: median('p50'),
    p99: median('p99'),
    memory: median('memory'),
  }
}
