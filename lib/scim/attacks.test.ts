import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { name, patch, provisioning, USER } from './test-support/scim'

let at: Awaited<ReturnType<typeof provisioning>>
beforeAll(async () => {
  at = await provisioning()
})
afterAll(() => at?.close())

/** Members of one letter and a number, as many as there are. */
const members = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, 0]))

describe('a provisioning client that means no good cannot', () => {
  it('have the process do nothing else, with a change of a hundred thousand attributes', async () => {
    const id = await at.provision({ userName: name() })
    const change = await at.call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: members(90_000) }))
    expect(change).toMatchObject({ status: 413 })
    const many = await at.call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: members(5_000) }))
    expect(many).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } })
  })

  it('store as much as a request holds, for each of its users', async () => {
    const large = { ...USER, userName: name(), title: 'x'.repeat(100_000) }
    expect(await at.call('POST', '/Users', large)).toMatchObject({ status: 413 })
    const user = { ...USER, userName: name(), title: 'x'.repeat(40_000) }
    const { status, body } = await at.call('POST', '/Users', user)
    expect(status).toBe(201)
    const more = patch({ op: 'add', path: 'nickName', value: 'x'.repeat(40_000) })
    expect(await at.call('PATCH', `/Users/${body.id}`, more)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
  })

  it('take the places that all others need, with requests that wait', async () => {
    const db = at.store.db
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let begun = () => {}
    const locked = new Promise<void>((resolve) => {
      begun = resolve
    })
    const holding = db.transaction(async (tx) => {
      await tx.execute('lock table provisioned_users in access exclusive mode')
      begun()
      await held
    })
    await locked
    const flood = Array.from({ length: 60 }, () => at.call('GET', '/Users?count=1'))
    const refused = await Promise.race(flood)
    expect(refused).toMatchObject({ status: 429 })
    release()
    await holding
    const statuses = (await Promise.all(flood)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(16)
    expect(statuses.filter((status) => status === 429)).toHaveLength(44)
    expect(await at.call('GET', '/Users?count=1')).toMatchObject({ status: 200 })
  })
})
