import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { upstreamTokens } from '@/drizzle/schema/grants'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import type { Grant } from '@/lib/oauth/model'
import { type Ports, StoreUnavailable } from '@/lib/oauth/ports/ports'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { completedLogin, newRequest, times } from '@/lib/store/test-support/store-under-test'
import { logIn, oidcConnection, upstreamWith } from '@/lib/upstream/test-support/log-in'
import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { endGrant } from './end-grant'
import { keepUpstreamSession, type UpstreamSessionPorts } from './upstream-session'

let store: PostgresUnderTest
let provider: MisbehavingProvider
beforeAll(async () => {
  store = await openStore()
  provider = await startMisbehavingProvider()
})
afterAll(async () => {
  await provider?.stop()
  await store?.close()
})

/** Seconds by which the clock of the test is ahead. */
let ahead = 0
/** What runs in the background, and what it failed with. */
const background: Promise<unknown>[] = []
let failures: unknown[] = []
beforeEach(() => {
  ahead = 0
  failures = []
  provider.misbehave({})
})
afterEach(async () => {
  await settled()
  expect(failures).toEqual([])
})

/** Waits until nothing runs in the background, nor what that began. */
async function settled() {
  while (background.length > 0) await Promise.all(background.splice(0))
}

const clock = () => new Date(Date.now() + ahead * 1000)

/** What one instance stands on; the rest of the ports is not needed here. */
function ports(changes: Partial<UpstreamSessionPorts> = {}): UpstreamSessionPorts {
  const connection = oidcConnection(provider)
  const connections = { find: async () => connection }
  return {
    ...store,
    clock,
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    upstream: upstreamWith(connection, { connections, clock }),
    background: (_: string, work: Promise<unknown>) => {
      background.push(work.catch((error: unknown) => failures.push(error)))
    },
    ...changes,
  }
}

/** A grant whose upstream tokens come from the provider, and have expired unless told otherwise. */
async function newSession(answer: Misbehaviour['tokenAnswer'] = { expires_in: 0 }): Promise<Grant> {
  provider.misbehave({ tokenAnswer: answer })
  const { identity, tokens } = await logIn(upstreamWith(oidcConnection(provider)))
  provider.misbehave({})
  provider.requests.length = 0
  const login = { ...completedLogin(await newRequest(store), { identity }), upstreamTokens: tokens }
  const { outcome } = await store.logins.complete(login, clock())
  const grant = await store.grants.find(login.grantId)
  if (!grant) throw new Error(outcome)
  return grant
}

const asked = () => provider.requests.filter(({ body }) => body.get('grant_type') === 'refresh_token').length
const revokedUpstream = () =>
  provider.requests.filter(({ path }) => path === '/revoke').map(({ body }) => body.get('token'))
const keep = (grant: Grant, from = ports()) => keepUpstreamSession(grant, { margin: 0 }, from)
const eventsOf = async ({ serverId }: Grant) =>
  (await store.securityEvents.list(serverId, 100)).map(({ kind, detail = '' }) => `${kind} ${detail}`.trim())

describe('an upstream session', () => {
  it('is not asked about while its token is good, or nothing is known of its end', async () => {
    for (const answer of [{ expires_in: 300 }, { expires_in: undefined }])
      expect(await keep(await newSession(answer))).toMatchObject({ status: { revision: 0 } })
    expect(asked()).toBe(0)
  })

  it('cannot be asked about without a refresh token', async () => {
    const grant = await newSession({ expires_in: 0, refresh_token: undefined })
    expect(await keep(grant)).toMatchObject({ problem: 'unrenewable' })
    expect(asked()).toBe(0)
  })

  it('is refreshed once for 200 callers in two instances, who all see what came', async () => {
    const grant = await newSession()
    provider.misbehave({ refreshing: { rotate: true } })
    const instances = [ports(), ports()]
    const sessions = await Promise.all(times(200, (index) => keep(grant, instances[index % 2])))
    for (const session of sessions) {
      expect(session.problem).toBeUndefined()
      expect(session.status).toMatchObject({ revision: 1 })
    }
    expect(asked()).toBe(1)
  })

  it('lets rotated tokens follow one another', async () => {
    const grant = await newSession()
    provider.misbehave({ refreshing: { rotate: true, answer: { expires_in: 0 } } })
    for (const revision of [1, 2, 3]) expect(await keep(grant)).toMatchObject({ status: { revision } })
    expect(asked()).toBe(3)
  })

  it('is not refreshed at every use when its tokens are short-lived', async () => {
    const grant = await newSession()
    provider.misbehave({ refreshing: { answer: { expires_in: 30 } } })
    for (let use = 0; use < 5; use++) await keepUpstreamSession(grant, { margin: 60 }, ports())
    expect(asked()).toBe(1)
  })
})

