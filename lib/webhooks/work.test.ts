import { afterAll, beforeAll, expect, it } from 'vitest'
import { findCheckpoints, verifyExport } from '@/lib/audit/verify-export'
import { checkpointKeys, isSigned } from '@/lib/crypto/audit-chain'
import { keyring } from '@/lib/crypto/keyring'
import type { Log } from '@/lib/log'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { hook } from './test-support/hooked'
import { webhookWork } from './work'

const KEYS = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

it('signs the end of an audit log, and tells the log and webhooks: what is cut in the database is missed there', async () => {
  const { organizationId, append, deliveries } = await hook(store, 'http://127.0.0.1:9/')
  await append('thing.happened')
  const lines: string[] = []
  const write = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }))
  const log: Log = { info: write, warn: write, error: write }
  const config = {
    loopback: true,
    metricsPort: 0,
    publicUrl: 'http://localhost:3000',
    dataDir: '.data',
  }
  const work = webhookWork(config, { ...store, keyring: KEYS }, log)
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
