import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { grants } from '@/drizzle/schema/grants'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { recentRemarks } from '@/lib/store/read/recent-remarks'
import { offline } from '@/lib/store/test-support/offline'
import {
  insertConnection,
  insertServer,
  openStore,
  type PostgresUnderTest,
} from '@/lib/store/test-support/open-store'
import { later, newRequest } from '@/lib/store/test-support/store-under-test'
import { newAttempt } from '../flow/pending-login'
import type { Claims } from '../model'
import type { UpstreamRemark } from '../ports/upstream'
import type { AccessPolicy } from '../protocol/access-rules'
import { errorResponse } from '../protocol/authorization-response'
import { type CompleteLoginPorts, completeLogin } from './complete-login'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const staff = { claim: 'groups', contains: 'staff' } as const
const access = { default: 'deny', allow: { users: [], when: staff }, contact: 'it@acme.example' } as const

/** A user comes back from the identity provider, which says this. */
async function comeBack(
  claims: Claims,
  {
    remark,
    policy = access,
    provisioned = store.provisioned,
  }: {
    readonly remark?: UpstreamRemark
    readonly policy?: AccessPolicy
    readonly provisioned?: CompleteLoginPorts['provisioned']
  } = {},
) {
  let needed: readonly string[] | undefined
  const ports: CompleteLoginPorts = {
    ...store,
    provisioned,
    challenges: postgresChallenges(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    clock: () => later(30),
    background: (_: string, work: Promise<unknown>) => void work.catch(() => {}),
    upstream: {
      ...offline.upstream,
      complete: async (_id, _callback, expected) => {
        needed = expected.claims
        return {
          identity: { identitySource: 'https://acme.okta.example', subject: 'alice', claims },
          tokens: { accessToken: 'upstream-access' },
          ...(remark && { remark }),
        }
      },
    },
  }
  const server = await insertServer(store.db, await insertConnection(store.db, store.sealer), {
    settings: { access: policy },
    passedClaims: ['groups', 'email'],
    scopes: [
      { name: 'files:read', description: 'Read', upstreamScopes: [] },
      {
        name: 'files:write',
        description: 'Write',
        upstreamScopes: [],
        when: { claim: 'roles', in: ['editor'] },
      },
    ],
  })
  const { request } = await newRequest(store, { server }, { scope: ['files:read', 'files:write'] })
  const attempt = newAttempt(ports)
  const event = { at: later(10), step: 'decision', outcome: 'ok', reason: 'ok' } as const
  await store.requests.allow(request.id, { attempt, expiresAt: later(600), event })
  await ports.challenges.saveChallenge(request.id, 'challenge', 600)
  const query = new URLSearchParams({ state: attempt.state, code: 'c' })
  const { step } = await completeLogin(
    server.connectionId,
    query,
    { state: attempt.state, session: undefined },
    ports,
  )
  const [row] = await store.db
    .select()
    .from(authorizationRequests)
    .where(eq(authorizationRequests.id, request.id))
  const [grant] = await store.db.select().from(grants).where(eq(grants.serverId, server.id))
  const { remarks } = await recentRemarks(store.db, server.id, {
    remarks: ['claims_cut', 'upstream_no_refresh_token'],
    failures: [],
  })
  const timeline = row?.timeline
  return { step, grant, needed, timeline, last: timeline?.at(-1), reference: request.reference, remarks }
}

describe('a login at a server with access rules', () => {
  it('asks the provider for what they need, and gives the scopes whose condition holds', async () => {
    const { needed, grant, timeline } = await comeBack({ groups: ['staff'], nonce: 'n', picture: 'p' })
    expect(needed).toEqual(['groups', 'email', 'roles'])
    expect(grant?.scope).toEqual(['files:read'])
    expect(timeline?.find(({ step }) => step === 'callback')).toMatchObject({
      outcome: 'ok',
      reason: 'access_scopes_refused',
      detail: 'Left out: files:write.',
    })
    expect(grant?.userClaims).toEqual({ sub: 'alice', groups: ['staff'], picture: 'p' })
    expect((await comeBack({ groups: ['staff'], roles: ['editor'] })).grant?.scope).toEqual([
      'files:read',
      'files:write',
    ])
  })

  it('leaves claims out of tokens that would make them larger than 8 KB, and says so to the operator', async () => {
    const groups = ['staff', ...Array.from({ length: 400 }, (_, i) => `a-group-with-a-long-name-${i}`)]
    const { grant, remarks } = await comeBack({ groups, email: 'alice@acme.example' })
    expect(grant?.claims).toEqual({ email: 'alice@acme.example', claims_at: expect.any(Number) })
    expect(grant?.userClaims?.groups).toHaveLength(401)
    expect(remarks).toEqual([{ reason: 'claims_cut', detail: 'Left out: groups.' }])
  })

  it('goes on where no refresh token came, and says so to the operator', async () => {
    const remark = { reason: 'upstream_no_refresh_token', detail: 'None came.' } as const
    expect((await comeBack({ groups: ['staff'] }, { remark })).remarks).toEqual([remark])
    const { last, remarks } = await comeBack({ groups: ['visitors'] }, { remark })
    expect([last?.reason, remarks]).toEqual(['access_refused', []])
  })

  it.each<readonly [Claims, string, string]>([
    [{ groups: ['visitors'] }, 'access_refused', 'Nothing under allow'],
    [{}, 'access_refused', 'not there: groups'],
    [{ _claim_names: { groups: 'src1' } }, 'access_claims_overage', 'only points at'],
  ])(
    'of a user with %j is refused, with the reason and whom to ask, and leaves nothing',
    async (claims, reason, detail) => {
      const { step, grant, last, reference } = await comeBack(claims)
      if (step.go !== 'failed') throw new Error(step.go)
      const answer = Object.fromEntries(errorResponse(step.failed.redirect, step.failed).parameters)
      expect(answer).toMatchObject({ error: 'access_denied', state: 'client-state' })
      expect(answer.error_description).toContain(reference)
      expect(step.failed.seen.contact).toBe('it@acme.example')
      expect(last).toMatchObject({ reason, detail: expect.stringContaining(detail) })
      expect(grant).toBeUndefined()
    },
  )

  it('lets nobody in of whom the provider could not say what might keep them out', async () => {
    const remark = { reason: 'upstream_unreachable', detail: 'userinfo does not answer' } as const
    const policy = {
      default: 'allow',
      deny: { users: [], when: { claim: 'groups', contains: 'suspended' } },
    } as const
    expect((await comeBack({}, { remark, policy })).last).toMatchObject({ reason: 'upstream_unreachable' })
    expect((await comeBack({ groups: [] }, { remark, policy })).grant).toBeDefined()
    expect((await comeBack({}, { policy })).grant).toBeDefined()
  })

  it('asks SCIM for groups where the connection says so, and not the token', async () => {
    const told = { provisioned: { claimsOf: async () => ({ groups: ['staff'] }) } }
    const pointed = { _claim_names: { groups: 'src1' } }
    expect((await comeBack(pointed, told)).grant?.userClaims).toEqual({ sub: 'alice', ...pointed })
    const gone = { provisioned: { claimsOf: async () => ({ groups: null }) } }
    expect((await comeBack({ groups: ['staff'] }, gone)).last).toMatchObject({ reason: 'access_refused' })
  })

  it('is no refusal where the provider could not be asked', async () => {
    const remark = { reason: 'upstream_unreachable', detail: 'userinfo does not answer' } as const
    const { step, last } = await comeBack({}, { remark })
    if (step.go !== 'failed') throw new Error(step.go)
    expect(step.failed.code).toBe('temporarily_unavailable')
    expect(last).toMatchObject({ reason: 'upstream_unreachable' })
  })
})
