import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { auditLog } from '@/drizzle/schema/audit-log'
import { PERMISSIONS, permissionsOf, ROLES } from '@/lib/access'
import type { Json } from '@/lib/configuration/schema/wire'
import { beginConnectionTest } from '@/lib/connections/run-test'
import { people } from '@/lib/members/test-support/people'
import { connect, connectedServices, linkLogin } from '@/lib/test-support/connected'
import { ROUTES } from './routes/all'
import type { Route } from './routing'
import { testApi } from './test-support/api'
import { CONNECTION, REQUESTS, WEBHOOK } from './test-support/requests'

const { apply, call, management, newKey, rows, scope, store } = testApi(connectedServices)
const { server } = connectedServices(store)

/** A server none of whose hosts exist: there is nothing to examine. */
async function putServerNowhere(owner: string) {
  const put = async (path: string, body: Json) =>
    expect((await call('PUT', `/organizations/acme/${path}`, { key: owner, body })).status).toBeLessThan(300)
  await put('connections/nowhere', { ...CONNECTION, issuer: 'https://login.invalid' })
  const body = { name: 'Nowhere', resource: 'https://mcp.invalid/mcp', connection: 'nowhere' }
  await put('servers/nowhere', body)
}

function requestOf({ operationId }: Route) {
  const request = REQUESTS[operationId]
  if (!request) throw new Error(`${operationId} has no row in this test: add one`)
  return request
}

/** A webhook that is the only one, with a delivery. */
async function putWebhook(owner: string) {
  const webhooks = '/organizations/acme/webhooks'
  for (const { id } of (await call('GET', webhooks, { key: owner })).body.items)
    await call('DELETE', `${webhooks}/${id}`, { key: owner })
  const made = await call('POST', webhooks, { key: owner, body: WEBHOOK })
  const sent = await call('POST', `${webhooks}/${made.body.id}/test`, { key: owner })
  return { webhook: made.body.id, delivery: sent.body.id }
}

/** The operation's path, with something that it can be about. */
async function prepared(route: Route, owner: string): Promise<string> {
  const { path } = requestOf(route)
  if (route.operationId === 'examineServer') await putServerNowhere(owner)
  if (path.includes('{key}')) {
    const list = path.replace('/{key}', '')
    const made = await call('POST', list, { key: owner, body: { name: 'victim', role: 'auditor' } })
    return path.replace('{key}', made.body.id)
  }
  if (path.includes('{spare}')) {
    // Its slug is never free again.
    const place = path.replace('{spare}', `spare-${randomBytes(4).toString('hex')}`)
    const body = { name: 'Spare', resource: 'https://spare.example/mcp', connection: 'okta' }
    await call('PUT', place, { key: owner, body })
    return place
  }
  if (route.operationId === 'deleteClient') {
    const body = { redirect_uris: ['https://a.example/cb'], token_endpoint_auth_method: 'none' }
    await call('PUT', path, { key: owner, body })
  }
  if (route.operationId === 'deleteConnection') {
    const sent = { key: owner, body: CONNECTION }
    await call('PUT', path, sent)
  }
  if (route.operationId === 'deleteScimToken') await call('POST', path, { key: owner })
  if (path.includes('/people')) return withPerson(path, owner)
  if (path.includes('{test}')) {
    const olive = {
      ...(await scope('acme')),
      actor: { kind: 'operator', id: 'olive', name: 'Olive' },
    } as const
    return path.replace('{test}', (await beginConnectionTest(olive, 'okta', management())).id)
  }
  if (path.includes('{doomed}')) {
    const slug = `doomed-${randomBytes(4).toString('hex')}`
    await call('POST', '/organizations', { key: owner, body: { slug, name: slug } })
    return path.replace('{doomed}', slug)
  }
  if (path.includes('{operator}')) {
    const { id } = await people(store).member(`operator-${randomBytes(4).toString('hex')}`, 'auditor')
    return path.replace('{operator}', id)
  }
  if (path.includes('{member}')) {
    const { id } = await people(store).member(`member-${randomBytes(4).toString('hex')}`, 'auditor')
    return path.replace('{member}', id)
  }
  if (path.includes('{invitation}')) {
    const body = { email: `${randomBytes(4).toString('hex')}@acme.example`, role: 'auditor' }
    const made = await call('POST', '/organizations/acme/invitations', { key: owner, body })
    return path.replace('{invitation}', made.body.id)
  }
  if (path.includes('{setup_link}')) {
    const body = { label: 'Jane', new_connection: 'Login' }
    const made = await call('POST', '/organizations/acme/setup-links', { key: owner, body })
    return path.replace('{setup_link}', made.body.id)
  }
  if (!path.includes('{')) return path
  if (path.includes('{webhook}')) return filled(path, await putWebhook(owner))
  const main = await server('main')
  const { request, grant, client } = await connect(store(), main)
  const ids = { reference: request.reference, grant: grant.id, client: client.id, user: grant.userId }
  if (path.includes('{login}'))
    return filled(path, { ...ids, login: await linkLogin(store(), main, grant.userId) })
  if (/^(getBlocked|unblock)/.test(route.operationId)) await call('PUT', filled(path, ids), { key: owner })
  return filled(path, ids)
}

