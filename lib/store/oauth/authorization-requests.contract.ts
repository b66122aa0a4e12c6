import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  completedLogin,
  event,
  later,
  loginAttempt,
  NOW,
  newRequest,
  random,
  randomHash,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

const CALLERS = 50

/** Everything that the port promises, for one implementation. */
export function describeAuthorizationRequests(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`authorization requests in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    const takeAttempt = async (stateHash: string, connectionId: string, now: Date) =>
      (await store.requests.takeAttempt(stateHash, connectionId, now, async (taken) => taken))?.result ?? null

    const allow = (id: string, attempt = loginAttempt(), at = later(10)) =>
      store.requests.allow(id, { attempt, expiresAt: later(700), event: event({ at, step: 'decision' }) })
    const denied = event({ at: later(20), step: 'decision', outcome: 'failed', reason: 'denied_by_user' })

    describe('create and findOpen', () => {
      it('gives a request back as it was made, with a reference that is easy to read out', async () => {
        const { request, server, client } = await newRequest(store)
        expect(request).toEqual({
          id: expect.any(String),
          reference: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/),
          serverId: server.id,
          clientRowId: client.id,
          clientId: client.clientId,
          redirectUri: 'http://127.0.0.1:3456/callback',
          state: 'client-state',
          responseMode: 'query',
          scope: ['files:read'],
          prompt: [],
          createdAt: NOW,
          expiresAt: later(600),
        })
        expect((await store.requests.findOpen(request.id, later(599)))?.request).toEqual(request)
        expect(await store.requests.findReference(request.id)).toBe(request.reference)
      })

      it('stores the client’s parameters of login and response', async () => {
        const { request } = await newRequest(store)
        const { id: _, reference: __, createdAt: ___, ...asked } = request
        const wishes = {
          responseMode: 'form_post',
          prompt: ['login', 'consent'],
          maxAge: 0,
          uiLocales: 'de en',
          clientNonce: 'n-0S6_WzA2Mj ü',
          loginHint: 'una@example.com',
        } as const
        const created = await store.requests.create({ ...asked, ...wishes }, event())
        expect(created).toMatchObject(wishes)
        expect((await store.requests.findOpen(created.id, NOW))?.request).toEqual(created)
      })

      it('finds no request that is unknown or expired', async () => {
        const { request } = await newRequest(store)
        expect(await store.requests.findOpen(random(), NOW)).toBeNull()
        expect(await store.requests.findOpen(request.id, later(600))).toBeNull()
        expect(await store.requests.findReference(random())).toBeNull()
      })
    })

    describe('show', () => {
      it('gives what the page shows, again and again, and uses nothing up', async () => {
        const { request, server, client } = await newRequest(store)
        const show = () => store.requests.show(request.id, event({ step: 'consent' }))
        const [first, second] = [await show(), await show()]
        expect(first).toMatchObject({ request, server, client, connection: { id: server.connectionId } })
        expect(second).toEqual(first)
        expect((await store.requests.findOpen(request.id, later(1)))?.request).toEqual(request)
      })

      it('shows nothing that is over, and nothing to a client that wants no page', async () => {
        const [ended, silent] = [await newRequest(store), await newRequest(store, {}, { prompt: ['none'] })]
        await store.requests.deny(ended.request.id, denied)
        expect(await store.requests.show(ended.request.id, event())).toBeNull()
        expect(await store.requests.show(silent.request.id, event())).toBeNull()
        expect(await store.requests.show(random(), event())).toBeNull()
      })
    })

    describe('refuse', () => {
      it('returns a reference, whatever was presented as client_id', async () => {
        const server = await store.newServer()
        const references = await Promise.all(
          [undefined, '', '\0', 'x'.repeat(10_000), '"; drop table clients; --'].map((clientId) =>
            store.requests.refuse({
              serverId: server.id,
              event: event({ outcome: 'failed', reason: 'unknown_client' }),
              ...(clientId !== undefined && { clientId }),
            }),
          ),
        )
        expect(new Set(references).size).toBe(5)
      })
    })

    describe('allow and deny', () => {
      it('records consent and extends the expiry', async () => {
        const { request, server, client } = await newRequest(store)
        const consented = { ...request, consentedAt: later(10), expiresAt: later(700) }
        const open = { request: consented, server, client }
        expect(await allow(request.id)).toMatchObject({ ...open, read: { id: server.connectionId } })
        expect(await store.requests.findOpen(request.id, later(650))).toEqual(open)
      })

      it('allows nothing that is unknown, expired or denied [PX-12 H-7]', async () => {
        const [expired, refused] = [(await newRequest(store)).request, (await newRequest(store)).request]
        await store.requests.deny(refused.id, denied)
        expect(await allow(random())).toBeNull()
        expect(await allow(expired.id, loginAttempt(), later(601))).toBeNull()
        expect(await allow(refused.id)).toBeNull()
      })

      it('ends the request on deny, once', async () => {
        const { request } = await newRequest(store)
        const answers = await Promise.all(times(CALLERS, () => store.requests.deny(request.id, denied)))
        expect(answers.filter((answer) => answer?.id === request.id)).toHaveLength(1)
        expect(await store.requests.findOpen(request.id, later(21))).toBeNull()
        expect(await store.requests.findReference(request.id)).toBe(request.reference)
      })

      it('makes an attempt useless by a deny in another tab', async () => {
        const { request, server } = await newRequest(store)
        const attempt = loginAttempt()
        await allow(request.id, attempt)
        await store.requests.deny(request.id, denied)
        expect(await takeAttempt(attempt.stateHash, server.connectionId, later(30))).toBeNull()
      })
    })

    describe('takeAttempt', () => {
      const allowed = async () => {
        const made = await newRequest(store)
        const attempt = loginAttempt()
        return { ...made, ...(await allow(made.request.id, attempt)), attempt }
      }

      it(`gives the attempt to one of ${CALLERS} concurrent callers, once [H-4]`, async () => {
        const { request, server, attempt } = await allowed()
        const take = () => takeAttempt(attempt.stateHash, server.connectionId, later(30))
        const taken = await Promise.all(times(CALLERS, take))
        expect(taken.filter((one) => one !== null)).toMatchObject([{ request, attempt }])
        expect(await take()).toBeNull()
      })

      it('gives the request with server and client, and the attempt with its secrets', async () => {
        const { request, server, client, attempt, read } = await allowed()
        const taken = await takeAttempt(attempt.stateHash, server.connectionId, later(30))
        expect(taken).toEqual({ request, server, client, attempt, read })
      })

      it('gives nothing for an unknown state', async () => {
        const { server } = await allowed()
        expect(await takeAttempt(randomHash(), server.connectionId, later(30))).toBeNull()
      })

      it('gives nothing to the callback of another connection, and keeps the attempt for the right one', async () => {
        const { server, attempt } = await allowed()
        const other = await store.newServer()
        const take = (connectionId: string) => takeAttempt(attempt.stateHash, connectionId, later(30))
        expect(await take(other.connectionId)).toBeNull()
        expect(await take(server.connectionId)).not.toBeNull()
      })

      it('gives nothing after the expiry [PX-14]', async () => {
        const { server, attempt } = await allowed()
        expect(await takeAttempt(attempt.stateHash, server.connectionId, later(700))).toBeNull()
      })

      it('gives only the latest attempt when the user pressed Allow twice', async () => {
        const { request, server, attempt } = await allowed()
        const second = loginAttempt()
        await allow(request.id, second, later(20))
        const take = (stateHash: string) => takeAttempt(stateHash, server.connectionId, later(30))
        expect(await take(attempt.stateHash)).toBeNull()
        expect((await take(second.stateHash))?.attempt).toEqual(second)
      })
    })

    describe('remember', () => {
      const remember = (id: string, attempt = loginAttempt()) =>
        store.requests.remember(id, 'user-1', {
          attempt,
          expiresAt: later(700),
          event: event({ at: later(10) }),
        })

      it('lets an earlier answer stand in for Allow, and says whose', async () => {
        const { request, server, client } = await newRequest(store)
        const attempt = loginAttempt()
        const remembered = await remember(request.id, attempt)
        const answer = { consentedAt: later(10), expiresAt: later(700), rememberedFor: 'user-1' }
        expect(remembered).toMatchObject({ request: { ...request, ...answer }, server, client })
        const taken = await takeAttempt(attempt.stateHash, server.connectionId, later(20))
        expect(taken).toEqual({ ...remembered, attempt })
      })

      it(`does so once, however many of ${CALLERS} try, and never after another answer`, async () => {
        const { server, client, request: fresh } = await newRequest(store)
        const { request: pressed } = await newRequest(store, { server, client })
        const { request: refused } = await newRequest(store, { server, client })
        const answers = await Promise.all(times(CALLERS, () => remember(fresh.id)))
        expect(answers.filter((answer) => answer !== null)).toHaveLength(1)
        await allow(pressed.id)
        await store.requests.deny(refused.id, denied)
        expect(await remember(pressed.id)).toBeNull()
        expect(await remember(refused.id)).toBeNull()
        expect(await remember(random())).toBeNull()
      })

      it('is replaced by Allow, with what the page showed', async () => {
        const { request } = await newRequest(store)
        await remember(request.id)
        const attempt = loginAttempt()
        const pressed = await store.requests.allow(request.id, {
          attempt,
          expiresAt: later(700),
          event: event({ at: later(20) }),
          assumedScope: ['files:read'],
        })
        const consented = { ...request, consentedAt: later(20), expiresAt: later(700) }
        expect(pressed?.request).toEqual({ ...consented, assumedScope: ['files:read'] })
      })
    })

    describe('repromptConsent', () => {
      const lapsed = { expiresAt: later(1300), event: event({ at: later(30) }) }
      const repromptConsent = (id: string, attemptId: string) =>
        store.requests.repromptConsent(id, { attemptId, ...lapsed })

      it('takes the answer back, after which no earlier one stands in again', async () => {
        const { request, server } = await newRequest(store)
        const attempt = loginAttempt()
        const login = { attempt, expiresAt: later(700), event: event({ at: later(10) }) }
        await store.requests.remember(request.id, 'user-1', login)
        const unanswered = await repromptConsent(request.id, attempt.id)
        expect(unanswered).toEqual({ ...request, rememberedFor: 'user-1', expiresAt: later(1300) })
        expect((await store.requests.findOpen(request.id, later(1200)))?.request).toEqual(unanswered)
        expect(await takeAttempt(attempt.stateHash, server.connectionId, later(31))).toBeNull()
        expect(await store.requests.remember(request.id, 'user-2', login)).toBeNull()
        const pressed = await allow(request.id, loginAttempt(), later(40))
        expect(pressed?.request).toEqual({ ...request, consentedAt: later(40), expiresAt: later(700) })
      })

      it('leaves a later attempt and a request that is over alone', async () => {
        const { request } = await newRequest(store)
        const [first, second] = [loginAttempt(), loginAttempt()]
        await allow(request.id, first)
        await allow(request.id, second)
        expect(await repromptConsent(request.id, first.id)).toBeNull()
        await store.requests.deny(request.id, denied)
        expect(await repromptConsent(request.id, second.id)).toBeNull()
      })
    })

    describe('fail, record and completion', () => {
      it('is over after a failure', async () => {
        const { request, server } = await newRequest(store)
        const attempt = loginAttempt()
        await allow(request.id, attempt)
        await store.requests.fail(request.id, event({ outcome: 'failed', reason: 'upstream_denied' }))
        expect(await store.requests.findOpen(request.id, later(11))).toBeNull()
        expect(await takeAttempt(attempt.stateHash, server.connectionId, later(11))).toBeNull()
        expect(await store.requests.deny(request.id, denied)).toBeNull()
      })

      it('is over once the login is complete', async () => {
        const { request, server } = await newRequest(store)
        await store.logins.complete(completedLogin({ request, server }), later(30))
        expect(await store.requests.findOpen(request.id, later(31))).toBeNull()
        expect(await store.requests.deny(request.id, denied)).toBeNull()
      })

      it('stays open when a line is recorded, and takes lines after its end', async () => {
        const { request } = await newRequest(store)
        await store.requests.record(request.id, event({ step: 'consent' }))
        expect((await store.requests.findOpen(request.id, later(1)))?.request).toEqual(request)
        await store.requests.deny(request.id, denied)
        await expect(store.requests.record(request.id, event())).resolves.toBeUndefined()
        await expect(store.requests.record(random(), event())).resolves.toBeUndefined()
      })
    })
  })
}
