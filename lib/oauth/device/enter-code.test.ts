import { afterAll, beforeAll, expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { offline } from '@/lib/store/test-support/offline'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, newClient, random, randomHash, times } from '@/lib/store/test-support/store-under-test'
import type { Typist } from '../ports/device'
import { hashSecret } from '../protocol/secret-hash'
import { enterUserCode } from './enter-code'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const HOME = '203.0.113.0/24'
const WRONG = 'BBBB-BBBB'

/** A device that waits in a network, and those who type codes. */
async function scene() {
  const server = { ...(await store.newServer()), deviceGrant: true }
  const client = await store.clients.register(newClient(server.id))
  const userCode = secrets(keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])).userCode()
  await store.deviceCodes.create({
    deviceCodeHash: randomHash(),
    userCodeHash: hashSecret(userCode),
    serverId: server.id,
    clientRowId: client.id,
    clientId: client.clientId,
    scope: [],
    network: HOME,
    interval: 5,
    createdAt: later(0),
    expiresAt: later(600),
  })
  const ports = {
    ...store,
    ...offline,
    servers: { ...store.servers, find: async () => server },
    secrets: secrets(keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])),
    challenges: postgresChallenges(store.db),
    background: () => {},
    clock: () => later(1),
  }
  const nat = random()
  /** Someone behind one address, in a browser of their own. */
  const typist = (network: string | undefined, browser = random()): Typist => ({
    browser: { key: browser, limit: 5 },
    networks: network ? [{ key: `${nat} ${network}`, limit: 100 }] : [],
    network,
  })
  const type = async (code: string, who: Typist) => {
    const step = await enterUserCode(code, who, 'http://localhost:3000/oauth/device/done', ports)
    return step.go === 'refused' ? step.reason : step.go
  }
  return { userCode, typist, type }
}

it('an attacker behind a NAT locks out none of its devices', async () => {
  const { userCode, typist, type } = await scene()
  const guesses = await Promise.all(times(120, () => type(WRONG, typist(HOME))))
  expect(guesses.filter((reason) => reason === 'too_many')).toHaveLength(20)
  expect(await type(userCode, typist(HOME))).toBe('consent')
  expect(await type(WRONG, typist(HOME)), 'wrong codes look the same as before').toBe('too_many')
})

it('an attacker who throws cookies away guesses no code of a device elsewhere', async () => {
  const { userCode, typist, type } = await scene()
  const elsewhere = '198.51.100.0/24'
  await Promise.all(times(100, () => type(WRONG, typist(elsewhere))))
  expect(await type(userCode, typist(elsewhere))).toBe('too_many')
})

it('a browser has five wrong codes, wherever it is', async () => {
  const { userCode, typist, type } = await scene()
  const browser = random()
  for (const _ of times(5, String)) expect(await type(WRONG, typist(HOME, browser))).toBe('wrong')
  expect(await type(userCode, typist(HOME, browser))).toBe('too_many')
})

it('behind a proxy that is not listed, wrong codes count for the browser alone', async () => {
  const { userCode, typist, type } = await scene()
  await Promise.all(times(120, () => type(WRONG, typist(undefined))))
  expect(await type(userCode, typist(undefined))).toBe('consent')
})
