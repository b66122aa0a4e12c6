import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { clients } from '@/drizzle/schema/clients'
import { invitations, operatorSessions, operators, operatorVerifications } from '@/drizzle/schema/operators'
import { connections } from '@/drizzle/schema/organizations'
import {
  platformCodes,
  platformSessions,
  platformUsers,
  platformVerifications,
} from '@/drizzle/schema/platform-accounts'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, newClient, random } from '@/lib/store/test-support/store-under-test'
import { retention } from './runner'

const DAY = 24 * 3_600

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

/** So many seconds after the time of the tests, everything is cleaned. */
const clean = (seconds: number) => retention(store.db)(later(seconds))

it('forgets a client that is known by a document and came to nothing, unless it was blocked', async () => {
  const server = await store.newServer()
  const known = (changes = {}) =>
    store.clients.register(newClient(server.id, { kind: 'metadata_document', ...changes }))
  const [passing, blocked] = [await known(), await known()]
  await store.db
    .update(clients)
    .set({ createdAt: later(0) })
    .where(eq(clients.serverId, server.id))
  await store.db
    .update(clients)
    .set({ blockedAt: later(1) })
    .where(eq(clients.id, blocked.id))
  await clean(30 * DAY - 1)
  expect(await store.clients.findByRowId(passing.id)).not.toBeNull()
  await clean(30 * DAY)
  expect(await store.clients.findByRowId(passing.id)).toBeNull()
  expect(await store.clients.findByRowId(blocked.id)).not.toBeNull()
})

it('forgets API keys and invitations a month after their end, and never one that works', async () => {
  const { organizationId } = await store.newServer()
  const key = { organizationId, name: 'Terraform', role: 'owner', createdBy: 'Olive' } as const
  const [lasting, revoked, expired] = [random(), random(), random()]
  await store.db.insert(apiKeys).values([
    { ...key, id: lasting, hash: lasting },
    { ...key, id: revoked, hash: revoked, revokedAt: later(10) },
    { ...key, id: expired, hash: expired, expiresAt: later(10) },
  ])
  const invitation = { organizationId, role: 'admin', inviterKeyId: lasting, email: 'x@example.com' } as const
  const [open, accepted] = [random(), random()]
  await store.db.insert(invitations).values([
    { ...invitation, id: open, tokenHash: open, expiresAt: later(31 * DAY) },
    { ...invitation, id: accepted, tokenHash: accepted, status: 'accepted', expiresAt: later(10) },
  ])
  const left = async () => [
    ...(await store.db
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(eq(apiKeys.organizationId, organizationId))),
    ...(await store.db
      .select({ id: invitations.id })
      .from(invitations)
      .where(eq(invitations.organizationId, organizationId))),
  ]
  await clean(30 * DAY + 9)
  expect(await left()).toHaveLength(5)
  await clean(30 * DAY + 10)
  expect((await left()).map(({ id }) => id)).toEqual([lasting, open])
})

it('forgets sessions and verifications of accounts when they are over', async () => {
  const [id, over] = [random(), { expiresAt: later(10) }]
  const user = { id, name: 'Olive', email: `${id}@example.com` }
  await store.db.insert(operators).values({ ...user, address: user.email })
  await store.db.insert(operatorSessions).values({ id, token: id, userId: id, ...over })
  await store.db.insert(operatorVerifications).values({ id, identifier: id, value: 'x', ...over })
  await store.db.insert(platformVerifications).values({ id, identifier: id, value: 'x', ...over })
  await store.newServer()
  const [connection] = await store.db.select({ id: connections.id }).from(connections).limit(1)
  const connectionId = connection?.id ?? ''
  await store.db.insert(platformUsers).values({ ...user, address: user.email, connectionId })
  await store.db.insert(platformSessions).values({ id, token: id, userId: id, ...over })
  const code = { codeChallenge: 'x', authTime: later(0), connectionId, userId: id }
  await store.db.insert(platformCodes).values({ hash: id, ...code, ...over })
  const left = () =>
    Promise.all([
      ...[operatorSessions, operatorVerifications, platformVerifications, platformSessions].map((table) =>
        store.db.$count(table, sql`id = ${id}`),
      ),
      store.db.$count(platformCodes, eq(platformCodes.hash, id)),
    ])
  await clean(9)
  expect(await left()).toEqual([1, 1, 1, 1, 1])
  await clean(10)
  expect(await left()).toEqual([0, 0, 0, 0, 0])
})
