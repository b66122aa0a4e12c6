import { and, eq, like, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { auditLog } from '@/drizzle/schema/audit-log'
import { auditEntry } from '@/lib/audit/audit'
import { exportAuditLog } from '@/lib/audit/audit-log'
import { verifyExport } from '@/lib/audit/verify-export'
import { checkpointKeys, signCheckpoint } from '@/lib/crypto/audit-chain'
import { keyring } from '@/lib/crypto/keyring'
import { auditChainStore, auditLogStore } from '@/lib/store/audit/audit-log'
import { checkpointer } from '@/lib/store/audit/checkpoints'
import { provisionedUserStore, type StoredUser } from '@/lib/store/provisioning/users'
import { complete, completedLogin, later, newRequest } from '@/lib/store/test-support/store-under-test'
import { Forbidden, NotFound } from '../access'
import { connect, connectedServices, registered } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { setUserBlocked } from './block'
import { findUser, listUsers } from './list'
import { revokeGrant } from './revoke'
import { eraseUser, exportUserData } from './user-data'

const { apply, store } = testInstallation()
const { management, scope, as, server } = connectedServices(store)

const RING = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])
const ALICE = 'alice@acme.example'

beforeEach(() => apply(EXAMPLE))

/** A user with a name everywhere, and what the audit log says of them. */
async function alice() {
  const main = await server('main')
  const subject = `alice-${Math.random().toString(36).slice(2)}`
  const { login, grant, ...made } = await connect(store(), main, { email: ALICE, subject })
  const other = await connect(store(), main, { email: ALICE, subject })
  const admin = await as('admin', 'acme')
  await setUserBlocked(admin, grant.userId ?? '', true, management())
  await setUserBlocked(admin, grant.userId ?? '', false, management())
  await revokeGrant(admin, other.grant.id, management())
  return { ...made, main, subject, admin, id: grant.userId ?? '', grant }
}

/** Everything in the database, as text. */
async function dump(): Promise<string> {
  const tables = await store().db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  )
  const rows = await Promise.all(
    tables.map(({ name }) => store().db.execute(sql`select t::text from ${sql.identifier(name)} as t`)),
  )
  return JSON.stringify(rows)
}

const verify = async (admin: Awaited<ReturnType<typeof as>>) => {
  await checkpointer(store().db, (end) => signCheckpoint(RING, end), 1)()
  let text = ''
  for await (const part of exportAuditLog(admin, 'organization', management())) text += part
  return { text, ...verifyExport(text, checkpointKeys(RING)) }
}
const broken = (chain: string) => auditChainStore(store().db).firstBroken(chain)

