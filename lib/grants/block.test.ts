import { describe, expect, it } from 'vitest'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { requestTimelineStore } from '@/lib/store/read/request-timelines'
import {
  completedLogin,
  later,
  newRequest,
  refreshToken,
  rotateAt,
} from '@/lib/store/test-support/store-under-test'
import { Forbidden, NotFound } from '../access'
import { connect, connectedServices } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { setClientBlocked, setUserBlocked } from './block'

const { apply, store } = testInstallation()
const { management, scope, as, server } = connectedServices(store)

const rotate = ({ hash, grantId }: { readonly hash: string; readonly grantId: string }) =>
  rotateAt(store(), 70, hash, refreshToken(grantId))

describe('a blocked client', () => {
  it('cannot refresh, and can again once it is unblocked', async () => {
    await apply(EXAMPLE)
    const { client, grant, token } = await connect(store(), await server('main'))
    const support = await as('support', 'acme')
    await setClientBlocked(support, client.id, true, management())
    expect(await rotate(token)).toBe('refused')
    expect(await store().grants.find(grant.id)).toMatchObject({ blocked: 'client' })
    expect(await store().clients.findByRowId(client.id)).toMatchObject({ blockedAt: later(60) })
    await setClientBlocked(support, client.id, false, management())
    expect(await store().grants.find(grant.id)).toEqual(grant)
    expect(await rotate(token)).toBe('rotated')
    const entries = await auditLogStore(store().db).list(support.organizationId, 2)
    expect(entries.map(({ action }) => action)).toEqual(['client.unblocked', 'client.blocked'])
  })

  it('has its logins under way ended, with the reason in their timelines', async () => {
    await apply(EXAMPLE)
    const { client, server: main } = await connect(store(), await server('main'))
    const { request } = await newRequest(store(), { server: main, client })
    await setClientBlocked(await scope('acme'), client.id, true, management())
    expect(await store().requests.findOpen(request.id, later(61))).toBeNull()
    const found = await requestTimelineStore(store().db).find(request.reference)
    expect(found?.outcome).toBe('failed')
    expect(found?.timeline.at(-1)).toMatchObject({ reason: 'client_blocked', outcome: 'failed' })
  })

  it('stays blocked when its document is read anew', async () => {
    await apply(EXAMPLE)
    const { id: serverId } = await server('second')
    const described = {
      serverId,
      clientId: 'https://client.example/metadata',
      kind: 'metadata_document',
      redirectUris: ['https://client.example/callback'],
      tokenEndpointAuthMethod: 'none',
      grantTypes: ['authorization_code'],
      metadata: {},
    } as const
    const client = await store().clients.remember(described)
    await setClientBlocked(await scope('acme'), client.id, true, management())
    expect(await store().clients.remember({ ...described, name: 'New' })).toMatchObject({
      name: 'New',
      blockedAt: later(60),
    })
  })
})

describe('a blocked user', () => {
  it('cannot refresh, log in or be vouched for, until they are unblocked', async () => {
    await apply(EXAMPLE)
    const { grant, token, login, server: main, client } = await connect(store(), await server('main'))
    const acme = await scope('acme')
    await setUserBlocked(acme, grant.userId, true, management())
    expect(await rotate(token)).toBe('refused')
    expect(await store().grants.find(grant.id)).toMatchObject({ blocked: 'user' })
    const { request } = await newRequest(store(), { server: main, client })
    const again = completedLogin({ server: main, request }, { identity: login.identity })
    expect(await store().logins.complete(again, later(65))).toEqual({ outcome: 'user_blocked' })
    const asserted = { server: main, client, identity: login.identity, scope: [], claims: {} }
    expect(await store().logins.assert(asserted, later(65))).toBeNull()
    await setUserBlocked(acme, grant.userId, false, management())
    expect(await store().logins.complete(again, later(65))).toMatchObject({ outcome: 'completed' })
    expect(await rotate(token)).toBe('rotated')
  })

  it('is not known in any browser any more', async () => {
    await apply(EXAMPLE)
    const { grant, server: main } = await connect(store(), await server('main'))
    const { organizationId, connectionId } = main
    const session = { hash: 'h', organizationId, connectionId, userId: grant.userId }
    const times = { createdAt: later(50), expiresAt: later(600) }
    await store()
      .db.insert(browserSessions)
      .values({ ...session, ...times })
    expect(await store().browserSessions.find('h', connectionId, later(60))).not.toBeNull()
    await setUserBlocked(await scope('acme'), grant.userId, true, management())
    expect(await store().browserSessions.find('h', connectionId, later(60))).toBeNull()
  })
})

it('only a member with the permission blocks a client or user, and only of the own organization', async () => {
  await apply(EXAMPLE)
  const { grant, client } = await connect(store(), await server('main'))
  const [globex, auditor] = [await scope('globex'), await as('auditor', 'acme')]
  await expect(setClientBlocked(globex, client.id, true, management())).rejects.toThrow(NotFound)
  await expect(setUserBlocked(globex, grant.userId, true, management())).rejects.toThrow(NotFound)
  await expect(setClientBlocked(auditor, client.id, true, management())).rejects.toThrow(Forbidden)
  await expect(setUserBlocked(auditor, grant.userId, true, management())).rejects.toThrow(Forbidden)
  expect(await store().grants.find(grant.id)).toEqual(grant)
})
