import { decodeJwt } from 'jose'
import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { obtainCode } from '../support/attack-login'
import { addServer, type ExtraServer } from '../support/attack-server'
import { obtainTokens, outcome, refresh, type Tokens } from '../support/attack-tokens'
import { ageUpstreamTokens, expireUpstreamToken, grantOf } from '../support/backdate'
import { handOff } from '../support/handoff'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

// What the identity provider says of a user, as it reaches the MCP server.

const AGE = 600
let provider: MisbehavingProvider
let server: ExtraServer
test.beforeAll(async ({ world }) => {
  provider = await startMisbehavingProvider()
  server = await addServer(world, provider, [
    'passed_claims: [groups]',
    `upstream_max_age: ${AGE}`,
    'handoff_scopes: [files.read]',
  ])
})
test.afterAll(() => provider.stop())

async function logIn(world: World, how: Misbehaviour): Promise<Tokens> {
  provider.misbehave(how)
  const tokens = await obtainTokens(server.issuer, await obtainCode(world, { issuer: server.issuer }))
  if (how.tokenAnswer?.expires_in === 0) await expireUpstreamToken(world, grantOf(tokens))
  provider.requests.length = 0
  return tokens
}

async function refreshed({ refresh_token }: Tokens): Promise<Tokens> {
  const response = await refresh(server.issuer, refresh_token)
  expect(await outcome(response.clone())).toBe('200 ok')
  return response.json()
}

const claimsOf = ({ access_token }: Tokens) =>
  decodeJwt<{ groups?: unknown; claims_at?: number }>(access_token)
const asked = () => provider.requests.filter(({ body }) => body.get('grant_type') === 'refresh_token').length
const inGroups = (...groups: string[]) => ({ groups })

test('claims that userinfo alone has are passed on, also where the ID token has name and email', async ({
  world,
}) => {
  const tokens = await logIn(world, { userinfo: { sub: 'user-1', ...inGroups('editors') } })
  expect(claimsOf(tokens)).toMatchObject(inGroups('editors'))
  expect(Math.abs((claimsOf(tokens).claims_at ?? 0) - Date.now() / 1000)).toBeLessThan(60)
})

const NEWS: Readonly<Record<string, Misbehaviour>> = {
  'by a new ID token': { refreshing: { idTokenClaims: inGroups('viewers') } },
  'at userinfo': { userinfo: { sub: 'user-1', ...inGroups('viewers') } },
}
for (const [how, misbehaviour] of Object.entries(NEWS))
  test(`a user whose groups change at the provider, told ${how}, has the new ones after the next refresh`, async ({
    world,
  }) => {
    const before = { userinfo: { sub: 'user-1', ...inGroups('editors', 'viewers') } }
    const tokens = await logIn(world, { ...before, tokenAnswer: { expires_in: 0 } })
    provider.misbehave(misbehaviour)
    const next = await refreshed(tokens)
    expect(claimsOf(next).groups).toEqual(['viewers'])
    expect(claimsOf(next).claims_at).toBeGreaterThanOrEqual(claimsOf(tokens).claims_at ?? Infinity)
    // And in none at all.
    provider.misbehave({ refreshing: { idTokenClaims: {} } })
    await ageUpstreamTokens(world, grantOf(tokens), AGE)
    expect(claimsOf(await refreshed(next))).not.toHaveProperty('groups')
  })

test('while userinfo does not answer, the claims stay, and tell their age', async ({ world }) => {
  const before = { userinfo: { sub: 'user-1', ...inGroups('editors') } }
  const tokens = await logIn(world, { ...before, tokenAnswer: { expires_in: 0 } })
  provider.misbehave({ answers: { userinfo: { status: 503 } } })
  const next = await refreshed(tokens)
  expect(claimsOf(next).groups).toEqual(['editors'])
  expect(claimsOf(next).claims_at).toBe(claimsOf(tokens).claims_at)
})

for (const expires_in of [undefined, 86_400])
  test(`a user who is removed at a provider whose tokens live ${expires_in ?? 'nobody knows how long'} is out after the age that the operator set`, async ({
    world,
  }) => {
    const how = { tokenAnswer: { expires_in, scope: 'files.read' } }
    const [tokens, exchanged] = [await logIn(world, how), await logIn(world, how)]
    provider.misbehave({ answers: { refresh: { status: 400, body: { error: 'invalid_grant' } } } })
    await ageUpstreamTokens(world, grantOf(tokens), AGE - 60)
    const next = await refreshed(tokens)
    expect(asked()).toBe(0)
    await ageUpstreamTokens(world, grantOf(tokens), 60)
    expect(await outcome(await refresh(server.issuer, next.refresh_token))).toBe('400 invalid_grant')
    expect(asked()).toBe(1)
    await ageUpstreamTokens(world, grantOf(exchanged), AGE)
    expect(await outcome(await handOff(server, exchanged.access_token))).toBe('400 invalid_grant')
  })

test('a token that cannot be refreshed is not taken away for its age', async ({ world }) => {
  const how = { tokenAnswer: { expires_in: undefined, refresh_token: undefined, scope: 'files.read' } }
  const tokens = await logIn(world, how)
  await ageUpstreamTokens(world, grantOf(tokens), 3 * 86_400)
  const next = await refreshed(tokens)
  expect((await handOff(server, next.access_token)).status).toBe(200)
  expect(asked()).toBe(0)
})
