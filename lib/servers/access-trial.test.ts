import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { members, operators } from '@/drizzle/schema/operators'
import { servers } from '@/drizzle/schema/servers'
import { type Actor, COMMAND_LINE, permissionsOf } from '@/lib/access'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { type CompleteLoginPorts, completeLogin } from '@/lib/oauth/callback/complete-login'
import { newAttempt } from '@/lib/oauth/flow/pending-login'
import type { Claims, Server } from '@/lib/oauth/model'
import type { AccessPolicy } from '@/lib/oauth/protocol/access-rules'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { offline } from '@/lib/store/test-support/offline'
import {
  insertConnection,
  insertServer,
  openStore,
  type PostgresUnderTest,
} from '@/lib/store/test-support/open-store'
import { later, newClient, newRequest } from '@/lib/store/test-support/store-under-test'
import { createServices } from '@/lib/test-support/management'
import { findLockOut, refuseLockOut, tryAccess } from './access-trial'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const services = createServices(() => store)
const management = () => {
  const made = services.management()
  return { ...made, ports: { ...made.ports, clock: () => later(60) } }
}
const OPERATOR: Actor = { kind: 'operator', name: 'Ann' }
const operatorWith = (id: string, email: string) => store.db.insert(operators).values({ id, email, name: id })
const keyMadeBy = (id: string, createdById: string | null) =>
  store.db
    .insert(apiKeys)
    .values({ id, name: id, role: 'admin', hash: id, createdBy: 'somebody', createdById })
const scopeOf = (server: Server) => ({
  organizationId: server.organizationId,
  organization: 'acme',
  actor: OPERATOR,
  permissions: permissionsOf('admin'),
  isInstallationOperator: false,
})