describe('a provider that refuses', () => {
  it('ends the grant, once, and nothing else', async () => {
    const [grant, other] = [await newSession(), await newSession()]
    provider.misbehave({ answers: { refresh: { status: 400, body: { error: 'invalid_grant' } } } })
    await Promise.all(times(50, () => keep(grant)))
    await settled()
    expect(asked()).toBe(1)
    expect((await store.grants.find(grant.id))?.revokedAt).toBeDefined()
    expect((await store.grants.find(other.id))?.revokedAt).toBeUndefined()
    expect(await eventsOf(grant)).toEqual([expect.stringMatching(/^grant_revoked upstream_refused: The /)])
    expect(await store.db.select().from(upstreamTokens).where(eq(upstreamTokens.grantId, grant.id))).toEqual(
      [],
    )
    expect(revokedUpstream()).toEqual([])
  })
})

describe('a provider that does not answer', () => {
  it('is tried again after 30 seconds, then doubling up to 15 minutes', async () => {
    const grant = await newSession()
    provider.misbehave({ answers: { refresh: { status: 503 } } })
    for (const pause of [30, 60, 120, 240, 480, 900, 900]) {
      const before = asked()
      expect(await keep(grant)).toMatchObject({ problem: 'unavailable' })
      expect(asked()).toBe(before + 1)
      ahead += pause - 5
      expect(await keep(grant)).toMatchObject({ problem: 'unavailable' })
      expect(asked()).toBe(before + 1)
      ahead += 6
    }
    provider.misbehave({})
    expect((await keep(grant)).problem).toBeUndefined()
    await settled()
    expect(await eventsOf(grant)).toEqual([
      'upstream_refresh_recovered',
      expect.stringMatching(/^upstream_refresh_failed upstream_unreachable: The /),
    ])
  })

  it.each([404, 403])(
    'differs from a proxy that answers %i, which is told to the operator',
    async (status) => {
      const grant = await newSession()
      provider.misbehave({ answers: { refresh: { status, body: '<h1>blocked</h1>' } } })
      for (const need of [{ margin: 0 }, { margin: 60, allowed: ['mail.read'] }])
        expect(await keepUpstreamSession(grant, need, ports())).toMatchObject({ problem: 'unavailable' })
      expect((await store.grants.find(grant.id))?.revokedAt).toBeUndefined()
      expect(await eventsOf(grant)).toEqual([
        expect.stringMatching(`^upstream_refresh_failed upstream_error: .*HTTP ${status}`),
      ])
    },
  )

  it('differs from an operator’s mistake, which logs no user out either', async () => {
    const grant = await newSession()
    provider.misbehave({ answers: { refresh: { status: 401, body: { error: 'invalid_client' } } } })
    expect(await keep(grant)).toMatchObject({ problem: 'unavailable' })
    expect((await store.grants.find(grant.id))?.revokedAt).toBeUndefined()
    expect(await eventsOf(grant)).toEqual([
      expect.stringMatching(/^upstream_refresh_failed upstream_client_rejected: The /),
    ])
  })

  it('blocks no caller for long, and stores a late result', async () => {
    const grant = await newSession()
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    provider.misbehave({ refreshing: { rotate: true, gate } })
    const waiting = await Promise.all(times(20, () => keep(grant)))
    for (const { problem } of waiting) expect(problem).toBe('unavailable')
    open()
    await settled()
    expect(await keep(grant)).toMatchObject({ status: { revision: 1 } })
    provider.misbehave({ refreshing: { rotate: true } })
    ahead += 301
    expect(await keep(grant)).toMatchObject({ status: { revision: 2 } })
    expect(asked()).toBe(2)
  })
})

