import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { provisionedGroups, provisionedUsers } from '@/drizzle/schema/provisioning'
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

  it('have any number of users and groups kept: deleted ones count until their rows are gone', async () => {
    const of = (table: typeof provisionedUsers | typeof provisionedGroups) =>
      at.store.db.$count(table, eq(table.connectionId, at.connection.id))
    const most = { users: (await of(provisionedUsers)) + 1, groups: (await of(provisionedGroups)) + 1 }
    const call = (method: 'POST' | 'DELETE', path: string, body?: object) =>
      at.call(method, path, body, at.token, at.endpoint({ most }))
    const tooMany = { status: 403, body: { scimType: 'tooMany' } }
    const user = await call('POST', '/Users', { ...USER, userName: name() })
    expect(user).toMatchObject({ status: 201 })
    expect(await call('POST', '/Groups', { displayName: name() })).toMatchObject({ status: 201 })
    expect(await call('DELETE', `/Users/${user.body.id}`)).toMatchObject({ status: 204 })
    expect(await call('POST', '/Users', { ...USER, userName: name() })).toMatchObject(tooMany)
    expect(await call('POST', '/Groups', { displayName: name() })).toMatchObject(tooMany)
  })

  it('take the places that all others need, with requests that wait', async () => {
    const { POST } = at.endpoint()
    const bodies: ReadableStreamDefaultController<Uint8Array>[] = []
    const begin = () => {
      const body = new ReadableStream<Uint8Array>({ start: (controller) => void bodies.push(controller) })
      const headers = { host: 'auth.example.com', authorization: `Bearer ${at.token}` }
      const sent = { method: 'POST', headers, body, duplex: 'half' }
      return POST(new Request('http://localhost/scim/v2/Users', sent))
    }
    const statuses: number[] = []
    const flood = Array.from({ length: 60 }, async () => void statuses.push((await begin()).status))
    // The others wait for the rest of what they are sent.
    await expect.poll(() => statuses).toHaveLength(44)
    expect(new Set(statuses)).toEqual(new Set([429]))
    for (const body of bodies) {
      body.enqueue(Buffer.from(JSON.stringify({ ...USER, userName: name() })))
      body.close()
    }
    await Promise.all(flood)
    expect(statuses.filter((status) => status === 201)).toHaveLength(16)
    expect(await at.call('GET', '/Users?count=1')).toMatchObject({ status: 200 })
  })

  it('do anything with a request that was held open until its token was replaced', async () => {
    const { POST } = at.endpoint()
    let ask = () => {}
    const isAsked = new Promise<void>((resolve) => {
      ask = resolve
    })
    let send = () => {}
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      send = () => {
        controller.enqueue(Buffer.from(JSON.stringify({ ...USER, userName: 'late' })))
        controller.close()
      }
      ask()
    }
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 })
    const headers = { host: 'auth.example.com', authorization: `Bearer ${at.token}` }
    const sent = { method: 'POST', headers, body, duplex: 'half' }
    const answer = POST(new Request('http://localhost/scim/v2/Users', sent))
    await isAsked
    const replacement = await at.newToken(at.connection)
    send()
    expect((await answer).status).toBe(401)
    const late = await at.call('GET', '/Users?filter=userName eq "late"', undefined, replacement)
    expect(late).toMatchObject({ status: 200, body: { totalResults: 0 } })
  })
})
