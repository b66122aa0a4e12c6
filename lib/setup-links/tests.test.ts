import { describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import {
  beginConnectionTest,
  completeConnectionTest,
  findConnectionTest,
  listConnectionTests,
} from '../connections/run-test'
import { createSetupLink, revokeSetupLink } from './links'
import { testLinks } from './test-support/links'
import { beginSetupTest, findSetupTest, listSetupTests, setupTester } from './tests'

const { management, link, store } = testLinks()

describe('testing', () => {
  const start = async (token: string) => {
    const { id, upstream } = await beginSetupTest(token, management())
    const sent = await fetch(upstream?.location ?? '', { redirect: 'manual' })
    const query = new URL(sent.headers.get('location') ?? '').searchParams
    return { id, query, state: upstream?.state }
  }

  it('is a whole login, and its report is for the link and for operators', async () => {
    const { acme, token } = await link()
    const { id, query, state } = await start(token)
    const visitor = { state, operatorId: (await setupTester(token, management())) ?? undefined }
    expect(await completeConnectionTest('acme-idp', query, visitor, management())).toMatchObject({
      connection: 'idp',
    })
    expect(await findSetupTest(token, id, management())).toMatchObject({ outcome: 'passed' })
    expect(await listSetupTests(token, management())).toHaveLength(1)
    expect(await findConnectionTest(acme, 'idp', id, management())).toMatchObject({
      operatorName: 'Jane, invited by Olive',
    })
    const [entry] = await auditLogStore(store().db).list(acme.organizationId, 1)
    expect(entry).toMatchObject({ action: 'connection.tested', actorKind: 'setup_link' })
  })

  it('is completed by the link that began it only, while it works', async () => {
    const { acme, token, id: linkId } = await link()
    const { url } = await createSetupLink(acme, { label: 'Joe', connection: 'idp' }, management())
    const other = await setupTester(url.split('/').at(-1) ?? '', management())
    const { query, state } = await start(token)
    for (const operatorId of [other ?? '', 'olive', linkId, undefined])
      expect(await completeConnectionTest('acme-idp', query, { state, operatorId }, management())).toBeNull()
    await revokeSetupLink(acme, linkId, management())
    expect(await setupTester(token, management())).toBeNull()
  })

  it('tells its holder nothing of the tests of others', async () => {
    const { acme, token } = await link()
    const { url } = await createSetupLink(acme, { label: 'Joe', connection: 'idp' }, management())
    const theirs = await beginConnectionTest(acme, 'idp', management())
    const joes = await start(url.split('/').at(-1) ?? '')
    for (const { id } of [theirs, joes])
      await expect(findSetupTest(token, id, management())).rejects.toThrow('no such test')
    expect(await listSetupTests(token, management())).toEqual([])
    expect(await listConnectionTests(acme, 'idp', management())).toHaveLength(2)
  })

  it('needs something to test', async () => {
    const { token } = await link('New')
    await expect(beginSetupTest(token, management())).rejects.toThrow('no such connection')
  })
})
