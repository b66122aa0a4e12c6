import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { clients } from '@/drizzle/schema/clients'
import { keptOut } from '@/lib/oauth/clients/standing'
import type { Server } from '@/lib/oauth/model'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { later, newClient } from '@/lib/store/test-support/store-under-test'
import { Forbidden, NotFound } from '../access'
import { versionOf } from '../configuration/entries'
import { Outdated } from '../configuration/mistakes'
import { setClientBlocked } from '../grants/block'
import { makeRegistrationToken, removeRegistrationToken } from '../servers/registration-token'
import { findServer } from '../servers/servers'
import { connectedServices } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { allowClient, listWaitingClients, waitingEntry } from './waiting-clients'

const { apply, store } = testInstallation()
const { management, scope, as, server } = connectedServices(store)

/** The example's server lets clients of claude.ai in, and has others wait. */
async function waiting(redirectUris = ['http://127.0.0.1/callback'], name = 'Claude') {
  await apply(EXAMPLE)
  const main = await server('main')
  const client = await store().clients.register(newClient(main.id, { redirectUris, name }))
  await store().clients.ask(client, '203.0.113.0/24', later(50))
  return { main, client }
}
const standing = async (main: Server, id: string) => keptOut(main, (await store().clients.findByRowId(id))!)
const listed = async () =>
  (await listWaitingClients(await scope('acme'), management())).map(({ client }) => client.id)
const actions = async () =>
  (await auditLogStore(store().db).list((await scope('acme')).organizationId, 3)).map(({ action }) => action)

describe('a client that waits', () => {
  it('is in the list of its organization alone, until it is allowed once for all', async () => {
    const { main, client } = await waiting()
    expect(await actions()).toContain('client.waiting')
    expect(await listed()).toContain(client.id)
    expect(await listWaitingClients(await scope('globex'), management())).toEqual([])
    await allowClient(await scope('acme'), client.id, management())
    expect(await listed()).not.toContain(client.id)
    expect(await standing(main, client.id)).toBeNull()
    await allowClient(await scope('acme'), client.id, management())
    expect((await actions()).filter((action) => action === 'client.allowed')).toHaveLength(1)
  })

  it('is not in the list while a listed host vouches for it, whatever it calls itself', async () => {
    const { client } = await waiting(['https://claude.ai/callback'], 'Unknown')
    const borrowed = await waiting(['https://evil-claude.ai/callback'])
    const ids = await listed()
    expect([ids.includes(client.id), ids.includes(borrowed.client.id)]).toEqual([false, true])
  })

  it('cannot be allowed by who only reads, or of another organization', async () => {
    const { main, client } = await waiting()
    await expect(allowClient(await as('auditor', 'acme'), client.id, management())).rejects.toThrow(Forbidden)
    await expect(allowClient(await scope('globex'), client.id, management())).rejects.toThrow(NotFound)
    expect(await standing(main, client.id)).toBe('client_waiting')
  })

  it('is not allowed as another than the administrator has seen', async () => {
    const { main, client } = await waiting()
    const seen = { versions: [versionOf(waitingEntry(client))], isForm: true } as const
    const acme = { ...(await scope('acme')), expected: seen }
    const update = (set: object) => store().db.update(clients).set(set).where(eq(clients.id, client.id))
    await update({ redirectUris: ['https://evil.example/callback'] })
    await expect(allowClient(acme, client.id, management())).rejects.toThrow(Outdated)
    expect(await standing(main, client.id)).toBe('client_waiting')
    await update({ redirectUris: client.redirectUris })
    await allowClient(acme, client.id, management())
    expect(await standing(main, client.id)).toBeNull()
  })

  it('stays out when one administrator allows it while another one refuses it', async () => {
    const { main, client } = await waiting()
    const acme = await scope('acme')
    await Promise.allSettled([
      allowClient(acme, client.id, management()),
      setClientBlocked(acme, client.id, true, management()),
    ])
    expect(await standing(main, client.id)).toBe('client_blocked')
    await expect(allowClient(acme, client.id, management())).rejects.toMatchObject({
      mistakes: [{ code: 'client_is_blocked' }],
    })
    expect(await standing(main, client.id)).toBe('client_blocked')
    expect(await listed()).not.toContain(client.id)
  })
})

it('the token for registration is shown once and kept as a hash; a change of settings leaves it', async () => {
  await apply(EXAMPLE)
  const acme = await scope('acme')
  const token = await makeRegistrationToken(acme, 'main', management())
  expect(token).toMatch(/^vst_iat_/)
  const { registrationTokenHash } = await server('main')
  expect(registrationTokenHash).toMatch(/^[0-9a-f]{64}$/)
  await apply(EXAMPLE.replace('name: Acme MCP', 'name: Acme Files'))
  expect(await server('main')).toMatchObject({ name: 'Acme Files', registrationTokenHash })
  expect(await findServer(acme, 'main', management())).toMatchObject({ hasRegistrationToken: true })
  await expect(makeRegistrationToken(await as('support', 'acme'), 'main', management())).rejects.toThrow(
    Forbidden,
  )
  await removeRegistrationToken(acme, 'main', management())
  expect((await server('main')).registrationTokenHash).toBeUndefined()
})
