import { describe, expect, it } from 'vitest'
import { newGrant, redeemAt } from '@/lib/store/test-support/store-under-test'
import { Forbidden, NotFound } from '../access'
import { InvalidInput, sentenceOf } from '../configuration/mistakes'
import { createServer } from './create-server'
import { findServer, listServers, makeResourceSecret, updateServer } from './servers'
import { as, testServers } from './test-support/servers'

const { admin, log, management, rows, store } = testServers()

/** The paths and messages for which it is refused. */
const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: unknown) =>
      error instanceof InvalidInput
        ? error.mistakes.map((mistake) => `${mistake.path.join('.')}: ${sentenceOf(mistake)}`)
        : error,
  )

const FILES = { name: 'Acme Files', resource: 'https://files.acme.com/mcp', connection: 'okta' }

describe('servers of an organization', () => {
  it('are listed with connection and issuer, and no other organization’s is', async () => {
    const acme = await admin('acme')
    expect(await listServers(acme, management())).toMatchObject([
      { slug: 'main', issuer: 'https://auth.example.com', connection: { slug: 'okta', name: 'Okta' } },
      {
        slug: 'second',
        issuer: 'https://auth.acme.com',
        connection: { slug: 'public-login' },
        liveGrants: 0,
      },
    ])
  })

  it('are found with everything that is configured, and neither secret nor digest', async () => {
    const found = await findServer(await admin('acme'), 'main', management())
    expect(found).toMatchObject({
      tokenFormat: 'opaque',
      accessTokenLifetime: 900,
      passedClaims: ['email', 'groups'],
      hasResourceSecret: true,
      default: true,
      clients: [
        { clientId: 'ci', hasSecret: true, scope: 'files:read offline_access' },
        { clientId: 'cli', hasSecret: false },
      ],
    })
    for (const { resourceSecretHash } of (await rows()).servers)
      if (resourceSecretHash) expect(JSON.stringify(found)).not.toContain(resourceSecretHash)
    for (const { secretHash } of (await rows()).clients)
      if (secretHash) expect(JSON.stringify(found)).not.toContain(secretHash)
  })

  it('show how many grants live', async () => {
    const acme = await admin('acme')
    const { grant, server } = await newGrant(store())
    const stranger = { ...acme, organizationId: server.organizationId }
    const count = async () => (await findServer(stranger, server.slug, management())).liveGrants
    expect(await count()).toBe(0)
    await redeemAt(store(), 31, grant)
    expect(await count()).toBe(1)
    await store().grants.revoke(grant.id, { reason: 'revoked_by_operator', at: new Date() })
    expect(await count()).toBe(0)
  })
})

describe('a new server', () => {
  it('gets its slug from its name, and its issuer from that', async () => {
    const acme = await admin('acme')
    expect(await createServer(acme, FILES, management())).toBe('acme-files')
    expect(await findServer(acme, 'acme-files', management())).toMatchObject({
      ...FILES,
      issuer: 'https://auth.example.com/s/acme-files',
      connection: { slug: 'okta' },
      default: false,
    })
    expect((await log(acme))[0]).toMatchObject({ action: 'server.created', targetName: 'acme/acme-files' })
  })

  it('gets a slug that is unique in the installation', async () => {
    const [acme, globex] = [await admin('acme'), await admin('globex')]
    const named = (name: string) => ({ ...FILES, name })
    expect(await createServer(acme, named('Globex'), management())).toBe('globex-2')
    expect(await createServer(acme, named('Globex!'), management())).toBe('globex-3')
    expect(await createServer(globex, { ...named('Main'), connection: 'github' }, management())).toBe(
      'main-2',
    )
    expect(await createServer(acme, named('日本'), management())).toBe('server')
    expect(await createServer(acme, named('Größe '.repeat(16)), management())).toMatch(/^[a-z-]{40,50}$/)
  })

  it('does not collide with one that is made at the same moment', async () => {
    const acme = await admin('acme')
    const slugs = await Promise.all([1, 2, 3].map(() => createServer(acme, FILES, management())))
    expect(slugs.toSorted()).toEqual(['acme-files', 'acme-files-2', 'acme-files-3'])
  })

  it('is refused with mistakes at its own fields', async () => {
    const acme = await admin('acme')
    const wrong = { name: '', resource: 'files.acme.com', connection: 'github', slug: 'main' }
    expect(await refused(createServer(acme, wrong, management()))).toEqual([
      expect.stringMatching(/^slug: another server has this slug/),
      'name: is empty',
      expect.stringMatching(/^resource: must be the absolute http or https URL/),
      expect.stringMatching(/^connection: this organization has no connection/),
    ])
    const taken = createServer(acme, { ...FILES, slug: 'globex' }, management())
    expect(await refused(taken)).toEqual([expect.stringMatching(/^slug: .*choose another/)])
  })
})

