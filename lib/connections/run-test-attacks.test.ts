import { describe, expect, it } from 'vitest'
import { completeLogin } from '@/lib/oauth/callback/complete-login'
import {
  beginConnectionTest,
  completeConnectionTest,
  findConnectionTest,
  listConnectionTests,
} from './run-test'
import { testLogins } from './test-support/test-logins'

const { management, prepare, begin, wait } = testLogins()

describe('under attack', () => {
  it("a test's state cannot complete a login", async () => {
    const { acme } = await prepare()
    const { state, query } = await begin(acme)
    const cookies = { state, session: undefined }
    const { step } = await completeLogin('acme-idp', query, cookies, management().ports)
    expect(step).toEqual({ go: 'refused', reason: 'state_unknown' })
  })

  it('only the browser, the operator and the connection that it began with complete it, and once', async () => {
    const { acme } = await prepare()
    const { id, state, query } = await begin(acme)
    const other = await begin(acme)
    const complete = (
      visitor: { state: string | undefined; operatorId: string | undefined },
      connection = 'acme-idp',
      at = query,
    ) => completeConnectionTest(connection, at, visitor, management())
    const right = { state, operatorId: 'olive' }
    const twice = new URLSearchParams([...query, ['state', state]])
    expect(await complete({ ...right, state: undefined })).toBeNull()
    expect(await complete({ ...right, state: other.state })).toBeNull()
    expect(await complete({ ...right, operatorId: undefined })).toBeNull()
    expect(await complete({ ...right, operatorId: 'mallory' })).toBeNull()
    expect(await complete(right, 'globex-idp')).toBeNull()
    expect(await complete(right, 'acme-idp', twice)).toBeNull()
    expect((await findConnectionTest(acme, 'idp', id, management())).outcome).toBe('running')
    const both = await Promise.all([complete(right), complete(right)])
    expect(both.filter((test) => test !== null)).toEqual([{ organization: 'acme', connection: 'idp' }])
    expect(await complete(right)).toBeNull()
  })

  it('is refused after ten minutes', async () => {
    const { acme } = await prepare()
    const { state, query } = await begin(acme)
    wait(601_000)
    const visitor = { state, operatorId: 'olive' }
    expect(await completeConnectionTest('acme-idp', query, visitor, management())).toBeNull()
  })

  it.each([
    ['a login', `${'a'.repeat(22)}.${'b'.repeat(44)}`],
    ['nobody', 'test.short.state'],
    ['a test that there is not', `test.${'a'.repeat(22)}.${'b'.repeat(44)}`],
  ])('the state of %s completes no test', async (_, state) => {
    await prepare()
    const query = new URLSearchParams({ state, code: 'x' })
    expect(
      await completeConnectionTest('acme-idp', query, { state, operatorId: 'olive' }, management()),
    ).toBeNull()
  })

  it('another organization neither begins nor sees it, though it has a connection of that name', async () => {
    const { acme, globex } = await prepare()
    const { id } = await begin(acme)
    await expect(findConnectionTest(globex, 'idp', id, management())).rejects.toThrow('no such test')
    expect(await listConnectionTests(globex, 'idp', management())).toEqual([])
    await expect(beginConnectionTest(globex, 'none', management())).rejects.toThrow('no such connection')
  })

  it('needs an operator with the permission to configure, in a browser', async () => {
    const { acme } = await prepare()
    const support = { ...acme, permissions: ['read', 'revoke'] as const }
    const key = { ...acme, actor: { kind: 'api_key', id: 'k', name: 'CI' } as const }
    for (const refused of [support, key])
      await expect(beginConnectionTest(refused, 'idp', management())).rejects.toThrow('configure')
    expect(await listConnectionTests(support, 'idp', management())).toEqual([])
  })
})
