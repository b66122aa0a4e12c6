import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { webhooks } from '@/drizzle/schema/webhooks'
import { findCheckpoints, verifyExport } from '@/lib/audit/verify-export'
import { checkpointKeys, isSigned } from '@/lib/crypto/audit-chain'
import { keyring } from '@/lib/crypto/keyring'
import type { Log } from '@/lib/log'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { LEASE } from '@/lib/store/webhooks/leases'
import { webhookQueue } from './queue'
import { hook } from './test-support/hooked'
import { webhookWork } from './work'

const KEYS = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const CONFIG = {
  loopback: true,
  metricsPort: 0,
  publicUrl: 'http://localhost:3000',
  dataDir: '.data',
}

it('leases go by the clock of the database: an instance whose own is ahead takes none that another has', async () => {
  const { append } = await hook(store, 'http://127.0.0.1:9/')
  await append('thing.happened')
  const { db } = store
  const queue = webhookQueue(db, store.sealer)
  await db.clock.measure()
  const held = await queue.lease(db.clock.now())
  expect(held).not.toBeNull()
  const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }
  const work = webhookWork(CONFIG, { ...store, keyring: KEYS }, silent)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * LEASE })
  onTestFinished(() => void vi.useRealTimers())
  expect(await work.next()).toBeNull()
  vi.useRealTimers()
  await db.delete(webhooks)
})

it('signs the end of an audit log, and tells the log and webhooks: what is cut in the database is missed there', async () => {
  const { organizationId, append, deliveries } = await hook(store, 'http://127.0.0.1:9/')
  await append('thing.happened')
  const lines: string[] = []
  const write = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }))
  const log: Log = { info: write, warn: write, error: write }
  const work = webhookWork(CONFIG, { ...store, keyring: KEYS }, log)
  await work.prepare()
  const told = findCheckpoints(lines.join('\n')).filter(({ chain }) => chain === organizationId)
  expect(told.map((checkpoint) => isSigned(checkpoint, checkpointKeys(KEYS)))).toEqual([true])
  expect(verifyExport('', checkpointKeys(KEYS), told).findings).toContainEqual({
    problem: 'cut',
    sequence: told[0]?.sequence,
  })
  const turn = await work.next()
  await turn?.(new AbortController().signal)
  const sent = (await deliveries()).map(({ sequence }) => sequence - 1)
  expect(sent).toContain(told[0]?.sequence)
})