describe('an erased user', () => {
  it('is nowhere in the database any more, and the audit log still fits, also offline', async () => {
    const { admin, id, subject } = await alice()
    const before = await verify(admin)
    expect([before.findings, before.text.includes(ALICE)]).toEqual([[], true])
    expect(await dump()).toContain(subject)
    const erased = await eraseUser(admin, id, management())
    expect(erased).toMatchObject({ grants: 2, logins: 2, unverifiable: [], blocked: false })
    expect(erased.entries.length).toBeGreaterThanOrEqual(3)
    const left = await dump()
    expect([left.includes(ALICE), left.includes(subject)]).toEqual([false, false])
    expect(await broken(admin.organizationId)).toBeNull()
    const { text, findings } = await verify(admin)
    expect([findings, text.includes(ALICE)]).toEqual([[], false])
    const record = text.split('\n').find((line) => line.includes('"user.erased"'))
    expect(JSON.parse(record ?? '')).toMatchObject({
      actor: { kind: 'operator', name: 'Olive' },
      target: { kind: 'user', id, name: id },
      detail: { grants: 2, entries: erased.entries },
    })
  })

  it('is not to be guessed from what is left: each entry commits to the name with a salt of its own', async () => {
    const { admin, id } = await alice()
    await eraseUser(admin, id, management())
    const { text } = await verify(admin)
    const commitments = text.match(/"name":"sha256:[^"]+"/g) ?? []
    expect(commitments.length).toBeGreaterThanOrEqual(3)
    expect(new Set(commitments).size).toBe(commitments.length)
  })

  it('loses every token at once, and becomes somebody new at the next login', async () => {
    const { admin, id, subject, main, grant, token } = await alice()
    await eraseUser(admin, id, management())
    expect(await store().refreshTokens.find(token.hash)).toBeNull()
    expect(await store().grants.find(grant.id)).toMatchObject({ revokedAt: later(60), claims: {} })
    const ended = await store().revocations.list(main, later(0), 100)
    expect(ended.map(({ value }) => value)).toContain(grant.id)
    const again = await connect(store(), main, { email: ALICE, subject })
    expect(again.grant.userId).not.toBe(id)
    await expect(findUser(admin, id, management())).rejects.toThrow(NotFound)
    const { rows } = await listUsers(admin, {}, management())
    expect(rows.map((row) => row.id)).not.toContain(id)
    await expect(eraseUser(admin, id, management())).rejects.toThrow(NotFound)
  })

  it('is nowhere in what their provider provisioned and has deleted, nor in the log of that', async () => {
    const { admin, id, subject } = await alice()
    const { db } = store()
    await db.execute(sql`update users set identity_source = 'https://acme.okta.com' where id = ${id}`)
    const users = provisionedUserStore(db)
    const entry = (deed: string) => (user: StoredUser) => [
      auditEntry(admin, later(61), {
        action: `provisioned_user.${deed}`,
        targetKind: 'provisioned_user',
        targetId: user.id,
        targetName: user.userName,
        detail: { externalId: user.externalId },
      }),
    ]
    const names = { userName: ALICE, externalId: subject, account: subject, email: ALICE }
    const wanted = { ...names, active: true, attributes: { displayName: 'Alice of Acme' } }
    const made = await users.create('acme-okta', wanted, later(60), entry('created'))
    if (typeof made === 'string') throw new Error(made)
    const other = { userName: 'other@acme.example', externalId: 'other', account: 'other', attributes: {} }
    await users.create('acme-okta', { ...wanted, ...other, email: null }, later(60), () => [])
    const data = await exportUserData(admin, id, management())
    expect(data.provisioned).toMatchObject([{ connection: 'acme-okta', userName: ALICE, active: true }])
    await users.remove('acme-okta', made.id, later(61), entry('deleted'))
    expect(await dump()).toContain(subject)
    await eraseUser(admin, id, management())
    const left = await dump()
    expect([subject, ALICE, 'Alice of Acme'].filter((name) => left.includes(name))).toEqual([])
    expect(left).toContain('other@acme.example')
    expect((await verify(admin)).findings).toEqual([])
    await db.execute(sql`delete from provisioned_users`)
  })

  it('who was blocked stays out', async () => {
    const { admin, id, subject, main } = await alice()
    await setUserBlocked(admin, id, true, management())
    expect(await eraseUser(admin, id, management())).toMatchObject({ blocked: true })
    expect(await dump()).not.toContain(ALICE)
    const made = await newRequest(store(), { server: main, client: await registered(store(), main) })
    const login = completedLogin(made, { identity: { subject } })
    expect(await store().logins.complete(login, later(70))).toMatchObject({ outcome: 'user_blocked' })
  })

  it('is erased once by many who try at the same time, also while they log in', async () => {
    const { admin, id, subject, main } = await alice()
    const made = await newRequest(store(), { server: main, client: await registered(store(), main) })
    const login = completedLogin(made, { identity: { subject, email: ALICE } })
    const [completed, ...erasures] = await Promise.allSettled([
      complete(store(), login, 60),
      ...Array.from({ length: 5 }, () => eraseUser(admin, id, management())),
    ])
    expect(erasures.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(completed?.status).toBe('fulfilled')
    expect(await broken(admin.organizationId)).toBeNull()
    const live = await store().db.execute(sql`select from grants join users on users.id = grants.user_id
      where users.identity_source = 'erased' and (grants.revoked_at is null or grants.claims <> '{}')`)
    expect(live).toHaveLength(0)
  })

  it('is erased only by who may, and only in their own organization; and so is what is handed out', async () => {
    const { admin, id } = await alice()
    for (const act of [eraseUser, exportUserData]) {
      await expect(act(await as('support', 'acme'), id, management())).rejects.toThrow(Forbidden)
      await expect(act(await scope('globex'), id, management())).rejects.toThrow(NotFound)
    }
    expect(await findUser(admin, id, management())).toMatchObject({ email: ALICE })
  })

  it('goes from entries that are older than commitments, which the record then lists', async () => {
    const { admin, id } = await alice()
    const chain = admin.organizationId
    const plain = { chain, at: later(1), actorKind: 'system', actorName: 'Vestibule', action: 'user.blocked' }
    // As the previous version wrote it.
    const { db } = store()
    await auditLogStore(db).append([
      { ...plain, targetKind: 'old_user', targetId: id, targetName: ALICE, detail: { userName: ALICE } },
    ])
    const erased = await eraseUser(admin, id, management())
    expect(erased.unverifiable).toHaveLength(1)
    expect(await dump()).not.toContain(ALICE)
    expect(await broken(chain)).toBeNull()
    expect((await verify(admin)).findings).toEqual([])
    const [sequence = 0] = erased.unverifiable
    const at = (of: number) => and(eq(auditLog.chain, chain), eq(auditLog.sequence, of))
    await db
      .update(auditLog)
      .set({ hash: 'f'.repeat(64) })
      .where(at(sequence))
    expect(await broken(chain)).toBe(sequence + 1)
  })
})

describe('an attacker who changes the log', () => {
  it('cannot pass a change off as an erasure, nor one entry as another', async () => {
    const { admin, id } = await alice()
    const chain = admin.organizationId
    const { db } = store()
    const [entry] = await db
      .select()
      .from(auditLog)
      .where(and(eq(auditLog.chain, chain), eq(auditLog.targetId, id), like(auditLog.action, 'user.%')))
      .limit(1)
    if (!entry) throw new Error('there is no entry')
    const at = and(eq(auditLog.chain, chain), eq(auditLog.sequence, entry.sequence))
    const changes = [
      { targetName: 'bob@acme.example' },
      { targetSalt: 'another' },
      { targetSalt: null },
      { targetSalt: null, targetName: `sha256:${'x'.repeat(43)}` },
      { actorSalt: null, actorName: 'erased' },
      { targetSalt: null, targetName: 'erased' },
    ]
    for (const change of changes) {
      await db.update(auditLog).set(change).where(at)
      expect(await broken(chain), JSON.stringify(change)).toBe(entry.sequence)
      await db.update(auditLog).set(entry).where(at)
    }
    expect(await broken(chain)).toBeNull()
  })

  it('cannot erase a name without a record of it', async () => {
    const { admin, id } = await alice()
    const chain = admin.organizationId
    const erased = await eraseUser(admin, id, management())
    const { db } = store()
    await db.execute(sql`delete from audit_log where chain = ${chain} and sequence =
      (select max(sequence) from audit_log where chain = ${chain} and action = 'user.erased')`)
    expect(await broken(chain)).toBe(erased.entries[0])
  })
})

it('what is handed out of a user is all that is kept, and on record', async () => {
  const { admin, id, subject, grant } = await alice()
  const data = await exportUserData(admin, id, management())
  expect(data).toMatchObject({ user: { id, email: ALICE, subject }, account: null })
  expect(data.grants.map((one) => one.id)).toContain(grant.id)
  expect([data.grants.length, data.logins.length, data.consents.length]).toEqual([2, 2, 1])
  expect(data.log.map(({ action }) => action)).toContain('user.blocked')
  expect(JSON.stringify(data)).not.toMatch(/"[^"]*(hash|salt|token|secret)[^"]*":/i)
  const [record] = await auditLogStore(store().db).list(admin.organizationId, 1)
  expect(record).toMatchObject({ action: 'user.exported', targetId: id, targetName: id })
})
