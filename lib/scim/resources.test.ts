import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { name, OKTA, patch, provisioning, USER } from './test-support/scim'

let at: Awaited<ReturnType<typeof provisioning>>
beforeAll(async () => {
  at = await provisioning()
})
afterAll(() => at?.close())

describe('users', () => {
  it('are created, found, read and listed in pages as RFC 7644 says', async () => {
    const other = await at.further('paging')
    const by = await at.newToken(other.connection)
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push(await at.provision({ userName: `u${i}`, externalId: `x"${i}` }, by))
    const made = await at.call('GET', `/Users/${ids[0]}`, undefined, by)
    expect(made.headers.get('content-type')).toBe('application/scim+json')
    expect(made.body).toMatchObject({
      schemas: USER.schemas,
      id: ids[0],
      userName: 'u0',
      externalId: 'x"0',
      active: true,
      meta: { resourceType: 'User', location: `https://auth.example.com/scim/v2/Users/${ids[0]}` },
    })
    const found = async (query: string) => (await at.call('GET', `/Users?${query}`, undefined, by)).body
    expect(await found('startIndex=2&count=2')).toMatchObject({
      totalResults: 5,
      startIndex: 2,
      itemsPerPage: 2,
    })
    const pages = await Promise.all([1, 3, 5].map((start) => found(`startIndex=${start}&count=2`)))
    const listed = pages.flatMap(({ Resources }) => Resources.map(({ id }: { id: string }) => id))
    expect(listed.toSorted()).toEqual(ids.toSorted())
    expect(await found('startIndex=0&count=0')).toMatchObject({
      totalResults: 5,
      startIndex: 1,
      Resources: [],
    })
    for (const start of ['99', '1234567890', '9'.repeat(400)])
      expect(await found(`startIndex=${start}&count=${start}`)).toMatchObject({
        totalResults: 5,
        Resources: [],
      })
    for (const filter of [
      'userName eq "U3"',
      'USERNAME Eq "u3"',
      'externalId eq "x\\"3"',
      'userName eq "u3" and active eq true',
      'userName eq "u3" and userName eq "u3"',
    ])
      expect(
        (await found(`filter=${encodeURIComponent(filter)}`)).Resources.map(({ id }: { id: string }) => id),
      ).toEqual([ids[3]])
    expect(await found(`filter=${encodeURIComponent('userName eq "nobody"')}`)).toMatchObject({
      totalResults: 0,
      Resources: [],
    })
    for (const filter of [
      'userName co "u"',
      'title eq "x"',
      'userName eq u3',
      '',
      '(userName eq "u3")',
      'userName eq "u2" and userName eq "u3"',
      'active eq false and active eq true',
      'emails eq "a@b.example" and emails.value eq "c@b.example"',
    ])
      expect(
        await at.call('GET', `/Users?filter=${encodeURIComponent(filter)}`, undefined, by),
      ).toMatchObject({
        status: 400,
        body: { scimType: 'invalidFilter' },
      })
    const many = encodeURIComponent(Array(6).fill('userName eq "u3"').join(' and '))
    expect(await at.call('GET', `/Users?filter=${many}`, undefined, by)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidFilter', detail: 'a filter has at most 5 conditions' },
    })
  })

  it('have names of their own, whatever the case', async () => {
    const userName = name()
    const [first, second] = [await at.provision({ userName }), await at.provision({ userName: name() })]
    expect(await at.call('POST', '/Users', { userName: userName.toUpperCase() })).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness', status: '409' },
    })
    const rename = patch({ op: 'replace', value: { userName } })
    expect((await at.call('PATCH', `/Users/${second}`, rename)).status).toBe(409)
    expect((await at.call('PATCH', `/Users/${first}`, rename)).status).toBe(200)
    const both = await Promise.all([1, 2].map(() => at.call('POST', '/Users', { userName: `${userName}x` })))
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
  })

  it('renamed to one name at the same moment get it once', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => at.provision({ userName: name() })))
    const rename = patch({ op: 'replace', value: { userName: name() } })
    const all = await Promise.all(ids.map((id) => at.call('PATCH', `/Users/${id}`, rename)))
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 409)])
  })

  it('keep what was said of them, and no password', async () => {
    const [enterprise, userName] = ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', name()]
    const said = {
      name: { givenName: 'A' },
      emails: [{ value: 'a@acme.example', type: 'work' }],
      [enterprise]: { department: 'R' },
    }
    const id = await at.provision({ userName, ...said, password: 'hunter2' })
    const change = patch({ op: 'Add', path: `${enterprise}:department`, value: 'S' })
    const { body } = await at.call('PATCH', `/Users/${id}`, change)
    expect(body).toMatchObject({
      userName,
      ...said,
      [enterprise]: { department: 'S' },
      schemas: [USER.schemas[0], enterprise],
    })
    expect(body).not.toHaveProperty('password')
  })

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no userName', {}],
    ['an empty userName', { userName: ' ' }],
    ['a userName that is a number', { userName: 7 }],
    ['an active that is neither', { userName: 'a', active: 'maybe' }],
    ['a userName that fills a page', { userName: 'a'.repeat(400) }],
  ])('are refused with %s', async (_, body) => {
    expect((await at.call('POST', '/Users', body)).status).toBe(400)
  })

  it('that are gone are 404, and a method or place that there is not says so', async () => {
    const id = await at.provision({ userName: name() })
    expect((await at.call('DELETE', `/Users/${id}`)).status).toBe(204)
    for (const method of ['GET', 'DELETE'] as const)
      expect((await at.call(method, `/Users/${id}`)).status).toBe(404)
    expect((await at.call('PATCH', `/Users/${id}`, OKTA)).status).toBe(404)
    expect((await at.call('DELETE', '/Users')).status).toBe(405)
    for (const path of ['/Bulk', '/Users/a/b', '/', '/Users/', '/%zz'])
      expect((await at.call('GET', path)).status).toBe(404)
  })
})

