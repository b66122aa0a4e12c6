import { and, asc, eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { auditLog } from '@/drizzle/schema/audit-log'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { clients } from '@/drizzle/schema/clients'
import { grants } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import type { OrganizationScope } from '@/lib/access'
import { exportAuditLog } from '@/lib/audit/audit-log'
import { verifyExport } from '@/lib/audit/verify-export'
import { checkpointKeys, signCheckpoint } from '@/lib/crypto/audit-chain'
import { keyring } from '@/lib/crypto/keyring'
import { eraseUser } from '@/lib/grants/user-data'
import type { Server } from '@/lib/oauth/model'
import { setRetention } from '@/lib/organizations/retention'
import {
  type AuditEntry,
  appendCheckpoint,
  auditChainStore,
  auditLogStore,
  type SignEnd,
} from '@/lib/store/audit/audit-log'
import { later } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { retention } from './runner'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

const DAY = 86_400
const RING = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])
const THIEF = keyring([{ id: 'k1', key: Buffer.alloc(32, 2) }])

let acme: OrganizationScope
let [ours, theirs]: Server[] = []
beforeEach(async () => {
  await apply(EXAMPLE)
  acme = await scope('acme')
  ;[ours, theirs] = [await server('main'), await server('globex')]
})

const clean = (days: number) => retention(store().db, 2)(later(days * DAY + 100))
const keep = (input: Parameters<typeof setRetention>[1]) => setRetention(acme, input, management())

describe('logins', () => {
  it('are kept for as long as their organization says, and others for thirty days', async () => {
    const count = async (of: Server | undefined) =>
      store().db.$count(authorizationRequests, eq(authorizationRequests.serverId, of?.id ?? ''))
    for (const of of [ours, theirs]) if (of) for (let i = 0; i < 3; i++) await connect(store(), of)
    const [before, others] = [await count(ours), await count(theirs)]
    expect(before).toBeGreaterThanOrEqual(3)
    await keep({ logins: 7 })
    await clean(6)
    expect([await count(ours), await count(theirs)]).toEqual([before, others])
    await clean(7)
    expect([await count(ours), await count(theirs)]).toEqual([0, others])
    await keep({ logins: 60 })
    await connect(store(), ours as Server)
    await clean(30)
    expect([await count(ours), await count(theirs)]).toEqual([1, 0])
    await clean(60)
    expect(await count(ours)).toBe(0)
  })
})

describe('ended grants', () => {
  const state = async (...ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await store().db.$count(grants, eq(grants.id, id))) === 1))

  it('go so long after their end, without the client that had them, and no live one goes', async () => {
    const { grant: revoked, client } = await connect(store(), ours as Server)
    const { grant: live } = await connect(store(), ours as Server)
    const { grant: foreign } = await connect(store(), theirs as Server)
    for (const { id } of [revoked, foreign])
      await store().grants.revoke(id, { reason: 'revoked_by_client', at: later(60) })
    await clean(3_000)
    expect(await state(revoked.id, live.id, foreign.id), 'for good, as long as nothing is said').toEqual([
      ...[true, true, true],
    ])
    await keep({ ended_grants: 30 })
    await clean(29)
    expect(await state(revoked.id, live.id)).toEqual([true, true])
    await clean(31)
    expect(await state(revoked.id, live.id, foreign.id)).toEqual([false, true, true])
    const [row] = await store().db.select().from(clients).where(eq(clients.id, client.id))
    expect(row?.deletedAt).toBeNull()
    await clean(209)
    expect(await state(live.id), 'it can be refreshed for 180 days at most').toEqual([true])
    await clean(211)
    expect(await state(live.id, foreign.id)).toEqual([false, true])
  })

  it('take what is left of an erased user along', async () => {
    const { grant } = await connect(store(), ours as Server)
    const id = grant.userId ?? ''
    await eraseUser(acme, id, management())
    await keep({ ended_grants: 7 })
    await clean(6)
    expect(await store().db.$count(users, eq(users.id, id))).toBe(1)
    await clean(8)
    expect(await store().db.$count(users, eq(users.id, id))).toBe(0)
  })
})

describe('the audit log', () => {
  const entry = (days: number): AuditEntry => ({
    chain: acme.organizationId,
    at: later(days * DAY),
    actorKind: 'operator',
    actorName: 'olive@example.com',
    action: 'server.updated',
    targetKind: 'server',
    targetName: `day ${days}`,
    detail: {},
  })
  const sign = async (days: number, ring = RING) => {
    const signEnd: SignEnd = (end) => signCheckpoint(ring, end)
    const { organizationId } = acme
    await store().db.transaction((tx) => appendCheckpoint(tx, organizationId, later(days * DAY), signEnd))
  }
  const sequences = async () =>
    (
      await store()
        .db.select({ sequence: auditLog.sequence, action: auditLog.action })
        .from(auditLog)
        .where(eq(auditLog.chain, acme.organizationId))
        .orderBy(asc(auditLog.sequence))
    ).map(({ sequence, action }) => ({ sequence, action }))
  const verify = async () => {
    let text = ''
    for await (const part of exportAuditLog(acme, 'organization', management())) text += part
    return verifyExport(text, checkpointKeys(RING)).findings.map(({ problem }) => problem)
  }
  const broken = () => auditChainStore(store().db).firstBroken(acme.organizationId)

  /** Three entries and a checkpoint each on so many days. */
  async function written(days: readonly number[], ring = RING) {
    const { db } = store()
    await db.delete(auditLog).where(eq(auditLog.chain, acme.organizationId))
    for (const day of days) {
      await auditLogStore(db).append([entry(day), entry(day), entry(day)])
      await sign(day, ring)
    }
  }

  it('is cut at a signed checkpoint, says so, and still fits, here and offline', async () => {
    await written([1, 20, 40, 60])
    await keep({ audit_log: 30 })
    await clean(62)
    const [head, ...rest] = await sequences()
    expect(head, 'that of day 20').toEqual({ sequence: 8, action: 'audit.checkpoint' })
    expect(rest.at(-1)?.action).toBe('audit_log.pruned')
    expect(await broken()).toBeNull()
    await sign(62)
    expect(await verify()).toEqual([])
    const before = await sequences()
    await clean(62)
    expect(await sequences(), 'once').toEqual(before)
    await clean(100)
    expect(await broken()).toBeNull()
    await sign(100)
    expect(await verify()).toEqual([])
  })

  it('shows a head that an attacker cut, further than it was pruned or without a record', async () => {
    await written([1, 20, 40, 60])
    const { db } = store()
    const cut = (before: number) =>
      db
        .delete(auditLog)
        .where(and(eq(auditLog.chain, acme.organizationId), sql`${auditLog.sequence} < ${before}`))
    await cut(4)
    expect(await broken()).toBe(4)
    expect(await verify()).toEqual(['gap'])
    await written([1, 20, 40, 60])
    await keep({ audit_log: 30 })
    await clean(62)
    await sign(62)
    await cut(12)
    expect(await broken()).toBe(12)
    expect(await verify()).toContain('gap')
  })

  it('shows a head whose checkpoint another key has signed', async () => {
    await written([1, 20], THIEF)
    await keep({ audit_log: 7 })
    await clean(62)
    await sign(62)
    expect((await sequences())[0]?.sequence).toBe(8)
    expect(await verify()).toEqual(['bad_signature'])
  })
})
