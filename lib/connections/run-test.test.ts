import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { Misbehaviour } from '@/lib/upstream/test-support/misbehaving-provider'
import { REMEDIES } from '../logins/remedies'
import { updateConnection } from './connections'
import {
  beginConnectionTest,
  completeConnectionTest,
  findConnectionTest,
  listConnectionTests,
} from './run-test'
import { testLogins } from './test-support/test-logins'

const { store, provider, management, prepare, begin, wait } = testLogins()

/** A whole test; `change` may alter what the browser comes back with. */
async function wholeTest(
  how: Misbehaviour = {},
  change = (query: URLSearchParams) => query,
  secret?: string,
) {
  const { acme } = await prepare(how, secret)
  const { id, state, query } = await begin(acme)
  await completeConnectionTest('acme-idp', change(query), { state, operatorId: 'olive' }, management())
  return findConnectionTest(acme, 'idp', id, management())
}

/** Times in an ID token from a clock that is so many seconds off. */
function clock(seconds: number) {
  const iat = Math.floor(Date.now() / 1000) + seconds
  return { iat, exp: iat + 300 }
}

const lastStep = ({ steps, outcome }: Awaited<ReturnType<typeof wholeTest>>) => ({
  ...steps.at(-1),
  is: outcome,
})

describe('testing a connection', () => {
  it('makes a whole login and shows each step with what came back', async () => {
    const test = await wholeTest()
    expect(test.outcome).toBe('passed')
    expect(test.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'metadata done',
      'request done',
      'answer done',
      'tokens done',
      'identity done',
    ])
    const [, request, answer, tokens, identity] = test.steps.map(({ facts }) => facts)
    expect(request).toEqual({
      address: `${provider().origin}/authorize`,
      client_id: provider().clientId,
      redirect_uri: 'http://localhost:3000/oauth/callback/acme-idp',
      scope: 'openid email profile files.readonly',
    })
    expect(answer).toEqual({ parameters: 'code, state, session_state' })
    expect(tokens).toEqual({
      refresh_token: 'yes',
      id_token: 'yes',
      expires_in: expect.stringMatching(/^(300|2\d\d)$/),
    })
    expect(identity).toMatchObject({ subject: 'user-1', name: 'Una User', email: 'user@example.com' })
    expect(Object.fromEntries(test.claims ?? [])).toMatchObject({ sub: 'user-1', iss: provider().issuer })
  })

  it('shows and stores no secret, and leaves no user, grant or token', async () => {
    const test = await wholeTest()
    const stored = await store().db.execute(sql`select * from connection_tests`)
    const log = await store().db.execute(sql`select * from audit_log`)
    const dump = JSON.stringify([test, stored, log])
    expect(dump).toContain('connection.tested')
    for (const secret of provider().secrets) expect(dump).not.toContain(secret)
    expect(stored).toEqual([expect.objectContaining({ state_hash: null, nonce: null, code_verifier: null })])
    for (const table of ['users', 'grants', 'upstream_tokens', 'authorization_requests', 'browser_sessions'])
      expect(await store().db.execute(sql.raw(`select * from ${table}`))).toHaveLength(0)
  })

  it('keeps tokens that pose as claims out of the report', async () => {
    const claims = { access_token: 'stolen', 'client-secret': 'stolen', nested: { groups: ['a'] } }
    const test = await wholeTest({ idTokenClaims: claims })
    expect(JSON.stringify(test)).not.toContain('stolen')
    expect(Object.fromEntries(test.claims ?? []).nested).toBe('{"groups":["a"]}')
  })

  it('lists tests with the newest first', async () => {
    const { acme } = await prepare()
    const first = await begin(acme)
    wait(1_000)
    const second = await begin(acme)
    const shown = await listConnectionTests(acme, 'idp', management())
    expect(shown.map(({ id, outcome }) => [id, outcome])).toEqual([
      [second.id, 'running'],
      [first.id, 'running'],
    ])
    for (const { state } of [first, second]) expect(JSON.stringify(shown)).not.toContain(state)
  })
})

describe('what goes wrong is named by step and reason', () => {
  it.each<[string, Misbehaviour, object]>([
    ['no openid', { idToken: null }, { name: 'tokens', reason: 'upstream_scope_rejected' }],
    [
      'a clock ten minutes behind',
      { idTokenClaims: clock(-600) },
      { name: 'identity', reason: 'upstream_clock_skew' },
    ],
    [
      'a clock ten minutes ahead',
      { idTokenClaims: { ...clock(600), nbf: Math.floor(Date.now() / 1000) + 600 } },
      { name: 'identity', reason: 'upstream_clock_skew' },
    ],
    [
      'another audience',
      { idTokenClaims: { aud: 'x' } },
      { name: 'identity', reason: 'upstream_audience_mismatch' },
    ],
    ['no JWT', { idToken: 'nonsense' }, { name: 'identity', reason: 'upstream_response_invalid' }],
    [
      'no subject',
      { idTokenClaims: { sub: undefined } },
      { name: 'identity', reason: 'upstream_identity_missing' },
    ],
    [
      'an unavailable token endpoint',
      { answers: { token: { status: 503 } } },
      { name: 'tokens', reason: 'upstream_unreachable' },
    ],
  ])('%s', async (_, how, step) => {
    expect(lastStep(await wholeTest(how))).toMatchObject({ ...step, outcome: 'failed', is: 'failed' })
  })

  it('a wrong client secret, with what to do about it', async () => {
    const step = lastStep(await wholeTest({}, undefined, 'wrong-secret'))
    expect(step).toMatchObject({ name: 'tokens', reason: 'upstream_client_rejected', is: 'failed' })
    expect(REMEDIES[step.reason ?? 'ok']).toContain('client_secret')
  })

  it.each([
    ['access_denied', 'upstream_denied'],
    ['invalid_scope', 'upstream_scope_rejected'],
    ['invalid_request', 'upstream_error'],
  ])('the answer %s', async (error, reason) => {
    const test = await wholeTest(
      {},
      (query) => new URLSearchParams({ error, state: query.get('state') ?? '' }),
    )
    expect(lastStep(test)).toMatchObject({ name: 'answer', reason, is: 'failed' })
  })

  it('unreachable metadata, without sending the browser anywhere', async () => {
    const { acme } = await prepare()
    const moved = { issuer: `${provider().origin}/nothing`, clientSecret: { set: 'typed-again' } }
    await updateConnection(acme, 'idp', moved, management())
    const { id, upstream: sent } = await beginConnectionTest(acme, 'idp', management())
    expect(sent).toBeNull()
    const test = await findConnectionTest(acme, 'idp', id, management())
    expect(lastStep(test)).toMatchObject({
      name: 'metadata',
      reason: 'upstream_response_invalid',
      is: 'failed',
    })
  })

  it('the browser never came back', async () => {
    const { acme } = await prepare()
    const { id } = await begin(acme)
    wait(601_000)
    expect((await findConnectionTest(acme, 'idp', id, management())).outcome).toBe('lapsed')
  })
})
