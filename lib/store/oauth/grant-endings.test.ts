import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endGrant, endGrantsOf } from '@/lib/oauth/flow/end-grant'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { offline } from '@/lib/store/test-support/offline'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { NOW, newGrant } from '@/lib/store/test-support/store-under-test'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

/** What becomes of the work while nothing can be added to the audit log. */
async function whileUnrecordable(work: () => Promise<unknown>): Promise<unknown> {
  const { db } = store
  await db.execute(sql`create or replace function refuse() returns trigger language plpgsql
    as $$ begin raise sqlstate '57014'; end $$`)
  await db.execute(sql`create trigger refusing before insert on audit_log execute function refuse()`)
  const outcome = await work().catch((error: unknown) => error)
  await db.execute(sql`drop trigger refusing on audit_log`)
  return outcome
}

const made = async () => {
  const { grant, server } = await newGrant(store)
  const ports = { ...store, ...offline, clock: () => NOW, background: () => {} }
  const recorded = async () => ({
    events: (await store.securityEvents.list(server.id, 10)).map(({ grantId, detail }) => [grantId, detail]),
    entries: (await auditLogStore(store.db).list(server.organizationId, 10)).map(({ action }) => action),
  })
  return { grant, server, ports, recorded, live: async () => !(await store.grants.find(grant.id))?.revokedAt }
}

describe('the end of a grant', () => {
  it('comes with its record or not at all, so that trying again records it', async () => {
    const { grant, ports, recorded, live } = await made()
    const end = () => endGrant(grant.id, 'code_replayed', ports)
    expect(await whileUnrecordable(end)).toBeInstanceOf(StoreUnavailable)
    expect(await live()).toBe(true)
    expect(await recorded()).toEqual({ events: [], entries: [] })
    expect(await end()).toBe(true)
    expect(await recorded()).toEqual({ events: [[grant.id, 'code_replayed']], entries: ['grant.revoked'] })
    expect(await end()).toBe(false)
    expect((await recorded()).entries).toHaveLength(1)
  })

  it('of all grants of a server comes with all records, and with what the operator did', async () => {
    const { grant, server, ports, recorded, live } = await made()
    const entry = {
      chain: server.organizationId,
      at: NOW,
      actorKind: 'operator',
      actorName: 'Olive',
      action: 'server.grants_revoked',
      targetKind: 'server',
      targetName: 'main',
    }
    const of = { organizationId: server.organizationId, serverId: server.id }
    const entries = (number: number) => [{ ...entry, detail: { number } }]
    const end = () => endGrantsOf(of, 'revoked_by_operator', ports, { entries })
    expect(await whileUnrecordable(end)).toBeInstanceOf(StoreUnavailable)
    expect(await live()).toBe(true)
    expect(await end()).toBe(1)
    expect(await recorded()).toEqual({
      events: [[grant.id, 'revoked_by_operator']],
      entries: ['server.grants_revoked', 'grant.revoked'],
    })
  })
})
