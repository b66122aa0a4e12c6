import { setTimeout as wait } from 'node:timers/promises'
import { exchange, introspect, refresh } from './client'
import { FAULTS, type Fault, WAL_IS_FULL } from './faults'
import { logIn, type Session, type Setting } from './login'
import { checkPools } from './pools'
import { pick, seeded } from './random'
import { insistence } from './retry'
import { newTally } from './tally'
import { type ChaosWorld, startChaosWorld } from './world'

export type ChaosOptions = {
  readonly seed: number
  /** Seconds, besides the start. */
  readonly seconds: number
  /** Clients that do something at any time. */
  readonly clients: number
  /** How long faults last, in seconds. */
  readonly durations: readonly number[]
  /** Names of faults; by default all of them. */
  readonly faults?: readonly string[]
  /** The built version that the instances begin with, and what is done instead of faults, one after the other. */
  readonly upgrade?: { readonly directory: string; readonly steps: readonly Fault[] }
  readonly print: (line: string) => void
}

/** `printed`: by the instances. */
type ChaosResult = { readonly table: string; readonly wrong: readonly string[]; readonly printed: string }

/** Milliseconds between two faults. */
const PAUSE = 2_000

/** Milliseconds within which everything has to be well again after a fault, or the run ends. */
const PATIENCE = 60_000

/** Has clients log in, refresh, introspect and exchange tokens while one thing after another goes wrong. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, seconds, clients, print } = options
  const random = seeded(seed)
  const tally = newTally()
  const wanted = FAULTS.filter(
    ({ name }) => options.faults?.includes(name) ?? (name !== WAL_IS_FULL || process.getuid?.() === 0),
  )
  const { upgrade } = options
  const world = await startChaosWorld(upgrade ?? { walDisk: wanted.some(({ name }) => name === WAL_IS_FULL) })
  try {
    const setting = { publicUrl: world.publicUrl, tally, insist: insistence(tally) }
    const sessions: Session[] = []
    let stopping = false
    const act = seeded(seed + 1)
    const workers = Array.from({ length: clients }, async () => {
      while (!stopping)
        await step(setting, world, sessions, act).catch((error: unknown) =>
          tally.count('lost', String(error)),
        )
    })
    await wait(PAUSE)
    const breakThings = async () => {
      const faults = upgrade?.steps ?? inTurn(shuffled(wanted, random), Date.now() + seconds * 1_000)
      for (const fault of faults) {
        tally.enter(fault.name)
        print(`${fault.name} …`)
        await fault.inject(world, pick(random, options.durations), random)
        tally.well(await untilWell(world))
        await checkPools(world, tally)
        await wait(PAUSE)
      }
    }
    // What was counted until then is told all the same.
    const broken = await breakThings().then(
      () => [],
      (error: unknown) => [String(error)],
    )
    stopping = true
    await Promise.all(workers)
    tally.enter('afterwards')
    for (const session of sessions) if (!session.over) await refresh(session, setting)
    const { table, wrong } = tally.verdict()
    const uncaught = /uncaught|unhandled/i.test(world.printed()) ? ['an instance had an uncaught error'] : []
    return { table, wrong: [...wrong, ...broken, ...uncaught], printed: world.printed() }
  } finally {
    await world.close()
  }
}

/** One deed of one client: three refreshes to each login. A session is used by one client at a time. */
export async function step(
  setting: Setting,
  world: ChaosWorld,
  sessions: Session[],
  random: () => number,
): Promise<void> {
  const free = sessions.filter(({ busy, over }) => !busy && !over)
  if (free.length < 3 || random() < 0.2) {
    const session = await logIn(pick(random, world.issuers), setting)
    if (session) sessions.push(session)
    return
  }
  const session = pick(random, free)
  session.busy = true
  const deed = random() < 0.75 ? refresh : pick(random, [introspect, exchange])
  await deed(session, setting).finally(() => {
    session.busy = false
  })
  await wait(50)
}

/** Seconds until every instance says that logins work. */
async function untilWell({ instances }: ChaosWorld): Promise<number> {
  const since = Date.now()
  for (;;) {
    const ready = await Promise.all(instances.map((instance) => instance.isReady()))
    if (ready.every(Boolean)) return (Date.now() - since) / 1_000
    if (Date.now() - since > PATIENCE) throw new Error('the instances do not become well again')
    await wait(100)
  }
}

function* inTurn(faults: readonly Fault[], deadline: number): Generator<Fault> {
  for (;;)
    for (const fault of faults) {
      if (Date.now() >= deadline) return
      yield fault
    }
}

function shuffled(faults: readonly Fault[], random: () => number): readonly Fault[] {
  return faults
    .map((fault) => ({ fault, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ fault }) => fault)
}
