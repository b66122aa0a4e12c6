import { describe, expect, it } from 'vitest'
import type { Json } from '@/lib/configuration/schema/wire'
import { people } from '@/lib/members/test-support/people'
import { testApi } from './test-support/api'

const { apply, call, newKey, store } = testApi()

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const image = (bytes: number) => Buffer.from([...PNG, ...new Uint8Array(bytes)]).toString('base64')

describe('members', () => {
  it('are listed, changed and removed, by keys that may do as much as they', async () => {
    await apply()
    const [owner, admin] = [await newKey('acme'), await newKey('acme', 'admin')]
    const boss = await people(store).member('boss', 'owner')
    const sue = await people(store).member('sue', 'support')
    const listed = await call('GET', '/organizations/acme/members', { key: admin })
    expect(listed.body.items).toMatchObject([{ email: 'boss@example.com', role: 'owner' }, { id: sue.id }])
    const at = (id: string) => `/organizations/acme/members/${id}`
    expect((await call('PATCH', at(boss.id), { key: admin, body: { role: 'auditor' } })).status).toBe(422)
    expect((await call('DELETE', at(boss.id), { key: admin })).status).toBe(422)
    expect((await call('PATCH', at(sue.id), { key: admin, body: { role: 'owner' } })).status).toBe(422)
    // The last owner stays, for any caller.
    expect((await call('DELETE', at(boss.id), { key: owner })).status).toBe(422)
    const changed = await call('PATCH', at(sue.id), { key: admin, body: { role: 'auditor' } })
    expect(changed.body).toMatchObject({ id: sue.id, role: 'auditor' })
    expect((await call('DELETE', at(sue.id), { key: admin })).status).toBe(204)
    expect((await call('DELETE', at(sue.id), { key: admin })).status).toBe(404)
  })

  it('are invited by a link that is shown once', async () => {
    await apply()
    const key = await newKey('acme', 'admin')
    const to = (email: string, role = 'support') => ({ key, body: { email, role } })
    const path = '/organizations/acme/invitations'
    const made = await call('POST', path, to('jane@example.com'))
    expect(made.body.link).toMatch(/\/console\/invitations\/[A-Za-z0-9_-]{43}$/)
    const { body } = await call('GET', path, { key })
    expect(body.items).toMatchObject([{ email: 'jane@example.com', role: 'support' }])
    expect(JSON.stringify(body)).not.toContain(made.body.link.split('/').at(-1))
    for (const wrong of [to('joe@example.com', 'owner'), to('nobody'), to('jane@example.com')])
      expect((await call('POST', path, wrong)).status).toBe(422)
    expect((await call('DELETE', `${path}/${made.body.id}`, { key })).status).toBe(204)
    expect((await call('GET', path, { key })).body.items).toEqual([])
  })
})

describe('branding', () => {
  const path = '/organizations/acme/servers/main/branding'

  it('is replaced but for its logo, which stays until it is removed', async () => {
    await apply()
    const key = await newKey('acme')
    expect((await call('GET', path, { key })).body).toEqual({ has_logo: false })
    const put = (body: Json) => call('PUT', path, { key, body })
    const whole = await put({ name: 'Acme', accent: '#0c5a4a', logo: image(90 * 1024) })
    expect(whole.body).toMatchObject({ name: 'Acme', accent: '#0c5a4a', has_logo: true })
    expect((await put({ name: 'Acme' })).body).toEqual({ name: 'Acme', has_logo: true })
    expect((await put({ logo: null })).body).toEqual({ has_logo: false })
  })

  it('takes no image that is none, is too large, or comes in too large a body', async () => {
    await apply()
    const key = await newKey('acme')
    const put = async (logo: string) => (await call('PUT', path, { key, body: { logo } })).status
    expect(await put('no base64 at all!')).toBe(422)
    expect(await put(Buffer.from('<svg onload="alert(1)"/>').toString('base64'))).toBe(422)
    expect(await put(image(101 * 1024))).toBe(422)
    expect(await put(image(200 * 1024))).toBe(413)
    expect((await call('PUT', '/organizations/acme', { key, body: {} })).status).toBe(405)
  })
})
