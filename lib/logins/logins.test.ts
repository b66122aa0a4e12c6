import { describe, expect, it } from 'vitest'
import { event, later, newRequest } from '@/lib/store/test-support/store-under-test'
import { NotFound } from '../access'
import { connect, connectedServices, registered } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { findLogin, type LoginWishes, listLogins } from './logins'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

/** Refused, failed, given up, under way and complete, in this order; and one of another organization. */
async function oneOfEach() {
  await apply(EXAMPLE)
  const [main, second] = [await server('main'), await server('second')]
  const client = await registered(store(), main, 'Cursor')
  const refused = await store().requests.refuse({
    serverId: second.id,
    clientId: 'a stranger',
    event: event({ at: later(-40), outcome: 'failed', reason: 'unknown_client' }),
  })
  const complete = await connect(store(), main, { client, email: 'Alice@acme.example', subject: 'a-1' })
  const failed = await newRequest(store(), { server: main, client })
  const failure = { at: later(20), step: 'callback', outcome: 'failed', reason: 'upstream_denied' } as const
  await store().requests.fail(failed.request.id, event({ ...failure, detail: 'The provider said no.' }))
  const running = await newRequest(store(), { server: second })
  const foreign = await newRequest(store(), { server: await server('globex') })
  return {
    refused,
    complete: complete.request.reference,
    failed: failed.request.reference,
    running: running.request.reference,
    foreign: foreign.request.reference,
    clientId: client.clientId,
    userId: complete.grant.userId,
  }
}

const find = async (wishes: LoginWishes, now = later(60)) =>
  (await listLogins(await scope('acme'), wishes, management(now))).rows.map(({ reference }) => reference)

describe('logins', () => {
  it('are found by outcome, reason, server, client and user, and by nothing that is not theirs', async () => {
    const { refused, complete, failed, running, clientId, userId } = await oneOfEach()
    expect((await find({})).toSorted()).toEqual([refused, complete, failed, running].toSorted())
    expect(await find({ outcome: 'completed' })).toEqual([complete])
    expect(await find({ outcome: 'refused' })).toEqual([refused])
    expect(await find({ outcome: 'running' })).toEqual([running])
    expect(await find({ outcome: 'abandoned' })).toEqual([])
    expect(await find({ outcome: 'abandoned' }, later(601))).toEqual([running])
    expect(await find({ reason: 'upstream_denied' })).toEqual([failed])
    expect(await find({ server: 'second', outcome: 'refused' })).toEqual([refused])
    expect((await find({ client: 'curs' })).toSorted()).toEqual([complete, failed].toSorted())
    expect((await find({ client: clientId })).toSorted()).toEqual([complete, failed].toSorted())
    expect(await find({ client: 'a stranger' })).toEqual([refused])
    for (const user of ['alice@', 'a-1', userId]) expect(await find({ user })).toEqual([complete])
    expect(await find({ user: 'bob@' })).toEqual([])
    expect(await find({ client: '\0', user: ' ' })).toHaveLength(4)
    await expect(find({ server: 'globex' })).rejects.toThrow(NotFound)
  })

  it('are found by day, and nonsense counts as nothing', async () => {
    await oneOfEach()
    expect(await find({ from: '2026-11-02', until: '2026-11-02' })).toHaveLength(4)
    expect(await find({ from: '2026-11-03' })).toEqual([])
    expect(await find({ until: '2026-11-01' })).toEqual([])
    expect(
      await find({ from: '2026-99-99', outcome: 'nonsense', reason: 'toString', after: '!' }),
    ).toHaveLength(4)
    // Postgres refuses these, in a filter or a cursor.
    const cursors = [
      '0000-01-01 10:00:00+00 x',
      '2026-02-30 10:00:00+00 x',
      '2026-02-03 99:00:00+00 x',
      '2026-02-03 10:00:00+99 x',
    ]
    for (const text of cursors)
      expect(await find({ after: Buffer.from(text).toString('base64url') })).toHaveLength(4)
    expect(await find({ from: '0000-01-01', until: '9999-12-31' })).toHaveLength(4)
  })

  it('are found by a client that sent a hint, before a user signed in', async () => {
    await apply(EXAMPLE)
    const { server: main, client } = await newRequest(store(), { server: await server('main') })
    const hinted = await store().requests.create(
      {
        serverId: main.id,
        clientRowId: client.id,
        clientId: client.clientId,
        redirectUri: 'http://127.0.0.1:3456/callback',
        responseMode: 'query',
        prompt: [],
        scope: [],
        loginHint: 'Carol@acme.example',
        expiresAt: later(600),
      },
      event(),
    )
    expect(await find({ user: 'carol@acme.example' })).toEqual([hinted.reference])
  })
})

describe('one login', () => {
  it('has its steps, with the remedy of the failure, however its reference is written', async () => {
    const { failed } = await oneOfEach()
    const misread = failed.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replace('-', ' ')
    const login = await findLogin(await scope('acme'), misread, management())
    expect(login).toMatchObject({
      reference: failed,
      outcome: 'failed',
      clientName: 'Cursor',
      server: 'main',
    })
    expect(login.timeline.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'authorize ok',
      'callback failed',
    ])
    expect(login.timeline.at(-1)).toMatchObject({
      at: later(20),
      detail: 'The provider said no.',
      remedy: expect.stringContaining('Assign the user'),
    })
    expect(login.timeline[0]).not.toHaveProperty('remedy')
  })

  it('of another organization is not found', async () => {
    const { foreign } = await oneOfEach()
    const acme = await scope('acme')
    await expect(findLogin(acme, foreign, management())).rejects.toThrow(NotFound)
    await expect(findLogin(acme, '', management())).rejects.toThrow(NotFound)
    expect((await findLogin(await scope('globex'), foreign, management())).reference).toBe(foreign)
  })
})