/** Logs users in at a server as the callback does it; those for whom it ended in a refusal, by subject. */
async function logInAll(server: Server, users: readonly Claims[]): Promise<readonly string[]> {
  const client = await store.clients.register(newClient(server.id))
  const common = {
    ...store,
    challenges: postgresChallenges(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    clock: () => later(30),
    background: (_: string, work: Promise<unknown>) => void work.catch(() => {}),
  }
  const one = async (claims: Claims) => {
    const { email } = claims
    const told = typeof email === 'string' && { email, emailVerified: claims.email_verified === true }
    const identity = { identitySource: 'https://idp.example', subject: String(claims.sub), claims, ...told }
    const ports: CompleteLoginPorts = {
      ...common,
      upstream: {
        ...offline.upstream,
        complete: async () => ({ identity, tokens: { accessToken: 'upstream-access' } }),
      },
    }
    const { request } = await newRequest(
      store,
      { server, client },
      { scope: server.scopes.map(({ name }) => name) },
    )
    const attempt = newAttempt(ports)
    const event = { at: later(10), step: 'decision', outcome: 'ok', reason: 'ok' } as const
    await store.requests.allow(request.id, { attempt, expiresAt: later(600), event })
    await ports.challenges.saveChallenge(request.id, 'challenge', 600)
    const query = new URLSearchParams({ state: attempt.state, code: 'c' })
    const cookies = { state: attempt.state, session: undefined }
    const { step } = await completeLogin(server.connectionId, query, cookies, ports)
    if (step.go === 'client') return []
    const [row] = await store.db
      .select()
      .from(authorizationRequests)
      .where(eq(authorizationRequests.id, request.id))
    return [`${claims.sub} ${row?.timeline.at(-1)?.reason}`]
  }
  const refused: string[][] = []
  for (let i = 0; i < users.length; i += 25)
    refused.push(...(await Promise.all(users.slice(i, i + 25).map(one))))
  return refused.flat().toSorted()
}

const RULES: AccessPolicy = {
  default: 'deny',
  allow: {
    users: ['user-3@acme.com', 'sub:user-7'],
    when: {
      any: [
        { claim: 'groups', contains: 'staff' },
        { all: [{ claim: 'email', domain: 'acme.com' }, { not: { claim: 'type', equals: 'guest' } }] },
      ],
    },
  },
  deny: { users: ['user-12@acme.com'], when: { claim: 'groups', in: ['left', 'suspended'] } },
}

/** Of every kind: with and without groups, verified or not, pointed at. */
const people = Array.from({ length: 1000 }, (_, i): Claims => {
  const groups = [['staff'], ['left', 'staff'], [], ['visitors']][i % 4]
  return {
    sub: `user-${i}`,
    ...(i % 3 !== 0 && { groups }),
    ...(i % 5 === 0 && i % 3 === 0 && { _claim_names: { groups: 'src1' } }),
    email: `user-${i}@${i % 2 === 0 ? 'acme.com' : 'other.example'}`,
    email_verified: i % 7 !== 0,
    ...(i % 11 !== 0 && { type: i % 4 === 1 ? 'guest' : 'employee' }),
  }
})

describe('a dry run of access rules', () => {
  it('names those whom a replay of the same 1,000 logins refuses, each with the reason', async () => {
    const server = await store.newServer()
    expect(await logInAll(server, people)).toEqual([])
    const trial = await tryAccess(scopeOf(server), server.slug, { rules: { access: RULES } }, management())
    expect(trial).toMatchObject({ logins: 1000, users: 1000, isCut: false })
    await store.db
      .update(servers)
      .set({ settings: { access: RULES } })
      .where(eq(servers.id, server.id))
    const changed = await store.servers.find(server.id)
    if (!changed) throw new Error('no server')
    const emails = new Map(people.map(({ sub, email }) => [email, sub]))
    const foretold = trial.affected.map(({ email, refusal }) => {
      const reason = refusal?.reason === 'claims_overage' ? 'access_claims_overage' : 'access_refused'
      return `${emails.get(email)} ${reason}`
    })
    expect([trial.refusedUsers, trial.refusedLogins]).toEqual([foretold.length, foretold.length])
    expect(new Set(trial.affected.map(({ refusal }) => refusal?.reason)).size).toBe(4)
    expect(foretold.toSorted()).toEqual(await logInAll(changed, people))
  }, 300_000)

  it('sees what scopes would be lost, and no other organization’s server', async () => {
    const read = { name: 'files:read', description: 'Read', upstreamScopes: [] }
    const write = { ...read, name: 'files:write' }
    const connection = await insertConnection(store.db, store.sealer)
    const server = await insertServer(store.db, connection, { scopes: [read, write] })
    await logInAll(server, people.slice(0, 3))
    const scopes = [read, { ...write, when: { claim: 'groups', contains: 'staff' } as const }]
    const trial = await tryAccess(scopeOf(server), server.slug, { rules: { scopes } }, management())
    expect(trial).toMatchObject({ users: 3, refusedUsers: 0 })
    expect(trial.affected.map(({ lostScopes }) => lostScopes)).toEqual([['files:write'], ['files:write']])
    const foreign = { ...scopeOf(server), organizationId: 'another' }
    await expect(tryAccess(foreign, server.slug, {}, management())).rejects.toThrow('server')
  })
})

describe('a dry run of rules for scopes', () => {
  it('names those whom a login refuses that gives them nothing of what was asked for', async () => {
    const server = await store.newServer()
    await logInAll(server, people.slice(0, 40))
    const scopes = server.scopes.map((one) => ({
      ...one,
      when: { claim: 'groups', contains: 'staff' } as const,
    }))
    const trial = await tryAccess(scopeOf(server), server.slug, { rules: { scopes } }, management())
    const emails = new Map(people.map(({ sub, email }) => [email, sub]))
    const foretold = trial.affected.map(({ email }) => `${emails.get(email)} access_refused`)
    expect(trial.refusedUsers).toBe(foretold.length)
    await store.db.update(servers).set({ scopes }).where(eq(servers.id, server.id))
    const changed = await store.servers.find(server.id)
    if (!changed) throw new Error('no server')
    expect(foretold.toSorted()).toEqual(await logInAll(changed, people.slice(0, 40)))
  })
})

describe('rules that lock out', () => {
  const nobody: AccessPolicy = { default: 'deny', deny: { users: [] } }
  const check = (server: Server, access: AccessPolicy, isMeant: boolean, actor: Actor = OPERATOR) =>
    refuseLockOut({ ...scopeOf(server), actor }, server.slug, { access }, isMeant, management())

  it('everybody who was seen are saved only on purpose', async () => {
    const server = await store.newServer()
    await expect(check(server, nobody, false)).resolves.toBeUndefined()
    await logInAll(server, people.slice(0, 2))
    await expect(check(server, nobody, false)).rejects.toMatchObject({
      mistakes: [{ path: ['access'], code: 'locks_out_everybody', params: { users: 2 } }],
    })
    await expect(check(server, nobody, true)).resolves.toBeUndefined()
  })

  it('everybody from all scopes are found, too, and those that stay are not asked about again', async () => {
    const server = await store.newServer()
    await logInAll(server, people.slice(0, 2))
    const scopes = server.scopes.map((one) => ({ ...one, when: { claim: 'groups', contains: 'x' } as const }))
    const find = (rules: object) => findLockOut(scopeOf(server), server.slug, rules, management())
    expect(await find({ scopes })).toMatchObject({ field: 'scopes', code: 'locks_out_everybody' })
    await store.db.update(servers).set({ scopes }).where(eq(servers.id, server.id))
    expect(await find({ scopes })).toBeNull()
    expect(await find({ access: nobody, scopes })).toMatchObject({ field: 'access' })
    expect(await find({ access: undefined, scopes: server.scopes })).toBeNull()
  })

  it('the operator who writes them, too', async () => {
    const server = await store.newServer()
    await logInAll(server, people.slice(0, 2))
    const without: AccessPolicy = { default: 'allow', deny: { users: ['user-1@other.example'] } }
    const refused = { mistakes: [{ code: 'locks_out_writer', params: { writer: 'user-1@other.example' } }] }
    const ofKey = (id: string): Actor => ({ kind: 'api_key', id, name: id })
    await operatorWith('ann', 'user-1@other.example')
    await operatorWith('bob', 'user-0@acme.com')
    await keyMadeBy('key-of-ann', 'ann')
    await keyMadeBy('key-of-her-key', 'key-of-ann')
    await keyMadeBy('key-of-bob', 'bob')
    await keyMadeBy('key-of-cli', null)
    for (const actor of [{ ...OPERATOR, id: 'ann' }, ofKey('key-of-ann'), ofKey('key-of-her-key')]) {
      await expect(check(server, without, false, actor), actor.id).rejects.toMatchObject(refused)
      await expect(check(server, without, true, actor), actor.id).resolves.toBeUndefined()
    }
    for (const actor of [{ ...OPERATOR, id: 'bob' }, ofKey('key-of-bob'), COMMAND_LINE, ofKey('key-of-cli')])
      await expect(check(server, without, false, actor), actor.id).resolves.toBeUndefined()
    // Whose hands a file was in is not known: it may have been whoever may configure the organization.
    for (const role of ['support', 'admin'] as const) {
      await store.db.insert(members).values({
        id: role,
        organizationId: server.organizationId,
        userId: role === 'support' ? 'bob' : 'ann',
        role,
      })
    }
    for (const actor of [COMMAND_LINE, ofKey('key-of-cli')])
      await expect(check(server, without, false, actor), actor.id).rejects.toMatchObject(refused)
    await store.db
      .update(operators)
      .set({ disabledAt: later(0) })
      .where(eq(operators.id, 'ann'))
    await expect(check(server, without, false, COMMAND_LINE)).resolves.toBeUndefined()
  })
})
