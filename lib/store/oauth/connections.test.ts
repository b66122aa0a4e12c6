import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connections } from '@/drizzle/schema/organizations'
import { insertConnection, openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { connectionSecretContext } from '../database/sealed-contexts'
import { configurationColumns, connectionConfigs } from './connections'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const insert = () => insertConnection(store.db, store.sealer)
const update = (id: string, values: Partial<typeof connections.$inferInsert>) =>
  store.db.update(connections).set(values).where(eq(connections.id, id))

describe('connections', () => {
  it('show no secret [H-48]', async () => {
    const { id, organizationId } = await insert()
    expect(await store.connections.find(id)).toEqual({
      id,
      organizationId,
      slug: 'okta',
      name: 'Okta',
      type: 'oidc',
      scopes: expect.any(Array),
    })
    expect(await store.connections.find('unknown')).toBeNull()
  })

  it('of our own accounts are found, and have no identity provider to be configured', async () => {
    const { id } = await insert()
    await update(id, { type: 'platform', settings: {} })
    expect(await store.connections.find(id)).toMatchObject({ id, type: 'platform', scopes: [] })
    expect(await connectionConfigs(store.db, store.sealer).find(id)).toBeNull()
  })
})

describe('connection configurations', () => {
  it('have the opened secret and every default', async () => {
    const { id, organizationId } = await insert()
    expect(await connectionConfigs(store.db, store.sealer).find(id)).toEqual({
      type: 'oidc',
      id,
      organizationId,
      slug: 'okta',
      name: 'Okta',
      issuer: 'https://acme.okta.example',
      clientId: 'upstream-client',
      clientSecret: 'upstream-secret',
      tokenEndpointAuthMethod: 'client_secret_basic',
      scopes: ['openid'],
      authorizationParameters: {},
      forwardResource: false,
      mayBeInternal: true,
      pkce: true,
    })
  })

  it('know servers that speak OAuth 2.0 only', async () => {
    const { id } = await insert()
    const endpoints = {
      authorizationEndpoint: 'https://github.example/login/oauth/authorize',
      tokenEndpoint: 'https://github.example/login/oauth/access_token',
      userinfoEndpoint: 'https://api.github.example/user',
    }
    await update(id, { type: 'oauth2', settings: { ...endpoints, claims: { subject: 'id' } } })
    expect(await connectionConfigs(store.db, store.sealer).find(id)).toMatchObject({
      type: 'oauth2',
      ...endpoints,
      pkce: true,
      claims: { subject: 'id' },
    })
  })

  it("take no identity from the settings: the row's columns count", async () => {
    const { id, organizationId } = await insert()
    const issuer = 'https://acme.okta.example'
    await update(id, { settings: { issuer, id: 'forged', organizationId: 'forged', clientId: 'forged' } })
    expect(await connectionConfigs(store.db, store.sealer).find(id)).toMatchObject({
      id,
      organizationId,
      clientId: 'upstream-client',
    })
  })

  it('name the fields that are wrong and quote no secret', async () => {
    const { id } = await insert()
    await update(id, { settings: { issuer: 'not a url' } })
    const error = await connectionConfigs(store.db, store.sealer)
      .find(id)
      .catch((thrown: unknown) => thrown)
    expect(String(error)).toMatch(/issuer/)
    expect(String(error)).not.toContain('upstream-secret')
  })

  it('refuse a secret that was copied from another connection [H-44]', async () => {
    const [mine, theirs] = [await insert(), await insert()]
    const [row] = await store.db.select().from(connections).where(eq(connections.id, theirs.id))
    await update(mine.id, { clientSecret: row!.clientSecret })
    await expect(connectionConfigs(store.db, store.sealer).find(mine.id)).rejects.toThrow()
  })

  it('need a secret unless the method is none', async () => {
    const { id } = await insert()
    await update(id, { clientSecret: null })
    await expect(connectionConfigs(store.db, store.sealer).find(id)).rejects.toThrow(/clientSecret/)
    const settings = { issuer: 'https://acme.okta.example', tokenEndpointAuthMethod: 'none' }
    await update(id, { settings })
    expect(await connectionConfigs(store.db, store.sealer).find(id)).not.toHaveProperty('clientSecret')
  })

  describe('of a connection that was read with a request', () => {
    const read = async (id: string) =>
      (await store.db.select(configurationColumns).from(connections).where(eq(connections.id, id)))[0]

    it('are made once, as long as the row stays as it is', async () => {
      const { id } = await insert()
      const configs = connectionConfigs(store.db, store.sealer)
      const first = await configs.find(id, await read(id))
      expect(first).toMatchObject({ clientSecret: 'upstream-secret' })
      expect(await configs.find(id, await read(id))).toBe(first)
      expect(await configs.find(id)).toBe(first)
    })

    it('count at once, wherever the row was changed', async () => {
      const { id } = await insert()
      const configs = connectionConfigs(store.db, store.sealer)
      await configs.find(id, await read(id))
      const clientSecret = store.sealer.seal('another-secret', connectionSecretContext(id))
      await update(id, { clientSecret })
      expect(await configs.find(id, await read(id))).toMatchObject({ clientSecret: 'another-secret' })
      await update(id, { settings: { issuer: 'https://other.example' }, mayBeInternal: false })
      expect(await configs.find(id, await read(id))).toMatchObject({
        issuer: 'https://other.example',
        mayBeInternal: false,
      })
      await update(id, { settings: { issuer: 'not a url' } })
      await expect(configs.find(id, await read(id))).rejects.toThrow(/issuer/)
      await update(id, { deletedAt: new Date() })
      expect(await configs.find(id)).toBeNull()
    })

    it('are never those of another one', async () => {
      const [mine, theirs] = [await insert(), await insert()]
      const configs = connectionConfigs(store.db, store.sealer)
      expect(await configs.find(mine.id, await read(theirs.id))).toMatchObject({ id: mine.id })
    })

    it('are made anew where we sign with a key that changes by itself', async () => {
      const { id } = await insert()
      const settings = { issuer: 'https://acme.okta.example', tokenEndpointAuthMethod: 'private_key_jwt' }
      await update(id, { settings, clientSecret: null })
      const configs = connectionConfigs(store.db, store.sealer)
      const first = await configs.find(id, await read(id))
      expect(first).toHaveProperty('clientKey')
      expect(await configs.find(id, await read(id))).not.toBe(first)
    })
  })
})
