import { decodeJwt } from 'jose'
import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { answerQuery } from '../support/attack-answers'
import { decide, locationOf, openConsent, REDIRECT, redirectQuery } from '../support/attack-login'
import { addServer, type ExtraServer } from '../support/attack-server'
import { obtainTokens, outcome, postForm, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import type { World } from '../support/world'

let provider: MisbehavingProvider
let server: ExtraServer

test.beforeAll(async ({ world }) => {
  provider = await startMisbehavingProvider()
  server = await addServer(world, provider)
})
test.afterAll(() => provider.stop())
test.beforeEach(() => provider.misbehave({}))

/** A whole login at the provider, with the claims that the test sets. */
async function obtainTokensOf(world: World, how: Misbehaviour, parameters: Record<string, string> = {}) {
  const visitor = newVisitor()
  const pkce = makePkce()
  const url = authorizeUrl(server.issuer, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: pkce.challenge,
    ...parameters,
  })
  const allowed = await decide(world, visitor, await openConsent(visitor, url))
  const callback = locationOf(await visitor.go(locationOf(allowed)))
  provider.misbehave(how)
  const code = redirectQuery(await visitor.go(callback)).get('code') ?? ''
  const login = { code, verifier: pkce.verifier, clientId: 'cli', redirectUri: REDIRECT, reference: '' }
  return { tokens: await obtainTokens(server.issuer, login), asked: new URL(locationOf(allowed)) }
}

test('an attacker with a victim’s email address at the provider does not become the victim', async ({
  world,
}) => {
  const email = { email: 'victim@example.com', email_verified: true }
  const subjectOf = async (sub: string) => {
    const { tokens } = await obtainTokensOf(world, { idTokenClaims: { sub, ...email } })
    return decodeJwt(tokens.access_token).sub
  }
  const victim = await subjectOf('victim')
  expect(await subjectOf('attacker')).not.toBe(victim)
  // Nor is it the spelling of the subject that is compared loosely.
  for (const sub of ['Victim', 'victim ', 'victim@example.com']) expect(await subjectOf(sub)).not.toBe(victim)
  expect(await subjectOf('victim')).toBe(victim)
})

test('a client cannot have a scope, a resource or anything else of its choice asked of the provider', async ({
  world,
}) => {
  const honest = (await obtainTokensOf(world, {})).asked.searchParams
  const { asked, tokens } = await obtainTokensOf(
    world,
    {},
    {
      scope: 'profile:read openid admin https://graph.example/.default offline_access',
      resource: server.resource,
      state: 'the-state',
      nonce: 'the-nonce',
      audience: 'https://api.example',
      claims: '{"id_token":{"groups":null}}',
      acr_values: 'none',
    },
  )
  expect([...asked.searchParams.keys()].sort()).toEqual([...honest.keys()].sort())
  for (const name of ['scope', 'client_id', 'redirect_uri', 'response_type'])
    expect(asked.searchParams.getAll(name)).toEqual(honest.getAll(name))
  for (const theirs of ['the-state', 'the-nonce', 'admin', 'graph', server.resource, REDIRECT])
    expect(asked.href).not.toContain(encodeURIComponent(theirs))
  expect(tokens.scope.split(' ')).not.toContain('admin')
})

test('an old session at the provider does not pass for the fresh login that a client asked for', async ({
  world,
}) => {
  const logInAt = async (secondsAgo: number) => {
    const visitor = newVisitor()
    const asked = {
      client_id: 'cli',
      redirect_uri: REDIRECT,
      code_challenge: makePkce().challenge,
      max_age: '60',
    }
    const consent = await openConsent(visitor, authorizeUrl(server.issuer, asked))
    const callback = locationOf(await visitor.go(locationOf(await decide(world, visitor, consent))))
    provider.misbehave({ idTokenClaims: { auth_time: Math.floor(Date.now() / 1000) - secondsAgo } })
    return answerQuery(await visitor.go(callback))
  }
  const stale = await logInAt(3600)
  expect([stale.get('error'), stale.has('code')]).toEqual(['login_required', false])
  expect((await logInAt(10)).get('code')).toMatch(/^vst_code_/)
})

test('a client gets none of the provider’s tokens, and none of them opens anything here', async ({
  world,
}) => {
  const before = provider.secrets.length
  const { tokens } = await obtainTokensOf(world, {})
  const theirs = provider.secrets.slice(before)
  expect(theirs.length).toBeGreaterThan(0)
  const shown = JSON.stringify([tokens, decodeJwt(tokens.access_token)])
  const own = { authorization: `Bearer ${server.resourceSecret}` }
  for (const token of theirs) {
    expect(shown).not.toContain(token)
    const asked = await postForm(server.issuer, '/oauth/introspect', { token }, own)
    expect(await asked.json()).toEqual({ active: false })
    expect(await outcome(await refresh(server.issuer, token))).toBe('400 invalid_grant')
  }
})
