import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { Session, Setting } from './login'
import { seeded } from './random'
import { BeginAnew, type Insist } from './retry'
import { step } from './run'
import { newTally, type Tally } from './tally'
import { behave, type ChaosWorld, startChaosWorld } from './world'

export type SoakOptions = {
  /** Seconds, besides the start and finding out what the highest steady load is. */
  readonly seconds: number
  readonly seed: number
  readonly print: (line: string) => void
}

/** Clients that ask one thing after another, to find out how much can be asked, and for how many seconds. */
const PROBE = { clients: 12, seconds: 30 }

/** Who logs in at each provider, and how many sessions are in use: whoever comes back most often has a newer one. */
const USE = { users: 2_000, sessions: 4_000 }

/** What may not be exceeded: how much slower the last quarter is than the second, and bytes of heap in ten minutes. */
const LIMITS = { slower: 1.1, heap: 1_000_000 }

type Sample = { readonly at: number; readonly milliseconds: number }
type Heap = { readonly at: number; readonly instance: string; readonly bytes: number }

/** The load of the chaos run without its faults, at half of the highest steady load. */
export async function runSoak({ seconds, seed, print }: SoakOptions) {
  const world = await startChaosWorld({ collects: true })
  try {
    for (const provider of world.providers) behave(provider, { users: USE.users })
    const random = seeded(seed)
    const tally = newTally()
    tally.enter('the highest load')
    const samples: Sample[] = []
    const setting = { publicUrl: world.publicUrl, tally, insist: measured(tally, samples) }
    const use = { setting, world, sessions: [] as Session[], random }
    const highest = await highestLoad(use)
    print(
      `The highest steady load is ${highest.toFixed(1)} operations/s; half of it for ${seconds / 60} minutes …`,
    )
    samples.length = 0
    tally.enter('half of it')
    await load(use, highest / 2, seconds)
    return {
      ...verdict({ samples, heaps: heapsOf(world), seconds, tally, highest }),
      printed: world.printed(),
    }
  } finally {
    await world.close()
  }
}

type Use = {
  readonly setting: Setting
  readonly world: ChaosWorld
  readonly sessions: Session[]
  readonly random: () => number
}

function act({ setting, world, sessions, random }: Use) {
  sessions.splice(0, sessions.length - USE.sessions)
  return step(setting, world, sessions, random)
}

/** Nothing fails here, so nothing is tried again: whatever is not answered is an error. */
function measured(tally: Tally, samples: Sample[]): Insist {
  return async (ask) => {
    const at = Date.now()
    const since = performance.now()
    const answer = await ask().catch((error: unknown) => String(error))
    samples.push({ at, milliseconds: performance.now() - since })
    if (typeof answer !== 'string' && answer.status < 500) return answer
    const said =
      typeof answer === 'string' ? answer : `${answer.url} answered ${answer.status} ${await answer.text()}`
    tally.count('lost', `${said.slice(0, 300)}`)
    throw new BeginAnew('an error')
  }
}

/** Operations a second that clients get through which ask one thing after another. */
async function highestLoad(use: Use): Promise<number> {
  const until = performance.now() + PROBE.seconds * 1_000
  let done = 0
  const workers = Array.from({ length: PROBE.clients }, async () => {
    while (performance.now() < until) {
      await act(use).catch(() => {})
      done++
    }
  })
  await Promise.all(workers)
  return done / PROBE.seconds
}

/** So many operations a second, whatever becomes of them; each instance says now and then what it holds. */
async function load(use: Use, rate: number, seconds: number): Promise<void> {
  const began = performance.now()
  const underWay = new Set<Promise<unknown>>()
  const measure = Math.max(5, seconds / 60) * 1_000
  let next = began + measure
  for (let count = 0; performance.now() - began < seconds * 1_000; count++) {
    const work = act(use).catch(() => {})
    underWay.add(work)
    void work.finally(() => underWay.delete(work))
    if (performance.now() >= next) {
      for (const instance of use.world.instances) await instance.signal('SIGUSR2')
      next += measure
    }
    await wait(Math.max(0, began + ((count + 1) * 1_000) / rate - performance.now()))
  }
  await Promise.all(underWay)
}

/** What the instances said since they were asked first: a collection takes its time on a busy machine. */
function heapsOf({ printed }: ChaosWorld): readonly Heap[] {
  const said = printed().matchAll(/^heap (\d+) (\d+) (\d+)$/gm)
  return [...said].map(([, instance = '', at, bytes]) => ({ at: Number(at), instance, bytes: Number(bytes) }))
}

type Measured = {
  readonly samples: readonly Sample[]
  readonly heaps: readonly Heap[]
  readonly seconds: number
  readonly tally: Tally
  readonly highest: number
}

function verdict({ samples, heaps, seconds, tally, highest }: Measured) {
  const first = samples[0]?.at ?? 0
  const quarter = (number: number) => {
    const from = first + ((number - 1) * seconds * 1_000) / 4
    return samples.filter(({ at }) => at >= from && at < from + (seconds * 1_000) / 4)
  }
  const medians = [1, 2, 3, 4].map((number) =>
    median(quarter(number).map(({ milliseconds }) => milliseconds)),
  )
  const slower = (medians[3] ?? 0) / (medians[1] ?? 1)
  // The first quarter fills caches and compiles.
  const settled = heaps.filter(({ at }) => at > first + (seconds * 1_000) / 4)
  // A shorter run is judged by how much they grew in it, which says less.
  const minutes = Math.min(10, (seconds * 0.75) / 60)
  const growth = [...new Set(settled.map(({ instance }) => instance))].map(
    (instance) => slope(settled.filter((heap) => heap.instance === instance)) * minutes,
  )
  const most = Math.max(...growth)
  const errors = tally.verdict().wrong
  const wrong = [
    ...errors,
    ...(slower > LIMITS.slower
      ? [`the last quarter is ${slower.toFixed(2)} times as slow as the second`]
      : []),
    ...(growth.length === 0 ? ['no instance said what it holds'] : []),
    ...(most >= LIMITS.heap ? [`a heap grows by ${megabytes(most)} MB in ${minutes} minutes`] : []),
  ]
  const rows = [
    ['highest steady load', `${highest.toFixed(1)} operations/s`],
    ['requests measured', String(samples.length)],
    ['errors', String(errors.length)],
    ['medians of the quarters', medians.map((value) => `${value.toFixed(1)} ms`).join(', ')],
    ['last to second quarter', slower.toFixed(2)],
    [
      `heap after collection, growth in ${minutes} minutes`,
      growth.map((bytes) => `${megabytes(bytes)} MB`).join(', '),
    ],
  ]
  return { report: rows.map(([what, value]) => `| ${what} | ${value} |`).join('\n'), wrong }
}

const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(2)

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Bytes in a minute, by least squares. */
function slope(heaps: readonly Heap[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [at, bytes] = [mean(heaps.map((heap) => heap.at)), mean(heaps.map((heap) => heap.bytes))]
  const covariance = mean(heaps.map((heap) => (heap.at - at) * (heap.bytes - bytes)))
  const variance = mean(heaps.map((heap) => (heap.at - at) ** 2))
  return variance === 0 ? 0 : (covariance / variance) * 60_000
}
