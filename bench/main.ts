/** `npm run bench`: Vestibule beside its peers, and beside the least that the work can cost. See README.md. */
import { writeFileSync } from 'node:fs'
import { type Bounds, type Measurement, measure, medianOf } from './measure'
import { type Options, readOptions, USAGE } from './options'
import { memoryOf } from './process-usage'
import { type Result, report } from './report'
import { type Stores, startStores } from './stores'
import { betterAuth, floor, mcpSdk, oidcProvider } from './targets/peers'
import type { OperationName, Running, Target } from './targets/target'
import { vestibule, vestibuleBehindNext } from './targets/vestibule'

const TARGETS: readonly Target[] = [
  floor('jwt'),
  floor('opaque'),
  vestibule('jwt'),
  vestibule('opaque'),
  vestibuleBehindNext,
  oidcProvider('memory', 'opaque'),
  oidcProvider('memory', 'jwt'),
  oidcProvider('redis', 'jwt'),
  oidcProvider('postgres', 'jwt'),
  oidcProvider('postgres', 'opaque'),
  betterAuth,
  mcpSdk,
]

type Participant = {
  readonly target: Target
  readonly running: Running
  readonly measured: Map<OperationName, Measurement[]>
  /** Megabytes before the first request. */
  readonly atRest: number
}

async function main(args: readonly string[]): Promise<void> {
  // Each server that runs ends with us.
  process.setMaxListeners(50)
  const names = TARGETS.map(({ name }) => name)
  const options = optionsOf(args, names)
  const undo: (() => Promise<void>)[] = []
  const stop = async () => {
    for (let close = undo.pop(); close; close = undo.pop()) await close().catch(console.error)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop().then(() => process.exit(1)))
  try {
    const stores = await startStores()
    undo.push(stores.close)
    const started: Omit<Participant, 'atRest'>[] = []
    for (const target of TARGETS.filter(({ name }) => options.targets.includes(name))) {
      const running = await target.start(stores)
      undo.push(running.stop)
      started.push({ target, running, measured: new Map() })
    }
    const participants = started.map((one) => ({ ...one, atRest: memoryOf(one.running.pid) }))
    const warmUp = { seconds: options.warmUp, limit: options.limit }
    for (const operation of options.operations) await turn(participants, operation, warmUp, stores, 'warm-up')
    for (const { measured } of participants) measured.clear()
    for (let round = 1; round <= options.rounds; round++)
      for (const operation of options.operations)
        await turn(participants, operation, options, stores, `round ${round}`)
    const text = report(participants.map(resultOf), { options, stores, now: new Date() })
    if (options.report) writeFileSync(options.report, text)
    else console.log(text)
  } finally {
    await stop()
  }
}

function optionsOf(args: readonly string[], names: readonly string[]): Options {
  try {
    return readOptions(args, names)
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}

/** One operation, with each target in turn. */
async function turn(
  participants: readonly Participant[],
  operation: OperationName,
  bounds: Bounds,
  stores: Stores,
  name: string,
): Promise<void> {
  for (const { target, running, measured } of participants) {
    const work = running.operations[operation]
    if (!work) continue
    const one = await measure(running, work, bounds, stores.cpu).catch((error: unknown) => {
      throw new Error(`${target.name}, ${operation}: ${error}`, { cause: error })
    })
    measured.set(operation, [...(measured.get(operation) ?? []), one])
    const costs = `${one.serverCpu.toFixed(2)} + ${one.storesCpu.toFixed(2)} ms CPU`
    console.error(`${name}, ${operation}, ${target.name}: ${Math.round(one.rate)}/s, ${costs}`)
  }
}

function resultOf({ target, running, measured, atRest }: Participant): Result {
  const medians = [...measured].map(([operation, all]) => [operation, medianOf(all)] as const)
  const { name, label } = target
  return { name, label, readyAfter: running.readyAfter, atRest, operations: new Map(medians) }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  },
)
