import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { obtainCode } from '../support/attack-login'
import { addServer, type ExtraServer } from '../support/attack-server'
import {
  basic,
  type Form,
  obtainTokens,
  outcome,
  postForm,
  refresh,
  type Tokens,
} from '../support/attack-tokens'
import { exchangeForm, handOff } from '../support/handoff'
import { startOwnServer } from '../support/own-server'
import { expect, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET, RESOURCE_SECRET, type World } from '../support/world'

let provider: MisbehavingProvider
let server: ExtraServer
test.beforeAll(async ({ world }) => {
  provider = await startMisbehavingProvider()
  server = await addServer(world, provider, ['handoff_scopes: [files.read]'])
})
test.afterAll(() => provider.stop())
test.beforeEach(() => provider.misbehave({ tokenAnswer: { scope: 'files.read' } }))

const logIn = async (world: World, { issuer }: { readonly issuer: string } = server): Promise<Tokens> =>
  obtainTokens(issuer, await obtainCode(world, { issuer }))

/** Nothing of the identity provider's is in an answer, nor in what it tells between the lines. */
async function expectNothing(answer: Response, expected: string): Promise<void> {
  const text = `${await answer.clone().text()}${JSON.stringify([...answer.headers])}`
  for (const secret of provider.secrets) expect(text).not.toContain(secret)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await outcome(answer)).toBe(expected)
}

test('an MCP client gets no upstream token, and does not learn whether a token is good [PX-17 H-35]', async ({
  world,
}) => {
  const tokens = await logIn(world)
  const stranger = await register(server.issuer, { redirect_uris: ['http://127.0.0.1/callback'] })
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
  const attempts: readonly [Form, Form][] = [
    [{}, {}],
    [{ client_id: 'cli' }, {}],
    [{ client_id: stranger.client_id ?? '', client_secret: stranger.client_secret ?? '' }, {}],
    [{}, basic(stranger.client_id ?? '', stranger.client_secret ?? '')],
    [{}, basic('cli', '')],
    [{ client_id: server.slug, client_secret: server.resourceSecret }, {}],
    [{}, bearer(tokens.access_token)],
    [{}, bearer(tokens.refresh_token)],
    [{}, bearer(`${server.resourceSecret}x`)],
    [{}, bearer(RESOURCE_SECRET)],
    [{}, basic('cli', server.resourceSecret)],
    [{}, basic('first', server.resourceSecret)],
  ]
  for (const [form, headers] of attempts)
    await test.step(JSON.stringify([form, headers]), async () => {
      const answers: string[] = []
      for (const token of [tokens.access_token, 'a-guess']) {
        const answer = await postForm(server.issuer, '/oauth/token', exchangeForm(token, form), headers)
        answers.push(await answer.clone().text())
        await expectNothing(answer, '401 invalid_client')
      }
      expect(answers[0]).toBe(answers[1])
    })
})

test('a client cannot register for token exchange', async ({ world }) => {
  const client = await register(world.issuers.root, {
    redirect_uris: ['http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:token-exchange'],
  })
  expect(client.grant_types).not.toContain('urn:ietf:params:oauth:grant-type:token-exchange')
})

test('a server without handoff_scopes exchanges no token', async ({ world }) => {
  const off = await addServer(world, provider)
  const { access_token } = await logIn(world, off)
  await expectNothing(await handOff(off, access_token), '400 unsupported_grant_type')
})

test('a resource server gets no token for what was issued by or for another', async ({ world }) => {
  const neighbour = await addServer(world, provider, ['handoff_scopes: [files.read]'])
  const theirs = await logIn(world, neighbour)
  await expectNothing(await handOff(server, theirs.access_token), '400 invalid_request')
  const opaque = await addServer(world, provider, ['handoff_scopes: [files.read]', 'token_format: opaque'])
  const secret = await logIn(world, opaque)
  await expectNothing(await handOff(server, secret.access_token), '400 invalid_request')
  const mine = await logIn(world)
  const stolen = { issuer: server.issuer, resourceSecret: neighbour.resourceSecret }
  await expectNothing(await handOff(stolen, mine.access_token), '401 invalid_client')
})