describe('a refresh', () => {
  it('whose process was killed only delays the next', async () => {
    const grant = await newSession()
    const lease = { id: 'of the dead', until: new Date(clock().getTime() + 30_000) }
    await store.upstreamTokens.lease(grant.id, 0, lease, clock())
    expect(await keep(grant)).toMatchObject({ problem: 'unavailable' })
    expect(asked()).toBe(0)
    ahead += 31
    expect(await keep(grant)).toMatchObject({ status: { revision: 1 } })
  })

  it('does not lose its tokens to a store that is away for a moment', async () => {
    const grant = await newSession()
    provider.misbehave({ refreshing: { rotate: true } })
    let tries = 0
    const save: Ports['upstreamTokens']['save'] = async (...parameters) => {
      if (++tries < 3) throw new StoreUnavailable('postgres')
      return store.upstreamTokens.save(...parameters)
    }
    const flaky = ports({ upstreamTokens: { ...store.upstreamTokens, save } })
    expect(await keep(grant, flaky)).toMatchObject({ status: { revision: 1 } })
    expect(tries).toBe(3)
  })

  it('whose grant is revoked meanwhile leaves no token alive at the provider', async () => {
    const grant = await newSession()
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    provider.misbehave({ refreshing: { rotate: true, gate } })
    const kept = keep(grant)
    await expect.poll(asked).toBe(1)
    await endGrant(grant.id, 'revoked_by_client', ports())
    open()
    expect(await kept).toEqual({ status: null })
    await settled()
    expect(revokedUpstream()).toEqual([expect.stringMatching(/^refresh-/)])
    expect(revokedUpstream()[0]).not.toBe(
      provider.requests.find(({ path }) => path === '/token')?.body.get('refresh_token'),
    )
  })
})

describe('a scope that is wider than allowed', () => {
  const allowed = ['mail.read', 'files.read']
  const wide = { expires_in: 300, scope: 'openid mail.read admin' }
  const need = { margin: 60, allowed }
  const scopesAsked = () =>
    provider.requests.filter(({ path }) => path === '/token').map(({ body }) => body.get('scope'))

  it('is narrowed by a refresh, to what was granted and is allowed, and again when it has expired', async () => {
    const grant = await newSession(wide)
    provider.misbehave({ refreshing: { narrows: true } })
    const { status } = await keepUpstreamSession(grant, need, ports())
    expect(status).toMatchObject({ scope: 'mail.read', grantedScope: wide.scope })
    await keepUpstreamSession(grant, need, ports())
    ahead += 300
    await keepUpstreamSession(grant, need, ports())
    expect(scopesAsked()).toEqual(['mail.read', 'mail.read'])
    // Without token exchange, the whole scope comes back.
    ahead += 301
    expect((await keep(grant)).status).toMatchObject({ scope: wide.scope })
  })

  it.each([
    ['ignores what was asked', { refreshing: { answer: { scope: wide.scope } } }, 1],
    ['does not say what it gave', {}, 1],
  ])('is not asked for over and over at a provider that %s', async (_, how, requests) => {
    const grant = await newSession(wide)
    provider.misbehave(how)
    for (let use = 0; use < 3; use++) await keepUpstreamSession(grant, need, ports())
    expect(scopesAsked()).toHaveLength(requests)
    expect((await store.upstreamTokens.status(grant.id))?.unnarrowableTo).toBe('mail.read')
  })

  it('is refused by a provider without ending the session, unless that is over indeed', async () => {
    const grant = await newSession(wide)
    provider.misbehave({ refreshing: { refusesScope: true, rotate: true } })
    for (let use = 0; use < 3; use++)
      expect((await keepUpstreamSession(grant, need, ports())).status).toMatchObject({ scope: wide.scope })
    expect(scopesAsked()).toEqual(['mail.read', null])
    expect((await store.grants.find(grant.id))?.revokedAt).toBeUndefined()

    const dead = await newSession(wide)
    provider.misbehave({ answers: { refresh: { status: 400, body: { error: 'invalid_grant' } } } })
    expect(await keepUpstreamSession(dead, need, ports())).toEqual({ status: null })
  })
})