/** The path of a person at a platform connection. */
async function withPerson(path: string, owner: string): Promise<string> {
  const connection = '/organizations/acme/connections/accounts'
  await call('PUT', connection, { key: owner, body: { type: 'platform', name: 'Accounts' } })
  if (!path.includes('{person}')) return path
  const body = { address: `${randomBytes(4).toString('hex')}@acme.example` }
  const made = await call('POST', `${connection}/people`, { key: owner, body })
  return path.replace('{person}', made.body.id)
}

const filled = (path: string, ids: Readonly<Record<string, string | undefined>>) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')

/** Operations that ask, with a method that may have a body; and nothing is waiting to be delivered anew. */
const CHANGING_NOTHING = ['examineServer', 'tryAccessRules', 'redeliverAllToWebhook']

/** Entries of the audit log that say that an API key did it. */
const entries = () => store().db.$count(auditLog, eq(auditLog.actorKind, 'api_key'))

describe.each(ROUTES.map((route) => [route.operationId, route] as const))('%s', (_, route) => {
  const send = (path: string, key?: string) => {
    const { body } = requestOf(route)
    return call(route.method, path, { ...(key !== undefined && { key }), ...(body && { body }) })
  }

  it('serves the roles that have its permission, and no other', async () => {
    expect(PERMISSIONS).toContain(route.permission)
    for (const role of ROLES) {
      // What only reads leaves everything as it was.
      if (role === ROLES[0] || route.method !== 'GET') await apply()
      const owner = await newKey(route.of === 'installation' ? null : 'acme')
      const path = await prepared(route, owner)
      const unique = path.replace(/new$/, `new-${role}`)
      const key = await newKey(route.of === 'installation' ? null : 'acme', role)
      const before = await entries()
      const { status, body } = await send(unique, key)
      // An owner may do all of it.
      if (role === 'owner' && route.method !== 'GET')
        expect((await entries()) > before, 'is in the audit log, with its actor').toBe(
          !CHANGING_NOTHING.includes(route.operationId),
        )
      if (permissionsOf(role).includes(route.permission))
        expect([role, status]).toEqual([role, requestOf(route).status])
      else {
        expect([role, status]).toEqual([role, 403])
        expect(body).toMatchObject({ permission: route.permission })
      }
    }
  })

  it('is closed to another organization, and without a key', async () => {
    await apply()
    const path = await prepared(route, await newKey(route.of === 'installation' ? null : 'acme'))
    const before = await rows()
    const stranger = await send(path, await newKey('globex'))
    expect(stranger.status).toBe(route.of === 'installation' ? 403 : 404)
    for (const key of [undefined, 'vst_key_', `vst_key_${'A'.repeat(43)}`, 'nonsense']) {
      const { status, headers } = await send(path, key)
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toMatch(/^Bearer /)
    }
    expect(await rows()).toEqual(before)
  })

  it('answers the same for what exists elsewhere and what does not', async () => {
    if (route.of === 'installation') return
    await apply()
    const key = await newKey('globex')
    const path = await prepared(route, await newKey('acme'))
    const existing = await send(path, key)
    const missing = await send(path.replace('/acme', '/nobody'), key)
    expect([missing.status, missing.body]).toEqual([existing.status, existing.body])
  })
})