describe('changing a server', () => {
  it('changes what is given, and leaves the rest', async () => {
    const acme = await admin('acme')
    const before = await findServer(acme, 'main', management())
    const scopes = [{ name: 'files:read', description: 'Read every file', upstreamScopes: [] }]
    await updateServer(
      acme,
      'main',
      { scopes, accessTokenLifetime: 600, handoffScopes: undefined, clientPolicy: 'off' },
      management(),
    )
    const { handoffScopes: _, ...rest } = before
    expect(await findServer(acme, 'main', management())).toEqual({
      ...rest,
      scopes,
      accessTokenLifetime: 600,
      clientPolicy: 'off',
    })
    const [written] = await log(acme)
    expect(written).toMatchObject({ action: 'server.updated', targetName: 'acme/main', actorName: 'Olive' })
  })

  it('keeps every secret and every other server', async () => {
    const acme = await admin('acme')
    const before = await rows()
    await updateServer(acme, 'second', { name: 'Renamed', deviceGrant: true }, management())
    const after = await rows()
    expect(after.servers.find(({ slug }) => slug === 'second')).toMatchObject({
      name: 'Renamed',
      deviceGrant: true,
    })
    const others = ({ servers, ...kinds }: typeof after) => ({
      ...kinds,
      servers: servers.filter(({ slug }) => slug !== 'second'),
    })
    expect(others(after)).toEqual(others(before))
  })

  it('is refused at the field that is wrong', async () => {
    const acme = await admin('acme')
    const scopes = [{ name: 'a b', description: '', upstreamScopes: ['x'] }]
    const change = { scopes, accessTokenLifetime: 5, registration: { quota: 0 }, passedClaims: ['sub'] }
    expect(await refused(updateServer(acme, 'second', change, management()))).toEqual([
      expect.stringMatching(/^scopes.0.name: is not a scope/),
      'scopes.0.description: is empty',
      expect.stringMatching(/^registration.quota: must be/),
      expect.stringMatching(/^access_token_lifetime: is too short/),
      expect.stringMatching(/^passed_claims.0: is a claim of our own/),
    ])
    const opaque = updateServer(acme, 'second', { tokenFormat: 'opaque' }, management())
    expect(await refused(opaque)).toEqual([expect.stringMatching(/^resource_secret: is missing/)])
  })
})

describe('the credential of the MCP server', () => {
  it('is shown once, stored as a hash, and replaces the one before', async () => {
    const acme = await admin('acme')
    const first = await makeResourceSecret(acme, 'second', management())
    expect(first).toMatch(/^vst_rs_[A-Za-z0-9_-]{43}$/)
    const hash = async () =>
      (await rows()).servers.find(({ slug }) => slug === 'second')?.resourceSecretHash ?? ''
    const firstHash = await hash()
    expect(firstHash).toMatch(/^[0-9a-f]{64}$/)
    const second = await makeResourceSecret(acme, 'second', management())
    expect(await hash()).not.toBe(firstHash)
    const written = JSON.stringify(await log(acme))
    for (const secret of [first, second, firstHash, await hash()]) expect(written).not.toContain(secret)
    await updateServer(acme, 'second', { resourceSecret: undefined }, management())
    expect(await hash()).toBe('')
  })

  it('cannot be taken away while opaque tokens need it', async () => {
    const acme = await admin('acme')
    expect(await refused(updateServer(acme, 'main', { resourceSecret: undefined }, management()))).toEqual([
      expect.stringMatching(/^resource_secret: is missing/),
      expect.stringMatching(/^resource_secret: is missing/),
    ])
  })
})

describe('another organization', () => {
  it('of another organization finds nothing there, and changes nothing', async () => {
    const globex = await admin('globex')
    const before = await rows()
    for (const slug of ['main', 'no-such-server']) {
      await expect(findServer(globex, slug, management())).rejects.toEqual(new NotFound('server'))
      await expect(updateServer(globex, slug, { name: 'x' }, management())).rejects.toEqual(
        new NotFound('server'),
      )
      await expect(makeResourceSecret(globex, slug, management())).rejects.toEqual(new NotFound('server'))
    }
    expect((await listServers(globex, management())).map(({ slug }) => slug)).toEqual(['globex'])
    expect(await refused(createServer(globex, FILES, management()))).toEqual([
      expect.stringMatching(/^connection: this organization has no connection/),
    ])
    expect(await rows()).toEqual(before)
  })

  it('of a lower role may look, and no more', async () => {
    const acme = await admin('acme')
    const before = await rows()
    for (const role of ['support', 'auditor'] as const) {
      const scope = as(role, acme)
      expect(await listServers(scope, management())).toHaveLength(2)
      for (const attempt of [
        () => createServer(scope, FILES, management()),
        () => updateServer(scope, 'main', { name: 'x' }, management()),
        () => makeResourceSecret(scope, 'main', management()),
        () => updateServer(scope, 'main', { resourceSecret: undefined }, management()),
      ])
        await expect(attempt()).rejects.toEqual(new Forbidden('configure'))
    }
    expect(await rows()).toEqual(before)
  })
})
