import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { offline } from '@/lib/store/test-support/offline'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, newRequest } from '@/lib/store/test-support/store-under-test'
import { StoreUnavailable } from '../ports/ports'
import { type OpenPorts, openConsent } from './open'

let store: PostgresUnderTest
let ports: OpenPorts
beforeAll(async () => {
  store = await openStore()
  ports = {
    ...store,
    challenges: postgresChallenges(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    clock: () => later(30),
    background: (_, work) => void work.catch(() => {}),
    upstream: offline.upstream,
  }
})
afterAll(() => store?.close())

const BROWSER = { sessionCookieOf: () => 'a session', fetchSite: 'none' }
const down = () => Promise.reject(new StoreUnavailable('postgres'))

it('tells a client that wants no page of our own trouble, and nothing of consent', async () => {
  const { request } = await newRequest(store)
  await store.db
    .update(authorizationRequests)
    .set({ prompt: ['none'] })
    .where(eq(authorizationRequests.id, request.id))
  const browserSessions = { ...ports.browserSessions, find: down }
  const step = await openConsent(request.id, BROWSER, { ...ports, browserSessions })
  expect(step).toMatchObject({
    go: 'client',
    response: { parameters: expect.arrayContaining([['error', 'temporarily_unavailable']]) },
  })
})
