import { locationOf, obtainCode, openConsentLink, REDIRECT } from '../support/attack-login'
import { introspect, obtainTokens, refresh, type Tokens } from '../support/attack-tokens'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { startOwnServer } from '../support/own-server'
import { authorizeUrl, expect, makePkce, register, test } from '../support/test'
import type { World } from '../support/world'

/** A client of its own, so that no other test's grants are united with those of this one. */
async function newClient(world: World, issuer = world.issuers.root) {
  const { client_id: clientId = '' } = await register(issuer, {
    client_name: 'Notes',
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
  })
  type Login = { readonly visitor?: Visitor; readonly username?: string; readonly redirectUri?: string }
  const logIn = async (scope: string, login: Login = {}): Promise<Tokens> =>
    obtainTokens(issuer, await obtainCode(world, { issuer, clientId, parameters: { scope }, ...login }))
  const showPage = async (scope: string, visitor: Visitor): Promise<string> => {
    const challenge = makePkce().challenge
    const asked = { client_id: clientId, redirect_uri: REDIRECT, code_challenge: challenge, scope }
    const { html } = await openConsentLink(visitor, locationOf(await visitor.go(authorizeUrl(issuer, asked))))
    const [, main = ''] = /<main[^>]*>(.*)<\/main>/s.exec(html) ?? []
    return main.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  }
  return { clientId, logIn, showPage }
}

const sorted = (scope: unknown) => String(scope).split(' ').toSorted()
const BOTH = ['notes:write', 'profile:read']

test('who logs in for one scope more has both, and the old tokens keep what they had [H-41]', async ({
  world,
}) => {
  const issuer = world.issuers.root
  const { clientId, logIn } = await newClient(world)
  const before = await logIn('profile:read')
  const after = await logIn('notes:write')
  expect(before.scope).toBe('profile:read')
  expect(sorted(after.scope)).toEqual(BOTH)
  expect(sorted((await introspect(world, after.access_token)).scope)).toEqual(BOTH)
  const renew = async ({ refresh_token }: Tokens) =>
    sorted((await (await refresh(issuer, refresh_token, { client_id: clientId })).json()).scope)
  expect(await renew(before)).toEqual(['profile:read'])
  expect(await renew(after)).toEqual(BOTH)
})

test('offline_access is taken over like any other scope', async ({ world }) => {
  const { logIn } = await newClient(world)
  await logIn('profile:read offline_access')
  expect(sorted((await logIn('notes:write')).scope)).toEqual([
    'notes:write',
    'offline_access',
    'profile:read',
  ])
})

test('a program on this computer is the same one at every port', async ({ world }) => {
  const { logIn } = await newClient(world)
  await logIn('profile:read', { redirectUri: 'http://127.0.0.1:5001/callback' })
  const after = await logIn('notes:write', { redirectUri: 'http://127.0.0.1:5002/callback' })
  expect(sorted(after.scope)).toEqual(BOTH)
})

test('logins at the same time lose no scope to one another', async ({ world }) => {
  const { logIn } = await newClient(world)
  const both = await Promise.all([logIn('profile:read'), logIn('notes:write')])
  expect(Math.max(...both.map(({ scope }) => sorted(scope).length))).toBe(2)
})

test('nothing is taken over from another user, another client, or a grant that was ended', async ({
  world,
}) => {
  const issuer = world.issuers.root
  const [mine, other] = [await newClient(world), await newClient(world)]
  await other.logIn('profile:read')
  await mine.logIn('profile:read', { username: 'bob' })
  const { refresh_token: token } = await mine.logIn('profile:read')
  const body = new URLSearchParams({ token, client_id: mine.clientId })
  expect((await fetch(`${issuer}/oauth/revoke`, { method: 'POST', body })).status).toBe(200)
  expect((await mine.logIn('notes:write')).scope).toBe('notes:write')
})

test('a scope that the server does not offer any more is not taken over', async ({ world }) => {
  const server = await startOwnServer(world)
  const { logIn } = await newClient(world, server.issuer)
  await logIn('profile:read notes:write')
  await server.offer(['profile:read'])
  expect((await logIn('profile:read')).scope).toBe('profile:read')
  await server.close()
})

test.describe('the consent page', () => {
  const QUIET = 'What you allowed this application before stays allowed.'

  test('says that earlier answers stay, where it cannot know them', async ({ world }) => {
    const { showPage } = await newClient(world)
    const text = await showPage('profile:read notes:write', newVisitor())
    expect(text).toMatch(/be able to See your name.*Add notes.*Stay connected/)
    expect(text).toContain(QUIET)
    expect(text).not.toMatch(/already allowed/i)
  })

  test('shows what is new apart from what this user allowed before', async ({ world }) => {
    const { showPage, logIn } = await newClient(world)
    const visitor = newVisitor()
    await logIn('profile:read', { visitor })
    const text = await showPage('notes:write', visitor)
    expect(text).toMatch(/New Add notes for you.*Already allowed See your name.*Stay connected/)
    expect(text).not.toContain(QUIET)
    await logIn('notes:write', { visitor })
    expect(await showPage('notes:write', visitor)).toMatch(
      /it is already allowed to See your name.*Add notes/,
    )
  })

  test('has no separate section for a known user without earlier consent', async ({ world }) => {
    const [mine, other] = [await newClient(world), await newClient(world)]
    const visitor = newVisitor()
    await other.logIn('profile:read', { visitor })
    const text = await mine.showPage('profile:read', visitor)
    expect(text).toMatch(/be able to See your name/)
    for (const words of ['lready allowed', 'New', QUIET]) expect(text).not.toContain(words)
  })
})
