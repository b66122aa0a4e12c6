import { and, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { auditLog } from '@/drizzle/schema/audit-log'
import { operators } from '@/drizzle/schema/operators'
import { joined } from '@/lib/store/database/joined'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { watchedCalls } from './audited-calls'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
  const owner = { id: 'olive', name: 'Olive', email: 'olive@example.com', address: 'olive@example.com' }
  await store.db.insert(operators).values(owner)
})
afterAll(() => store?.close())

it('an attacker who tries passwords does not fill the audit log, which is kept for good', async () => {
  const watched = watchedCalls(joined(store.db), async () => {})
  const call = (email: string, status: number) =>
    watched(
      { path: '/sign-in/email', body: { email }, operator: null, browser: new Headers() },
      async () => new Response(null, { status }),
    )
  for (let i = 0; i < 12; i++)
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n < 2 ? call('olive@example.com', 401) : call(`made-up-${i}-${n}@example.com`, 401),
      ),
    )
  const failed = (of: string) =>
    store.db.$count(
      auditLog,
      and(
        eq(auditLog.chain, 'installation'),
        eq(auditLog.action, 'operator.sign_in_failed'),
        sql`coalesce(${auditLog.targetId}, 'unknown') = ${of}`,
      ),
    )
  expect([await failed('olive'), await failed('unknown')]).toEqual([5, 60])
})