test('nothing but a live access token is exchanged [PX-17]', async ({ world }) => {
  const tokens = await logIn(world)
  const [head, payload] = tokens.access_token.split('.')
  const upstream = provider.secrets.filter((secret) => /^(ey|access-)/.test(secret)).slice(-2)
  const others = [
    tokens.refresh_token,
    `${head}.${payload}.`,
    'a-guess',
    '\0',
    server.resourceSecret,
    ...upstream,
  ]
  for (const token of others) await expectNothing(await handOff(server, token), '400 invalid_request')

  const revoked = await logIn(world)
  await postForm(server.issuer, '/oauth/revoke', { client_id: 'cli', token: revoked.access_token })
  await expectNothing(await handOff(server, revoked.access_token), '400 invalid_request')
  const ended = await logIn(world)
  await postForm(server.issuer, '/oauth/revoke', { client_id: 'cli', token: ended.refresh_token })
  await expectNothing(await handOff(server, ended.access_token), '400 invalid_grant')
  expect(await outcome(await handOff(server, tokens.access_token))).toBe('200 ok')
})

test('no parameter steers a token to another target, type or actor, or is accepted twice', async ({
  world,
}) => {
  const { access_token } = await logIn(world)
  const types = 'urn:ietf:params:oauth:token-type:'
  const changes: readonly [Form, string][] = [
    [{ audience: 'https://api.example' }, 'invalid_target'],
    [{ resource: server.resource }, 'invalid_target'],
    [{ actor_token: access_token, actor_token_type: `${types}access_token` }, 'invalid_request'],
    [{ requested_token_type: `${types}refresh_token` }, 'invalid_request'],
    [{ requested_token_type: `${types}id_token` }, 'invalid_request'],
    [{ subject_token_type: `${types}refresh_token` }, 'invalid_request'],
    [{ subject_token_type: '' }, 'invalid_request'],
    [{ subject_token: '' }, 'invalid_request'],
    [{ scope: 'admin' }, 'invalid_scope'],
    [{ client_secret: CONFIDENTIAL_SECRET }, 'invalid_request'],
  ]
  for (const [change, error] of changes)
    await test.step(JSON.stringify(change), async () => {
      await expectNothing(await handOff(server, access_token, change), `400 ${error}`)
    })
  const twice = new URLSearchParams([...Object.entries(exchangeForm(access_token)), ['subject_token', 'x']])
  const headers = { authorization: `Bearer ${server.resourceSecret}` }
  const answer = await fetch(`${server.issuer}/oauth/token`, { method: 'POST', body: twice, headers })
  await expectNothing(answer, '400 invalid_request')
})

test('a token that may do more than the operator allows stays here', async ({ world }) => {
  for (const scope of ['files.read admin', 'admin', 'FILES.READ', 'files.read "admin"', '', undefined]) {
    const behaviours: Readonly<Record<string, Misbehaviour>> = {
      'does not say what it narrows to': {},
      'gives more than was asked for': { refreshing: { answer: { scope: 'files.read admin' } } },
      'refuses to narrow': { refreshing: { refusesScope: true, answer: { scope } } },
    }
    for (const [what, how] of Object.entries(behaviours))
      await test.step(`${scope} of a provider that ${what}`, async () => {
        provider.misbehave({ tokenAnswer: { scope } })
        const tokens = await logIn(world)
        provider.misbehave(how)
        await expectNothing(await handOff(server, tokens.access_token), '400 invalid_scope')
        await expectNothing(await handOff(server, tokens.access_token), '400 invalid_scope')
        expect((await refresh(server.issuer, tokens.refresh_token)).status).toBe(200)
      })
  }
})

test('a scope that the operator removed is not exchanged any more', async ({ world }) => {
  const own = await startOwnServer(world, ['handoff_scopes: [openid, email, profile]'])
  const at = { issuer: own.issuer, resourceSecret: RESOURCE_SECRET }
  const { access_token } = await own.logIn()
  expect(await outcome(await handOff(at, access_token))).toBe('200 ok')
  await own.configure(['handoff_scopes: [openid]'])
  expect(await outcome(await handOff(at, access_token))).toBe('400 invalid_scope')
  await own.configure([])
  expect(await outcome(await handOff(at, access_token))).toBe('400 unsupported_grant_type')
  await own.close()
})
