import { describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { connectionConfigs } from '@/lib/store/oauth/connections'
import { InvalidInput, Outdated } from '../configuration/mistakes'
import { findConnection, listConnections, updateConnection } from '../connections/connections'
import { fillInConnection, lookUpForSetup } from './fill-in'
import { revokeSetupLink } from './links'
import { testLinks } from './test-support/links'
import { beginSetupTest, listSetupTests, setupTester } from './tests'
import { finishSetup, openSetupLink, readSetup } from './visit'

const { management, link, entered, provider, store, wait } = testLinks()

const DAY = 24 * 3600_000

const secretOf = async (id: string) =>
  (await connectionConfigs(store().db, store().sealer).find(id))?.clientSecret

const mistakes = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(InvalidInput)
  return (error as InvalidInput).mistakes.map(({ path }) => path.join('.'))
}

describe('filling in', () => {
  it('makes the connection that the link was made for, with the callback that was shown', async () => {
    const { acme, token } = await link('Acme Login')
    const before = await readSetup(token, management())
    expect(before).not.toHaveProperty('connection')
    await fillInConnection(token, entered(), management())
    const { callbackUrl, connection } = await readSetup(token, management())
    expect(callbackUrl).toBe(before.callbackUrl)
    expect(connection).toMatchObject({ preset: 'oidc', hasClientSecret: true })
    expect(await findConnection(acme, 'acme-login', management())).toMatchObject({
      name: 'Acme Login',
      callbackUrl,
    })
    const [entry] = await auditLogStore(store().db).list(acme.organizationId, 1)
    expect(entry).toMatchObject({
      action: 'connection.created',
      actorKind: 'setup_link',
      actorName: 'Jane, invited by Olive',
    })
    expect(JSON.stringify(entry)).not.toContain(provider().clientSecret)
  })

  it('makes one connection, however often it is sent at once', async () => {
    const { acme, token } = await link('Acme Login')
    const sent = await Promise.allSettled(
      [1, 2, 3].map(() => fillInConnection(token, entered(), management())),
    )
    expect(sent.some(({ status }) => status === 'fulfilled')).toBe(true)
    const made = (await listConnections(acme, management())).filter(({ slug }) => slug !== 'idp')
    expect(made.map(({ slug }) => slug)).toEqual(['acme-login'])
  })

  it('does not replace what somebody changed meanwhile, and says what is stored, until that was seen', async () => {
    const { acme, token } = await link()
    const { connection } = await readSetup(token, management())
    await updateConnection(acme, 'idp', { name: 'Not for holders' }, management())
    await updateConnection(acme, 'idp', { clientId: 'changed-meanwhile' }, management())
    const save = (version = '') => fillInConnection(token, entered({ version }), management())
    const told = await save(connection?.version).catch((error: unknown) => error)
    expect(told).toBeInstanceOf(Outdated)
    expect((told as Outdated).mistakes).toEqual([
      { path: ['client_id'], code: 'changed_meanwhile', params: { stored: 'changed-meanwhile' } },
    ])
    expect((await findConnection(acme, 'idp', management())).clientId).toBe('changed-meanwhile')
    const seen = await readSetup(token, management())
    await save(seen.connection?.version)
    expect((await findConnection(acme, 'idp', management())).clientId).toBe(provider().clientId)
  })

  it('leaves what the operators set, and what was not entered again', async () => {
    const { acme, token } = await link()
    const before = await findConnection(acme, 'idp', management())
    await fillInConnection(
      token,
      { ...entered(), clientSecret: undefined, clientId: 'other' } as never,
      management(),
    )
    const after = await findConnection(acme, 'idp', management())
    expect(after).toEqual({ ...before, clientId: 'other' })
    expect(await secretOf('acme-idp')).toBe(provider().clientSecret)
  })

  it('takes the day on which the secret ends, shows it, and drops it when it is emptied', async () => {
    const { acme, token } = await link()
    await fillInConnection(token, entered({ clientSecretEnds: '2027-01-31' }), management())
    const { connection } = await readSetup(token, management())
    expect(connection).toMatchObject({ clientSecretEnds: '2027-01-31' })
    const [entry] = await auditLogStore(store().db).list(acme.organizationId, 1)
    expect(entry?.action).toBe('connection.updated')
    expect(JSON.stringify(entry)).toContain('2027-01-31')
    await fillInConnection(token, entered(), management())
    expect((await readSetup(token, management())).connection).not.toHaveProperty('clientSecretEnds')
    const wrong = fillInConnection(token, entered({ clientSecretEnds: 'soon' }), management())
    expect(await mistakes(wrong)).toEqual(['client_secret_ends'])
  })

  it('brings the usual settings of another kind of provider', async () => {
    const { acme, token } = await link()
    await fillInConnection(
      token,
      { preset: 'google', answers: {}, clientId: 'g', clientSecret: { set: 's' } },
      management(),
    )
    expect(await findConnection(acme, 'idp', management())).toMatchObject({
      name: 'Idp',
      issuer: 'https://accounts.google.com',
      authorizationParameters: { access_type: 'offline', prompt: 'consent' },
      servers: [{ slug: 'acme' }],
    })
  })
})