describe('groups', () => {
  it('are created, changed as Okta and Entra do, and read', async () => {
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => at.provision({ userName: name() })))
    const displayName = `editors ${name()}`
    const { status, body: made } = await at.call('POST', '/Groups', { displayName, members: [{ value: a }] })
    expect(status).toBe(201)
    const place = `/Groups/${made.id}`
    const members = async () =>
      (await at.call('GET', place)).body.members.map(({ value }: { value: string }) => value)
    const change = async (...operations: object[]) =>
      expect((await at.call('PATCH', place, patch(...operations))).status).toBe(204)
    expect(await members()).toEqual([a])
    await change({
      op: 'Add',
      path: 'members',
      value: [{ $ref: null, value: b }, { value: c }, { value: 'nobody' }],
    })
    expect((await members()).toSorted()).toEqual([a, b, c].toSorted())
    await change(
      { op: 'remove', path: `members[value eq "${a}"]` },
      { op: 'Remove', path: 'members', value: [{ value: b }] },
    )
    expect(await members()).toEqual([c])
    await change(
      { op: 'replace', path: 'members', value: [{ value: a }] },
      { op: 'replace', value: { id: made.id, displayName: `x${displayName}` } },
    )
    expect(await members()).toEqual([a])
    const filter = encodeURIComponent(`displayName eq "x${displayName}"`)
    expect(
      (await at.call('GET', `/Groups?excludedAttributes=members&filter=${filter}`)).body.Resources,
    ).toEqual([expect.not.objectContaining({ members: expect.anything() })])
    const contradictory = encodeURIComponent('displayName eq "x" and members eq "y" and displayName eq "z"')
    expect(await at.call('GET', `/Groups?filter=${contradictory}`)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidFilter' },
    })
    await at.call('DELETE', `/Users/${a}`)
    expect(await members()).toEqual([])
    expect((await at.call('PUT', place, { displayName, members: [{ value: b }] })).body.members).toHaveLength(
      1,
    )
    expect((await at.call('DELETE', place)).status).toBe(204)
    expect((await at.call('GET', place)).status).toBe(404)
  })

  it('lose nobody to a filter of members that is not understood, and one to what names it by its schema', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => at.provision({ userName: name() })))
    const members = [{ value: a }, { value: b }]
    const { body: made } = await at.call('POST', '/Groups', { displayName: name(), members })
    const place = `/Groups/${made.id}`
    for (const filter of [
      `value eq "${a}" or value eq "${b}"`,
      `display eq "x"`,
      `value eq ${a}`,
      'value pr',
      '',
    ])
      for (const op of ['remove', 'replace', 'add'])
        expect(
          await at.call('PATCH', place, patch({ op, path: `members[${filter}]`, value: [] })),
        ).toMatchObject({ status: 400, body: { scimType: 'invalidPath' } })
    expect((await at.call('GET', place)).body.members).toHaveLength(2)
    const path = `urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq "${a}"]`
    expect((await at.call('PATCH', place, patch({ op: 'Remove', path }))).status).toBe(204)
    expect((await at.call('GET', place)).body.members).toMatchObject([{ value: b }])
  })

  it('have no members of another connection', async () => {
    const other = await at.further('groups')
    const foreign = await at.provision({ userName: name() }, await at.newToken(other.connection))
    const { body } = await at.call('POST', '/Groups', { displayName: name(), members: [{ value: foreign }] })
    expect(body.members).toEqual([])
  })
})

it('says what it can do', async () => {
  expect((await at.call('GET', '/ServiceProviderConfig')).body).toMatchObject({
    patch: { supported: true },
    bulk: { supported: false },
  })
  expect((await at.call('GET', '/ResourceTypes')).body).toMatchObject({ totalResults: 2 })
  expect((await at.call('GET', '/ResourceTypes/User')).body).toMatchObject({ endpoint: '/Users' })
  expect((await at.call('GET', `/Schemas/${USER.schemas[0]}`)).body).toMatchObject({ name: 'User' })
  expect((await at.call('GET', '/Schemas')).body.Resources.map(({ id }: { id: string }) => id)).toHaveLength(
    2,
  )
})
