import { describe, expect, it } from 'vitest'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { findServer } from '@/lib/servers/servers'
import { as, testServers } from '@/lib/servers/test-support/servers'
import { newClient } from '@/lib/store/test-support/store-under-test'
import { Forbidden, NotFound } from '../access'
import { addClient, type ClientDescription, changeClient, makeClientSecret } from './server-clients'

const { admin, log, management, rows, store } = testServers()

const PUBLIC: ClientDescription = {
  clientId: 'desktop',
  name: 'Desktop',
  redirectUris: ['http://127.0.0.1/callback'],
  tokenEndpointAuthMethod: 'none',
  grantTypes: ['authorization_code', 'refresh_token'],
}
const CONFIDENTIAL: ClientDescription = { ...PUBLIC, tokenEndpointAuthMethod: 'client_secret_basic' }

const stored = async (clientId: string) => (await rows()).clients.find((row) => row.clientId === clientId)

describe('clients that an operator names', () => {
  it('are public without a secret', async () => {
    const acme = await admin('acme')
    expect(await addClient(acme, 'second', PUBLIC, management())).toEqual({})
    const { clients } = await findServer(acme, 'second', management())
    expect(clients).toEqual([{ ...PUBLIC, hasSecret: false }])
    expect((await log(acme))[0]).toMatchObject({
      action: 'client.created',
      targetName: 'acme/second/desktop',
    })
  })

  it('get a secret that is shown once and stored as a hash', async () => {
    const acme = await admin('acme')
    const { secret = '' } = await addClient(acme, 'second', CONFIDENTIAL, management())
    expect(secret).toMatch(/^vst_cs_[A-Za-z0-9_-]{43}$/)
    expect((await stored('desktop'))?.secretHash).toBe(hashSecret(secret))
    const another = await makeClientSecret(acme, 'second', 'desktop', management())
    expect((await stored('desktop'))?.secretHash).toBe(hashSecret(another))
    const seen = JSON.stringify([await log(acme), await findServer(acme, 'second', management())])
    for (const text of [secret, another, hashSecret(another)]) expect(seen).not.toContain(text)
  })

  it('keep their secret through a change, get one when they need it, and lose it when not', async () => {
    const acme = await admin('acme')
    const before = (await stored('ci'))?.secretHash
    const ci: ClientDescription = { ...CONFIDENTIAL, clientId: 'ci', scope: 'files:read' }
    expect(await changeClient(acme, 'main', ci, management())).toEqual({})
    expect(await stored('ci')).toMatchObject({ secretHash: before, name: 'Desktop', scope: ['files:read'] })
    await changeClient(acme, 'main', { ...ci, tokenEndpointAuthMethod: 'none' }, management())
    expect(await stored('ci')).not.toHaveProperty('secretHash')
    const { secret = '' } = await changeClient(acme, 'main', ci, management())
    expect((await stored('ci'))?.secretHash).toBe(hashSecret(secret))
  })

  it('are refused with mistakes at their own fields', async () => {
    const acme = await admin('acme')
    const wrong = { ...PUBLIC, clientId: 'a b', redirectUris: ['javascript:alert(1)'], scope: 'nonsense' }
    await expect(addClient(acme, 'second', wrong, management())).rejects.toMatchObject({
      mistakes: [{ path: ['client_id'] }, { path: ['redirect_uris', 0] }, { path: ['scope'] }],
    })
  })

  it('cannot take the id of another client, however it came to be', async () => {
    const acme = await admin('acme')
    const second = (await rows()).servers.find(({ slug }) => slug === 'second')
    const registered = await store().clients.register(newClient(second?.id ?? ''))
    await addClient(acme, 'second', PUBLIC, management())
    for (const clientId of [registered.clientId, 'desktop'])
      await expect(addClient(acme, 'second', { ...PUBLIC, clientId }, management())).rejects.toMatchObject({
        mistakes: [{ path: ['client_id'] }],
      })
    await expect(
      changeClient(acme, 'second', { ...PUBLIC, clientId: registered.clientId }, management()),
    ).rejects.toEqual(new NotFound('client'))
  })
})

describe('an attacker', () => {
  it('neither adds nor changes a client of another organization', async () => {
    const globex = await admin('globex')
    const before = await rows()
    for (const attempt of [
      () => addClient(globex, 'main', PUBLIC, management()),
      () => changeClient(globex, 'main', { ...PUBLIC, clientId: 'cli' }, management()),
      () => makeClientSecret(globex, 'main', 'ci', management()),
    ])
      await expect(attempt()).rejects.toEqual(new NotFound('server'))
    expect(await rows()).toEqual(before)
  })

  it('cannot tell by the answer which clients another organization has', async () => {
    const globex = await admin('globex')
    for (const clientId of ['cli', 'nobody'])
      await expect(addClient(globex, 'main', { ...PUBLIC, clientId }, management())).rejects.toEqual(
        new NotFound('server'),
      )
  })

  it('of a lower role changes none', async () => {
    const acme = await admin('acme')
    const before = await rows()
    for (const role of ['support', 'auditor'] as const)
      for (const attempt of [
        () => addClient(as(role, acme), 'main', PUBLIC, management()),
        () => changeClient(as(role, acme), 'main', { ...PUBLIC, clientId: 'cli' }, management()),
        () => makeClientSecret(as(role, acme), 'main', 'ci', management()),
      ])
        await expect(attempt()).rejects.toEqual(new Forbidden('configure'))
    expect(await rows()).toEqual(before)
  })
})
