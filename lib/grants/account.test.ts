import { describe, expect, it } from 'vitest'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { NotFound } from '@/lib/access'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { later } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { disconnect, readAccounts, signOutEverywhere } from './account'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

/** A user who has connected a client in a browser: the grant, and the browser's cookie. */
async function visitor(slug: 'main' | 'globex', subject: string, expiresAt = later(3600)) {
  const place = await server(slug)
  const { grant, client } = await connect(store(), place, { subject, email: `${subject}@acme.example` })
  const { organizationId, connectionId } = place
  const session = { organizationId, connectionId, userId: grant.userId, createdAt: later(31), expiresAt }
  await store()
    .db.insert(browserSessions)
    .values({ ...session, hash: hashSecret(`cookie of ${subject}`) })
  return { grant, clientId: client.clientId, cookie: { connectionId, value: `cookie of ${subject}` } }
}

const revoked = async (id: string) => (await store().grants.find(id))?.revokedAt !== undefined

describe('an end user', () => {
  it('sees what they have connected and what it may do, and nothing of other users', async () => {
    await apply(EXAMPLE)
    const alice = await visitor('main', 'alice')
    await visitor('main', 'bob')
    expect(await readAccounts([alice.cookie], management())).toEqual([
      {
        userId: alice.grant.userId,
        organizationId: expect.any(String),
        name: 'alice@acme.example',
        connection: 'Okta',
        connectionId: 'acme-okta',
        linked: [],
        linkable: [],
        clients: [
          {
            grantId: alice.grant.id,
            clientId: alice.clientId,
            clientName: 'Inspector',
            serverName: 'Acme MCP',
            resource: 'https://mcp.acme.com/mcp',
            scopes: [{ name: 'files:read', description: 'Read your files' }],
            since: later(30),
            lastUse: later(31),
          },
        ],
      },
    ])
  })

  it('is empty without a cookie, with a forged one, one of another connection, or an expired one', async () => {
    await apply(EXAMPLE)
    const alice = await visitor('main', 'alice')
    const late = await visitor('main', 'late', later(59))
    const { connectionId } = await server('globex')
    for (const cookies of [
      [],
      [{ ...alice.cookie, value: 'made up' }],
      [{ ...alice.cookie, connectionId }],
      [late.cookie],
    ])
      expect(await readAccounts(cookies, management())).toEqual([])
  })

  it('disconnects what is theirs, which is written down', async () => {
    await apply(EXAMPLE)
    const alice = await visitor('main', 'alice')
    await disconnect(alice.grant.id, [alice.cookie], management())
    expect(await revoked(alice.grant.id)).toBe(true)
    expect((await readAccounts([alice.cookie], management()))[0]?.clients).toEqual([])
    const { organizationId } = await scope('acme')
    const [entry] = await auditLogStore(store().db).list(organizationId, 1)
    expect(entry).toMatchObject({
      action: 'grant.revoked',
      actorKind: 'end_user',
      actorName: 'alice@acme.example',
      targetId: alice.grant.id,
    })
  })

  it("cannot disconnect another user's, of the same organization or another", async () => {
    await apply(EXAMPLE)
    const [alice, bob, carol] = [
      await visitor('main', 'alice'),
      await visitor('main', 'bob'),
      await visitor('globex', 'carol'),
    ]
    for (const [id, cookies] of [
      [bob.grant.id, [alice.cookie]],
      [carol.grant.id, [alice.cookie]],
      [alice.grant.id, []],
      ['', [alice.cookie]],
    ] as const)
      await expect(disconnect(id, cookies, management())).rejects.toThrow(NotFound)
    for (const { grant } of [alice, bob, carol]) expect(await revoked(grant.id)).toBe(false)
  })

  it('signs out everywhere: every grant and every browser of theirs, and nothing of others', async () => {
    await apply(EXAMPLE)
    const [alice, bob] = [await visitor('main', 'alice'), await visitor('main', 'bob')]
    const { organizationId } = await scope('acme')
    const elsewhere = { ...alice.cookie, value: 'another browser of alice' }
    const { connectionId } = alice.cookie
    const session = { organizationId, connectionId, userId: alice.grant.userId, createdAt: later(31) }
    await store()
      .db.insert(browserSessions)
      .values({ ...session, hash: hashSecret(elsewhere.value), expiresAt: later(3600) })
    const { grant: second } = await connect(store(), await server('second'), { subject: 'alice' })
    await signOutEverywhere([{ ...alice.cookie, value: 'made up' }], management())
    expect(await revoked(alice.grant.id)).toBe(false)
    await signOutEverywhere([alice.cookie], management())
    expect([await revoked(alice.grant.id), await revoked(second.id)]).toEqual([true, true])
    expect(await readAccounts([alice.cookie, elsewhere], management())).toEqual([])
    expect(await revoked(bob.grant.id)).toBe(false)
    expect(await readAccounts([bob.cookie], management())).toHaveLength(1)
    expect((await auditLogStore(store().db).list(organizationId, 1))[0]).toMatchObject({
      action: 'user.grants_revoked',
      actorKind: 'end_user',
      targetName: 'alice@acme.example',
    })
  })
})
