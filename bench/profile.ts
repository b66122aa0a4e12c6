/**
 * `npm run bench -- profile [OPERATION]`: whose code the CPU time of an operation goes to, once it is warmed up.
 * `dist/bench/profile.cpuprofile` can be opened in the developer tools of a browser.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { measure } from './measure'
import { startStores } from './stores'
import type { OperationName } from './targets/target'
import { vestibule } from './targets/vestibule'

type Frame = { readonly functionName: string; readonly url: string; readonly lineNumber: number }

/** As V8 writes it. */
type Profile = {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const WARM_UP = { seconds: 20, limit: 20_000 }
const MEASURED = { seconds: 8, limit: 20_000 }
const FILE = path.resolve('dist/bench/profile.cpuprofile')

/** Not the server's work. */
const isIdle = ({ functionName, url }: Frame) =>
  functionName === '(idle)' || (functionName === 'dispatch' && url === '')

function ownerOf({ url, functionName }: Frame): string {
  const packages = [...url.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)]
  const last = packages.at(-1)?.[1]
  if (last) return last
  if (url.startsWith('node:')) return 'Node.js'
  if (url) return 'Vestibule'
  return functionName === '(garbage collector)' ? 'garbage collection' : 'native code'
}

const placeOf = ({ functionName, url, lineNumber }: Frame) =>
  `${functionName || '(anonymous)'} ${url.replace(/.*\/(node_modules|dist)\//, '')}:${lineNumber + 1}`

/** Percentages of the time that was not idle, the largest first. */
function shares({ nodes, samples, timeDeltas }: Profile, nameOf: (frame: Frame) => string, most: number) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const times = new Map<string, number>()
  let busy = 0
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id)
    if (!frame || isIdle(frame)) continue
    const [name, took] = [nameOf(frame), timeDeltas[index] ?? 0]
    busy += took
    times.set(name, (times.get(name) ?? 0) + took)
  }
  return [...times]
    .sort(([, one], [, other]) => other - one)
    .slice(0, most)
    .map(([name, took]) => `| ${name} | ${((100 * took) / busy).toFixed(1)} |`)
}

const stores = await startStores()
const hook = { NODE_OPTIONS: `--import ${path.resolve('bench/profiler.mjs')}`, PROFILE_FILE: FILE }
const target = await vestibule('jwt', hook).start(stores)
try {
  const name = (process.argv[2] ?? 'login') as OperationName
  const operation = target.operations[name]
  if (!operation) throw new Error(`${name}: no such operation`)
  await measure(target, operation, WARM_UP, stores.cpu)
  rmSync(FILE, { force: true })
  process.kill(target.pid, 'SIGUSR2')
  const { rate, serverCpu, storesCpu } = await measure(target, operation, MEASURED, stores.cpu)
  process.kill(target.pid, 'SIGUSR2')
  while (!existsSync(FILE)) await wait(50)
  const profile = JSON.parse(readFileSync(FILE, 'utf8')) as Profile
  console.log(
    `${name}: ${Math.round(rate)} a second, ${serverCpu.toFixed(2)} + ${storesCpu.toFixed(2)} ms of CPU`,
  )
  for (const nameOf of [ownerOf, placeOf])
    console.log(['', '| | % |', '|---|---|', ...shares(profile, nameOf, 40)].join('\n'))
} finally {
  await target.stop()
  await stores.close()
}
process.exit(0)
