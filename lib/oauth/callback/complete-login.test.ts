import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { trackAnswers } from '@/lib/store/oauth/answers'
import { authorizationRequestStore } from '@/lib/store/oauth/authorization-requests'
import { gate } from '@/lib/store/test-support/instances'
import { offline } from '@/lib/store/test-support/offline'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, newRequest } from '@/lib/store/test-support/store-under-test'
import { newAttempt, type PendingAttempt } from '../flow/pending-login'
import type { AuthorizationRequest, Server } from '../model'
import { StoreUnavailable } from '../ports/ports'
import { UpstreamError } from '../ports/upstream'
import { errorResponse } from '../protocol/authorization-response'
import { type CallbackResult, type CompleteLoginPorts, completeLogin } from './complete-login'

let store: PostgresUnderTest
let ports: CompleteLoginPorts
let server: Server
let request: AuthorizationRequest
let attempt: PendingAttempt
let logged: string[]

beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

/** A user who has allowed a request, and comes back from the identity provider. */
beforeEach(async () => {
  logged = []
  ports = {
    ...store,
    challenges: postgresChallenges(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    clock: () => later(30),
    background: (name, work) => void work.catch(() => logged.push(name)),
    upstream: {
      ...offline.upstream,
      complete: async () => ({
        identity: { identitySource: 'https://acme.okta.example', subject: 'alice', claims: {} },
        tokens: { accessToken: 'upstream-access' },
      }),
    },
  }
  const made = await newRequest(store)
  server = made.server
  attempt = newAttempt(ports)
  const event = { at: later(10), step: 'decision', outcome: 'ok', reason: 'ok' } as const
  const allowed = await store.requests.allow(made.request.id, { attempt, expiresAt: later(600), event })
  request = allowed?.request ?? made.request
  await ports.challenges.saveChallenge(request.id, 'challenge', 600)
})

const comeBack = (on = ports, hasHungUp = () => false) => {
  const cookies = { state: attempt.state, session: undefined }
  return completeLogin(
    server.connectionId,
    new URLSearchParams({ state: attempt.state, code: 'c' }),
    cookies,
    on,
    hasHungUp,
  )
}

/** The same installation at another instance. */
const elsewhere = (answers = trackAnswers(store.db)) => ({
  ...ports,
  requests: authorizationRequestStore(store.db, store.sealer, answers),
})

/** What the client is told, when its user has read it. */
function told({ step }: CallbackResult): Readonly<Record<string, string>> {
  if (step.go === 'failed')
    return Object.fromEntries(errorResponse(step.failed.redirect, step.failed).parameters)
  if (step.go !== 'client') throw new Error(`it goes to ${step.go}`)
  return Object.fromEntries(step.response.parameters)
}

const down =
  (store: 'postgres' | 'challenges' = 'postgres') =>
  () =>
    Promise.reject(new StoreUnavailable(store))

describe('a store that does not answer the callback', () => {
  it('before the attempt is taken has spent nothing: reloading goes on', async () => {
    const requests = { ...ports.requests, takeAttempt: down() }
    await expect(comeBack({ ...ports, requests })).rejects.toBeInstanceOf(StoreUnavailable)
    expect(told(await comeBack())).toHaveProperty('code')
  })

  describe('and has taken the attempt all the same', () => {
    let passed = 0
    /** An instance that took the attempt and was told that the store does not answer. */
    const takenInVain = async () => {
      const answers = trackAnswers(store.db, () => performance.now() + passed)
      await answers
        .spend('attempt', attempt.stateHash, async ({ instance }) => {
          await store.db.execute(sql`update authorization_requests set state_hash = null,
            taken_state_hash = state_hash, taken_at = clock_timestamp(), taken_by = ${instance}
            where id = ${request.id}`)
          throw new StoreUnavailable('postgres')
        })
        .catch(() => {})
      return answers
    }

    it('lets the same instance go on', async () => {
      const requests = authorizationRequestStore(store.db, store.sealer, await takenInVain())
      expect(told(await comeBack({ ...ports, requests }))).toHaveProperty('code')
      expect((await comeBack({ ...ports, requests })).step).toEqual({
        go: 'refused',
        reason: 'state_unknown',
      })
    })

    it('lets another one go on when it is given back, and asks to try again until then', async () => {
      const answers = await takenInVain()
      await expect(comeBack(elsewhere())).rejects.toBeInstanceOf(StoreUnavailable)
      passed += 60_000
      await answers.settle()
      expect(told(await comeBack(elsewhere()))).toHaveProperty('code')
    })
  })

  it.each<[string, (ports: CompleteLoginPorts) => Partial<CompleteLoginPorts>]>([
    [
      'the challenge',
      ({ challenges }) => ({ challenges: { ...challenges, takeChallenge: down('challenges') } }),
    ],
    ['the login', ({ logins }) => ({ logins: { ...logins, complete: down() } })],
    ['the code', ({ challenges }) => ({ challenges: { ...challenges, saveCode: down('challenges') } })],
    [
      'everything from then on',
      ({ requests, logins, challenges, grants }) => ({
        requests: { ...requests, fail: down(), record: down() },
        logins: { ...logins },
        grants: { ...grants, revoke: down() },
        challenges: { ...challenges, saveCode: down('challenges') },
      }),
    ],
  ])('after that (%s) is told to the client, with the reference', async (_, broken) => {
    const answer = told(await comeBack({ ...ports, ...broken(ports) }))
    expect(answer).toMatchObject({ error: 'temporarily_unavailable', state: 'client-state' })
    expect(answer.error_description).toContain(request.reference)
  })

  it('after the grant holds back no code', async () => {
    const { requests, browserSessions, grants } = ports
    const answer = await comeBack({
      ...ports,
      requests: { ...requests, record: down(), fail: down() },
      browserSessions: { ...browserSessions, end: down() },
      grants: { ...grants, revoke: down() },
    })
    expect(told(answer)).toHaveProperty('code')
  })

  it('costs a line of the timeline, and no answer', async () => {
    const complete = () => Promise.reject(new UpstreamError('upstream_denied', 'a detail'))
    const requests = { ...ports.requests, fail: down() }
    const answer = told(await comeBack({ ...ports, requests, upstream: { ...ports.upstream, complete } }))
    expect(answer.error).toBe('access_denied')
    expect(logged).toEqual(['timeline'])
  })
})

describe('whose fault it is', () => {
  it('a challenge that was lost is ours', async () => {
    await ports.challenges.takeChallenge(request.id)
    const answer = told(await comeBack())
    expect(answer.error).toBe('temporarily_unavailable')
    expect(answer.error_description).toContain(request.reference)
  })

  it.each([
    ['upstream_denied', 'access_denied'],
    ['upstream_unreachable', 'temporarily_unavailable'],
    ['upstream_response_invalid', 'server_error'],
    ['upstream_client_rejected', 'server_error'],
  ] as const)('%s is %s', async (reason, code) => {
    const complete = () => Promise.reject(new UpstreamError(reason, 'a detail'))
    const answer = told(await comeBack({ ...ports, upstream: { ...ports.upstream, complete } }))
    expect(answer.error).toBe(code)
    expect(answer.error_description).toContain(request.reference)
  })

  it.each([
    [[], 'failed'],
    [['none'], 'client'],
  ] as const)('with prompt %j the user is shown it first: %s', async (prompt, go) => {
    await store.db
      .update(authorizationRequests)
      .set({ prompt })
      .where(eq(authorizationRequests.id, request.id))
    const complete = () => Promise.reject(new UpstreamError('upstream_denied', 'a detail'))
    const { step } = await comeBack({ ...ports, upstream: { ...ports.upstream, complete } })
    expect(step.go).toBe(go)
  })

  it('a bug of ours is server_error, and in the log', async () => {
    const complete = () => Promise.reject(new TypeError('a bug'))
    const answer = told(await comeBack({ ...ports, upstream: { ...ports.upstream, complete } }))
    expect(answer.error).toBe('server_error')
    expect(logged).toEqual(['callback'])
  })
})

describe('a callback that comes again since its instance died', () => {
  /** An instance that is killed while it does this. */
  const killedIn = (
    step: (ports: CompleteLoginPorts, died: () => Promise<never>) => Partial<CompleteLoginPorts>,
  ) =>
    new Promise<void>((resolve) => {
      const dead = elsewhere()
      const died = () => {
        resolve()
        return new Promise<never>(() => {})
      }
      void comeBack({ ...dead, ...step(dead, died) })
    })
  const liveGrants = () =>
    store.db.execute(sql`select from grants join authorization_requests as r on r.grant_id = grants.id
      where r.id = ${request.id} and grants.revoked_at is null`)
  const age = async () => {
    await store.db.execute(sql`update authorization_requests set taken_at = taken_at - interval '61 seconds'`)
    await store.db.execute(sql`update instances set answered_until = answered_until - interval '61 seconds'`)
  }

  it.each<[string, Parameters<typeof killedIn>[0]]>([
    ['at the identity provider', ({ upstream }, died) => ({ upstream: { ...upstream, complete: died } })],
    ['before the code', ({ challenges }, died) => ({ challenges: { ...challenges, saveCode: died } })],
    [
      'after the grant',
      ({ logins }, died) => ({
        logins: { ...logins, complete: (...login) => logins.complete(...login).then(died) },
      }),
    ],
  ])('(%s) says to try again, and then sends the client to begin anew', async (_, step) => {
    await killedIn(step)
    await expect(comeBack(elsewhere())).rejects.toBeInstanceOf(StoreUnavailable)
    await age()
    const answer = told(await comeBack(elsewhere()))
    expect(answer).toMatchObject({ error: 'temporarily_unavailable', state: 'client-state' })
    expect(answer.error_description).toContain(request.reference)
    expect(await liveGrants()).toHaveLength(0)
  })

  it('is one of an instance that stopped before it could answer, even if it went on until its end', async () => {
    const answers = trackAnswers(store.db)
    const [arrived, answered] = [gate(), gate()]
    const complete: CompleteLoginPorts['upstream']['complete'] = async (...asked) => {
      arrived.open()
      await answered.opened
      return ports.upstream.complete(...asked)
    }
    const cut = comeBack({ ...elsewhere(answers), upstream: { ...ports.upstream, complete } })
    await arrived.opened
    // Its connections are cut.
    await answers.close()
    answered.open()
    expect(told(await cut)).toHaveProperty('code')
    await answers.close()
    await expect(comeBack(elsewhere())).rejects.toBeInstanceOf(StoreUnavailable)
    await age()
    expect(told(await comeBack(elsewhere()))).toMatchObject({ error: 'temporarily_unavailable' })
  })

  it.each(['here', 'elsewhere'])(
    'leads back to the client, %s, after a browser that had gone',
    async (where) => {
      await comeBack(ports, () => true)
      const again = told(await comeBack(where === 'here' ? ports : elsewhere()))
      expect(again).toMatchObject({ error: 'temporarily_unavailable', state: 'client-state' })
      expect(await liveGrants()).toHaveLength(0)
    },
  )

  it('is refused by the instance that still has it', async () => {
    const one = elsewhere()
    const arrived = gate()
    const complete = () => new Promise<never>(() => arrived.open())
    void comeBack({ ...one, upstream: { ...one.upstream, complete } })
    await arrived.opened
    expect((await comeBack(one)).step).toEqual({ go: 'refused', reason: 'state_unknown' })
  })

  it('is refused once its instance has reported that it answered', async () => {
    const answers = trackAnswers(store.db)
    expect(told(await comeBack(elsewhere(answers)))).toHaveProperty('code')
    await answers.close()
    expect((await comeBack(elsewhere())).step).toEqual({ go: 'refused', reason: 'state_unknown' })
  })
})
