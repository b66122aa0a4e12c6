import { describe, expect, it } from 'vitest'
import { Forbidden, NotFound } from '@/lib/access'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { auditEntry, installationEntry } from './audit'
import { checkAuditLog, exportAuditLog, readAuditLog } from './audit-log'

const { apply, store } = testInstallation()
const { management, scope } = createServices(store)

const auditEvent = (index: number) => ({
  action: 'server.updated',
  targetKind: 'server',
  targetName: `s${index}`,
})

async function written(count: number) {
  await apply(EXAMPLE)
  const acme = await scope('acme')
  const entries = Array.from({ length: count }, (_, index) => auditEntry(acme, new Date(), auditEvent(index)))
  await auditLogStore(store().db).append(entries)
  return acme
}

async function all(lines: AsyncGenerator<string>): Promise<string> {
  let text = ''
  for await (const part of lines) text += part
  return text
}

describe('the audit log', () => {
  it('is searched for nothing where no database holds what is looked for', async () => {
    const acme = await written(1)
    for (const filter of [{ actor: '\0' }, { action: 'a\0b' }])
      expect(
        (await readAuditLog(acme, 'organization', { before: 1, ...filter }, management())).entries,
      ).toEqual([])
  })

  it('is read page by page, without a gap and without an end of its own', async () => {
    const acme = await written(120)
    const seen: number[] = []
    for (let before: number | undefined; ; ) {
      const page = await readAuditLog(
        acme,
        'organization',
        before === undefined ? {} : { before },
        management(),
      )
      seen.push(...page.entries.map(({ sequence }) => sequence))
      if (page.next === undefined) break
      before = page.next
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => seen.length - index))
    expect(seen.length).toBeGreaterThanOrEqual(120)
  })

  it('is exported whole, oldest first, as one object a line', async () => {
    const acme = await written(1_010)
    const text = await all(exportAuditLog(acme, 'organization', management()))
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const { last, broken } = await checkAuditLog(acme, 'organization', management())
    expect(broken).toBeNull()
    expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_, index) => index + 1))
    expect(lines.at(-1)).toMatchObject({
      chain: acme.organizationId,
      actor: { kind: 'operator', id: 'olive', name: 'Olive' },
      target: { name: 's1009' },
      hash: last?.hash,
    })
  })

  it('of another organization shows nothing of ours; that of the installation only who runs it', async () => {
    const acme = await written(1)
    const globex = await scope('globex')
    const at = new Date()
    await auditLogStore(store().db).append([installationEntry(acme.actor, at, auditEvent(7))])
    const theirs = await readAuditLog(globex, 'organization', {}, management())
    expect(JSON.stringify(theirs)).not.toContain('s0')
    const installation = await readAuditLog(globex, 'installation', {}, management())
    expect(installation.entries[0]).toMatchObject({ targetName: 's7' })
    const member = { ...acme, isInstallationOperator: false }
    await expect(readAuditLog(member, 'installation', {}, management())).rejects.toThrow(NotFound)
    await expect(checkAuditLog(member, 'installation', management())).rejects.toThrow(NotFound)
    expect(() => exportAuditLog(member, 'installation', management())).toThrow(NotFound)
    const nobody = { ...acme, permissions: [] }
    await expect(readAuditLog(nobody, 'organization', {}, management())).rejects.toThrow(Forbidden)
    await expect(checkAuditLog(nobody, 'organization', management())).rejects.toThrow(Forbidden)
    expect(() => exportAuditLog(nobody, 'organization', management())).toThrow(Forbidden)
  })
})