describe('under attack', () => {
  it.each([
    ['is guessed', 'A'.repeat(43)],
    ['is empty', ''],
    ['is long', 'A'.repeat(10_000)],
    ['is no token', "' or true --"],
  ])('a link whose token %s opens nothing', async (_, token) => {
    await link()
    const store = management()
    for (const work of [readSetup, finishSetup, beginSetupTest, listSetupTests, openSetupLink])
      await expect(work(token, store)).rejects.toThrow('no such setup link')
    await expect(fillInConnection(token, entered(), store)).rejects.toThrow('no such setup link')
    await expect(lookUpForSetup(token, entered(), store)).rejects.toThrow('no such setup link')
    expect(await setupTester(token, store)).toBeNull()
  })

  it('a form that was open when the link ended saves nothing', async () => {
    const { acme, token, id } = await link()
    const before = await findConnection(acme, 'idp', management())
    wait(7 * DAY + 1000)
    const changes = entered({ clientId: 'evil' })
    await expect(fillInConnection(token, changes, management())).rejects.toThrow('no such setup link')
    wait(0)
    await revokeSetupLink(acme, id, management())
    await expect(fillInConnection(token, changes, management())).rejects.toThrow('no such setup link')
    expect(await findConnection(acme, 'idp', management())).toEqual(before)
  })

  it('the stored secret is not sent anywhere else', async () => {
    const { token } = await link()
    const { clientSecret: _, ...kept } = entered()
    const oauth2 = {
      ...kept,
      preset: 'oauth2',
      answers: {
        authorization_endpoint: `${provider().origin}/a`,
        token_endpoint: `${provider().origin}/t`,
        userinfo_endpoint: `${provider().origin}/u`,
      },
    }
    const moved = { ...kept, preset: 'google', answers: {} }
    for (const stolen of [oauth2, moved])
      expect(await mistakes(fillInConnection(token, stolen, management()))).toEqual(['client_secret'])
    expect(await secretOf('acme-idp')).toBe(provider().clientSecret)
  })

  it.each([
    'https://10.0.0.1',
    'https://169.254.169.254',
    'https://[fd00::1]',
    'https://localhost',
    'http://localhost:3000',
    'https://inner.example',
  ])('its holder does not lead us to %s', async (address) => {
    const { acme, token } = await link('New')
    const outside = management({ loopback: false, inside: ['inner.example'] })
    const issuer = { preset: 'oidc', answers: { issuer: address }, clientId: 'v', clientSecret: { set: 's' } }
    expect(await mistakes(fillInConnection(token, issuer, outside))).toEqual(['issuer'])
    const endpoint = (key: string) => ({
      ...issuer,
      preset: 'oauth2',
      answers: {
        authorization_endpoint: `${address}/a`,
        token_endpoint: `${address}/t`,
        userinfo_endpoint: `${address}/u`,
        [key]: `${address}/x`,
      },
    })
    for (const key of ['token_endpoint', 'userinfo_endpoint'])
      expect(await mistakes(fillInConnection(token, endpoint(key), outside))).not.toEqual([])
    expect(await listConnections(acme, management())).toHaveLength(1)
  })

  it('its holder does not lead us inside by what a provider publishes', async () => {
    const { acme, token } = await link('New')
    const { issuer } = provider()
    provider().misbehave({ metadata: { token_endpoint: 'https://inner.example/token' } })
    const changes = entered({ answers: { issuer } })
    const refused = fillInConnection(token, changes, management({ inside: ['inner.example'] }))
    expect(await mistakes(refused)).toEqual(['issuer'])
    expect(await listConnections(acme, management())).toHaveLength(1)
  })

  it('neither accounts of our own nor settings of the operators can be reached', async () => {
    const { acme, token } = await link()
    const platform = entered({ preset: 'platform' })
    expect(await mistakes(fillInConnection(token, platform, management()))).toEqual(['preset'])
    const more = { scopes: ['admin'], slug: 'other', name: 'Other', forward_resource: true, id: 'globex-idp' }
    const before = await findConnection(acme, 'idp', management())
    await fillInConnection(
      token,
      entered({ ...more, answers: { issuer: provider().issuer, ...more } }),
      management(),
    )
    expect(await findConnection(acme, 'idp', management())).toEqual(before)
  })

  it('its holder learns nothing of errors of another connection, and is not held up by them', async () => {
    const { token } = await link('New')
    // The other one, on this machine, is not allowed there.
    const outside = management({ loopback: false })
    const google = { preset: 'google', answers: {}, clientId: 'g', clientSecret: { set: 's' } }
    expect(await fillInConnection(token, google, outside)).toEqual({ identifiesAnew: false })
  })

  it('its holder gets no further than a limit', async () => {
    const { token } = await link()
    let left = 2
    const limited = {
      ...management(),
      limits: { requestsOfSetupLink: { take: () => (left-- > 0 ? 0 : 7) } },
    } as never
    for (const status of ['fulfilled', 'fulfilled', 'rejected']) {
      const [looked] = await Promise.allSettled([lookUpForSetup(token, entered(), limited)])
      expect(looked.status).toBe(status)
    }
    await expect(beginSetupTest(token, limited)).rejects.toMatchObject({ status: 429, retryAfter: 7 })
  })
})
