import { describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { Forbidden, NotFound } from '../access'
import { connect, connectedServices, registered } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { listGrants } from './list'
import { revokeGrant, revokeGrantsOfClient, revokeGrantsOfServer, revokeGrantsOfUser } from './revoke'

const { apply, store } = testInstallation()
const { management, scope, as, server } = connectedServices(store)

const revoked = async (id: string) => Boolean((await store().grants.find(id))?.revokedAt)
const lastEntry = async (slug: string) => {
  const { organizationId } = await scope(slug)
  return (await auditLogStore(store().db).list(organizationId, 1))[0]
}

describe('revoking one grant', () => {
  it('ends it and its refresh token at once, says what lives on, and writes down who did it', async () => {
    await apply(EXAMPLE)
    const { grant, token } = await connect(store(), await server('second'))
    const ended = await revokeGrant(await as('support', 'acme'), grant.id, management())
    expect(ended).toEqual({ number: 1, offlineFor: 3600 })
    expect((await store().refreshTokens.find(token.hash))?.grant.revokedAt).toBeDefined()
    expect(await lastEntry('acme')).toMatchObject({
      action: 'grant.revoked',
      actorName: 'Olive',
      targetId: grant.id,
      targetName: 'alice@acme.example at Inspector',
    })
  })

  it('says that nothing lives on where access tokens are opaque, and does nothing twice', async () => {
    await apply(EXAMPLE)
    const { grant } = await connect(store(), await server('main'))
    const acme = await scope('acme')
    expect(await revokeGrant(acme, grant.id, management())).toEqual({ number: 1, offlineFor: 0 })
    expect(await revokeGrant(acme, grant.id, management())).toEqual({ number: 0, offlineFor: 0 })
  })

  it("does not find another organization's, and lets no auditor do it", async () => {
    await apply(EXAMPLE)
    const { grant } = await connect(store(), await server('main'))
    await expect(revokeGrant(await scope('globex'), grant.id, management())).rejects.toThrow(NotFound)
    await expect(revokeGrant(await as('auditor', 'acme'), grant.id, management())).rejects.toThrow(Forbidden)
    expect(await revoked(grant.id)).toBe(false)
  })
})

describe('revoking many', () => {
  it('ends all of a client, a user or a server, and no others', async () => {
    await apply(EXAMPLE)
    const [main, second] = [await server('main'), await server('second')]
    const client = await registered(store(), main)
    const one = await connect(store(), main, { client, subject: 'alice' })
    const two = await connect(store(), main, { client, subject: 'bob' })
    const three = await connect(store(), main, { subject: 'bob' })
    const four = await connect(store(), second, { subject: 'carol' })
    const acme = await scope('acme')
    expect(await revokeGrantsOfClient(acme, client.id, management())).toBe(2)
    expect([await revoked(one.grant.id), await revoked(two.grant.id)]).toEqual([true, true])
    expect(await revoked(three.grant.id)).toBe(false)
    expect(await revokeGrantsOfUser(acme, three.grant.userId, management())).toBe(1)
    expect(await revoked(four.grant.id)).toBe(false)
    expect(await revokeGrantsOfServer(acme, 'second', management())).toBe(1)
    const { rows } = await listGrants(acme, { state: 'live' }, management())
    expect(rows).toEqual([])
    expect(await lastEntry('acme')).toMatchObject({ action: 'server.grants_revoked', detail: { number: 1 } })
  })

  it("does not find another organization's client, user or server", async () => {
    await apply(EXAMPLE)
    const { grant, client } = await connect(store(), await server('main'))
    const globex = await scope('globex')
    await expect(revokeGrantsOfClient(globex, client.id, management())).rejects.toThrow(NotFound)
    await expect(revokeGrantsOfUser(globex, grant.userId, management())).rejects.toThrow(NotFound)
    await expect(revokeGrantsOfServer(globex, 'main', management())).rejects.toThrow(NotFound)
    expect(await revoked(grant.id)).toBe(false)
  })
})
