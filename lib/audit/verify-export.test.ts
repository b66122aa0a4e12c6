import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import type { OrganizationScope } from '@/lib/access'
import { type Checkpoint, checkpointKeys, signCheckpoint } from '@/lib/crypto/audit-chain'
import { keyring } from '@/lib/crypto/keyring'
import { auditChainStore, auditLogStore } from '@/lib/store/audit/audit-log'
import { checkpointer } from '@/lib/store/audit/checkpoints'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { auditEntry } from './audit'
import { exportAuditLog } from './audit-log'
import { auditExport } from './audit-page'
import { exportedEntry } from './exported-entry'
import { findCheckpoints, verifyExport } from './verify-export'

const { apply, store } = testInstallation()
const { management, scope } = createServices(store)

const KEYS = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])
const THIEF = keyring([{ id: 'k1', key: Buffer.alloc(32, 2) }])

let acme: OrganizationScope
beforeEach(async () => {
  await apply(EXAMPLE)
  acme = await scope('acme')
})

async function write(count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, index) =>
    auditEntry(acme, new Date(), { action: 'server.updated', targetKind: 'server', targetName: `s${index}` }),
  )
  await auditLogStore(store().db).append(entries)
}

/** Signs what is due. */
const sign = (every = 5, keys = KEYS): Promise<readonly Checkpoint[]> =>
  checkpointer(store().db, (end) => signCheckpoint(keys, end), every)()

async function exported(): Promise<string> {
  let text = ''
  for await (const part of exportAuditLog(acme, 'organization', management())) text += part
  return text
}

const verify = (text: string, witnesses: readonly Checkpoint[] = []) =>
  verifyExport(text, checkpointKeys(KEYS), witnesses)
const problems = (text: string, witnesses: readonly Checkpoint[] = []) =>
  verify(text, witnesses).findings.map(({ problem, sequence }) => `${problem} ${sequence}`)

const lines = (text: string) => text.trimEnd().split('\n')

describe('an exported log', () => {
  it('is good as console and API export it, and says up to where it is signed', async () => {
    await write(7)
    const [checkpoint] = await sign()
    await write(1)
    const text = await exported()
    const { findings, entries, signedUntil, chain, last } = verify(text, checkpoint && [checkpoint])
    expect(findings).toEqual([])
    expect([signedUntil, chain]).toEqual([checkpoint?.sequence, acme.organizationId])
    expect([entries, last?.sequence]).toEqual([lines(text).length, lines(text).length])
    const newestFirst: string[] = []
    for await (const entry of auditExport(acme, {}, management())) {
      const { chain: _, ...shown } = exportedEntry(entry)
      newestFirst.push(JSON.stringify(shown))
    }
    expect(problems(newestFirst.join('\n'))).toEqual([])
  })

  it('is found out when anything of it was changed, taken out or put in', async () => {
    await write(7)
    await sign()
    const text = await exported()
    expect(problems(text.replace('"s3"', '"s9"'))).toEqual([expect.stringMatching(/^changed /)])
    const without = lines(text).toSpliced(3, 1).join('\n')
    expect(problems(without)).toEqual(['gap 5'])
    expect(problems(`${text}{"a":1}`)).toEqual([`unreadable_line ${lines(text).length + 1}`])
  })

  it('whose time was shifted by microseconds in the database is found out, by the walk and offline', async () => {
    await write(7)
    await sign()
    const { db } = store()
    await db.execute(sql`update audit_log set at = at + interval '7 microseconds'
      where chain = ${acme.organizationId} and sequence = 4`)
    expect(await auditChainStore(db).firstBroken(acme.organizationId)).toBe(4)
    expect(problems(await exported())).toEqual(['changed 4'])
  })

  it('whose tail was cut, or that was deleted whole, is found out by what was sent elsewhere', async () => {
    await write(7)
    await sign()
    const early = await exported()
    await write(7)
    const [sent] = await sign()
    const message = JSON.stringify({ type: 'audit.checkpoint', data: { detail: sent } })
    const witnesses = findCheckpoints(`no json\n${message}\n`)
    expect(witnesses).toEqual([sent])
    expect(problems(early)).toEqual([])
    expect(problems(early, witnesses)).toEqual([`cut ${sent?.sequence}`])
    expect(problems('', witnesses)).toEqual(['no_entries 0', `cut ${sent?.sequence}`])
  })

  it('that was rebuilt without the key is found out, with and without checkpoints of its own', async () => {
    await write(7)
    const [sent] = await sign()
    const { db } = store()
    await db.execute(sql`delete from audit_log where chain = ${acme.organizationId}`)
    await write(20)
    expect(problems(await exported())).toEqual(['unsigned 0'])
    expect(problems(await exported(), sent && [sent])).toEqual(['unsigned 0', `rebuilt ${sent?.sequence}`])
    const forged = await sign(5, THIEF)
    expect(problems(await exported())).toEqual(['unsigned 0', `bad_signature ${forged[0]?.sequence}`])
  })
})

describe('checkpoints', () => {
  it('come after so many entries, or when one is an hour old, and never for a checkpoint alone', async () => {
    await write(3)
    expect((await sign(100)).map(({ chain }) => chain)).not.toContain(acme.organizationId)
    expect((await sign(3)).map(({ chain }) => chain)).toContain(acme.organizationId)
    await sign(1)
    expect(await sign(1)).toEqual([])
    await write(1)
    expect(await sign(100)).toEqual([])
    const { db } = store()
    await db.execute(sql`update audit_log set at = at - interval '61 minutes'
      where chain = ${acme.organizationId} and sequence = (select max(sequence) from audit_log where chain = ${acme.organizationId})`)
    expect((await sign(100)).map(({ chain }) => chain)).toEqual([acme.organizationId])
  })

  it('of two instances at once are one', async () => {
    await write(10)
    const signed = await Promise.all([sign(), sign(), sign()])
    const ours = signed.flat().filter(({ chain }) => chain === acme.organizationId)
    expect(ours).toHaveLength(1)
    expect(await auditChainStore(store().db).firstBroken(acme.organizationId)).toBeNull()
  })

  it('are signed with the current key, and verified with any', async () => {
    await write(7)
    await sign()
    const rotated = keyring([
      { id: 'k2', key: Buffer.alloc(32, 3) },
      { id: 'k1', key: Buffer.alloc(32, 1) },
    ])
    await write(7)
    const [second] = await sign(5, rotated)
    expect(second?.key).toBe('k2')
    const { findings, signedUntil } = verifyExport(await exported(), checkpointKeys(rotated))
    expect([findings, signedUntil]).toEqual([[], second?.sequence])
    expect(problems(await exported())).toEqual([`bad_signature ${second?.sequence}`])
  })
})
