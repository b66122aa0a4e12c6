import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { authorizationRequests as requests } from '@/drizzle/schema/authorization-requests'
import { later } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { listConnections } from './connections'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

it('lists the own connections alone, with their servers and last login, and no secret', async () => {
  await apply(EXAMPLE)
  const { id, connectionId } = await server('main')
  await connect(store(), await server('main'), { at: 30 })
  await store().db.update(requests).set({ connectionId }).where(eq(requests.serverId, id))
  const acme = await listConnections(await scope('acme'), management())
  const globex = await listConnections(await scope('globex'), management())
  expect(acme.map(({ slug, lastLoginAt }) => [slug, lastLoginAt])).toContainEqual(['okta', later(30)])
  expect(globex.map(({ lastLoginAt }) => lastLoginAt)).toEqual([undefined])
  expect(acme.some(({ id }) => globex.some((other) => other.id === id))).toBe(false)
  expect(JSON.stringify([acme, globex])).not.toContain('clientSecret":')
})
