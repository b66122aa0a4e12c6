import { seeded } from '@/test/chaos/random'
import { type Everything, giveOutEverything } from '../support/everything'
import { expect } from '../support/test'
import { RESOURCE_SECRET, type World } from '../support/world'
import { newPool, type Pool } from './pool'
import { type FuzzRequest, requestTo } from './requests'
import { type Answered, send, sendSpoiled } from './send'
import { type Surface, surfaces } from './surfaces'

export type FuzzOptions = {
  readonly world: World
  readonly requests: number
  readonly seed: number
  readonly print: (line: string) => void
}

export type FuzzReport = {
  /** What is wrong, with the request that found it. */
  readonly wrong: readonly string[]
  readonly statuses: Readonly<Record<string, number>>
  /** Surfaces that got a request, out of all. */
  readonly reached: ReadonlySet<string>
  readonly surfaces: readonly Surface[]
  /** Bytes that are left of the heap when garbage is collected: after each quarter of the requests. */
  readonly heap: readonly number[]
}

/** Requests until everything that was given out is given out anew: requests change and delete it. */
const EPOCH = 5_000
const WORKERS = 8
/** How often some requests are sent at the same moment: what they ask for, they want of the same rows. */
const AT_ONCE = 4
/** Milliseconds that an answer may take. */
const LIMIT = 2_000

/**
 * Sends requests to every surface in turn, and learns from the answers what later ones are made of.
 *
 * A seed repeats what is drawn, but not what the application draws: what is wrong is reported with its request.
 */
export async function fuzz({ world, requests, seed, print }: FuzzOptions): Promise<FuzzReport> {
  const random = seeded(seed)
  const pool = newPool(random)
  const all = surfaces()
  const port = Number(new URL(world.app.url).port)
  const statuses: Record<string, number> = {}
  const [reached, wrong, slow, heap]: [Set<string>, string[], FuzzRequest[], number[]] = [
    new Set(),
    [],
    [],
    [],
  ]
  const report = (what: string) => {
    wrong.push(what)
    print(what.slice(0, 200))
  }
  const judge = (request: FuzzRequest, answered: Answered) => {
    reached.add(request.surface)
    statuses[answered.status] = (statuses[answered.status] ?? 0) + 1
    // 503 is what a client gets whose document or keys cannot be fetched; a store that does not answer is in the log.
    if (answered.status >= 500 && answered.status !== 503)
      report(`${answered.status} ${shown(request)}\n  ${answered.body.slice(0, 150)}`)
    if (answered.status === 0 || answered.milliseconds > LIMIT) slow.push(request)
  }
  // So many are answered before the next are sent.
  const step = Math.min(250, Math.ceil(requests / 4))
  let everything: Everything | undefined
  let sent = 0
  const work = async (until: number) => {
    while (sent < until) {
      const surface = all[sent++ % all.length]
      if (!surface) return
      const request = requestTo(surface, pool, random, world.app.url)
      if (random() < 0.02) judge(request, await sendSpoiled(port, request, random))
      else {
        const times = random() < 0.03 ? AT_ONCE : 1
        for (const answered of await Promise.all(Array.from({ length: times }, () => send(port, request)))) {
          judge(request, answered)
          pool.learn(request.target.split('?')[0] ?? '', answered.headers, answered.body)
        }
      }
    }
  }
  while (sent < requests) {
    await everything?.server.close()
    everything = await giveOutEverything(world, await installationKey(world))
    await prepare(pool, everything, world)
    const end = Math.min(requests, sent + EPOCH)
    for (let until = sent + step; sent < end; until += step) {
      await Promise.all(Array.from({ length: WORKERS }, () => work(Math.min(end, until))))
      if (sent >= ((heap.length + 1) * requests) / 4) heap.push(await heldBy(world))
    }
    print(
      `${sent} requests, ${wrong.length} wrong, ${slow.length} slow, ${heap.map((bytes) => (bytes / 1e6).toFixed(1)).join(', ')} MB`,
    )
  }
  // On a busy machine any answer may be late: one that is late again, when nothing else is asked, is slow.
  for (const request of slow.slice(0, 20)) {
    const { status, milliseconds } = await send(port, request)
    if (status === 0 || milliseconds > LIMIT)
      wrong.push(`${status} after ${Math.round(milliseconds)} ms: ${shown(request)}`)
  }
  await everything?.server.close()
  return {
    wrong: [...new Set([...wrong.slice(0, 20), ...logged(world)])],
    statuses,
    reached,
    surfaces: all,
    heap,
  }
}

async function installationKey({ app }: World): Promise<string> {
  const { stdout } = await app.cli(['api-keys', 'create', '--installation', '--name', 'Fuzzer'])
  return stdout.trim()
}

/** Puts what was given out into the pool, and the names of what there is. */
async function prepare(pool: Pool, { held, server, platform }: Everything, world: World): Promise<void> {
  for (const [name, value] of Object.entries(held)) pool.add(name, value)
  for (const name of ['organization', 'server', 'slug'])
    for (const slug of [server.slug, platform]) pool.add(name, slug)
  for (const value of ['main', server.slug, 'people']) pool.add('connection', value)
  for (const [name, value] of [
    ['token', held.form_token],
    ['token', held.refresh_token],
    ['token', held.invitation],
    ['token', held.setup_link],
    ['subject_token', held.access_token],
    ['resource_secret', RESOURCE_SECRET],
    ['email', 'owner@example.com'],
    ['password', 'correct horse battery staple'],
    ['client', held.client_id],
    ['clientId', held.client_id],
  ] as const)
    pool.add(name, value)
  const { auth } = await world.inside()
  for (const { path } of Object.values(auth.api))
    if (path) pool.add('/api/auth/operator/[...path]', path.slice(1))
  for (const kind of ['Users', 'Groups'])
    for (const rest of ['', '/x', '?filter=userName%20eq%20%22alice%22', '/.search'])
      pool.add('/scim/v2/[...path]', kind + rest)
  for (const document of ['ServiceProviderConfig', 'Schemas', 'ResourceTypes', 'Bulk'])
    pool.add('/scim/v2/[...path]', document)
}

/** What the application has logged as an error of its own. */
function logged({ app }: World): readonly string[] {
  const lines = app.output().split('\n')
  return lines
    .filter((line) => /"level":"?(error|fatal|50|60)"?|⨯|unhandled|uncaught/i.test(line))
    .slice(0, 50)
}

/** Bytes of heap that a collection leaves. */
async function heldBy({ app }: World): Promise<number> {
  const said = () => [...app.output().matchAll(/^heap \d+ \d+ (\d+)$/gm)]
  const before = said().length
  app.signal('SIGUSR2')
  await expect.poll(() => said().length).toBeGreaterThan(before)
  return Number(said().at(-1)?.[1])
}

const shown = ({ surface, method, target, headers, body }: FuzzRequest) =>
  `${surface}: ${method} ${target.slice(0, 300)} ${JSON.stringify(headers)} ${JSON.stringify(String(body).slice(0, 1_000))}`
