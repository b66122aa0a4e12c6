import { type Login, obtainCode } from '../support/attack-login'
import {
  basic,
  introspect,
  obtainTokens,
  outcome,
  postForm,
  redeem,
  redemption,
  refresh,
} from '../support/attack-tokens'
import { expect, makePkce, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET, type World } from '../support/world'

const CONFIDENTIAL = basic('confidential', CONFIDENTIAL_SECRET)

/** A self-registered public client with the same redirect URI as the pre-registered ones. */
const registerThief = ({ issuers }: World) =>
  register(issuers.root, {
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
  })

/** The owner's code is as good as new. */
async function expectStillGood(world: World, login: Login): Promise<void> {
  const { access_token } = await obtainTokens(world.issuers.root, login)
  expect(await introspect(world, access_token)).toMatchObject({ active: true })
}

test.describe('authorization codes @stores', () => {
  test('a thief with the code but not the verifier cannot burn it [AS-5 RFC-19 H-23 H-25]', async ({
    world,
  }) => {
    const login = await obtainCode(world)
    const { root } = world.issuers
    const wrong = makePkce().verifier
    expect(await outcome(await redeem(root, login, { code_verifier: wrong }))).toBe('400 invalid_grant')
    for (const verifier of [
      'short',
      'x'.repeat(129),
      `${login.verifier}x`,
      login.verifier.slice(1),
      'é'.repeat(43),
    ])
      expect(await outcome(await redeem(root, login, { code_verifier: verifier }))).toBe('400 invalid_grant')
    for (const verifier of [undefined, ''])
      expect(await outcome(await redeem(root, login, { code_verifier: verifier }))).toBe(
        '400 invalid_request',
      )
    const guesses = Array.from({ length: 20 }, () =>
      redeem(root, login, { code_verifier: makePkce().verifier }),
    )
    for (const guess of await Promise.all(guesses)) expect(guess.status).toBe(400)
    await expectStillGood(world, login)
  })

  test('a thief who saw the challenge cannot use it as a plain verifier [RFC-19 H-23]', async ({ world }) => {
    const pkce = makePkce()
    const login = await obtainCode(world, { pkce })
    const answer = await redeem(world.issuers.root, login, { code_verifier: pkce.challenge })
    expect(await outcome(answer)).toBe('400 invalid_grant')
    await expectStillGood(world, login)
  })

  test('another client with code and verifier gets nothing and burns nothing [RFC-27 H-27]', async ({
    world,
  }) => {
    const login = await obtainCode(world)
    const { root } = world.issuers
    const { client_id } = await registerThief(world)
    expect(await outcome(await redeem(root, login, { client_id }))).toBe('400 invalid_grant')
    const confidential = await redeem(root, login, { client_id: undefined }, CONFIDENTIAL)
    expect(await outcome(confidential)).toBe('400 invalid_grant')
    await expectStillGood(world, login)
  })

  test('a code for one redirect URI is not good for another [RFC-27 RFC-30 RFC-32 H-27]', async ({
    world,
  }) => {
    const login = await obtainCode(world)
    for (const redirect_uri of [
      'http://127.0.0.1:9877/callback',
      'http://127.0.0.1/callback',
      'http://localhost:9876/callback',
      'https://evil.example/callback',
      `${login.redirectUri}/`,
    ])
      expect(await outcome(await redeem(world.issuers.root, login, { redirect_uri }))).toBe(
        '400 invalid_grant',
      )
    await expectStillGood(world, login)
  })

  test('a code that was redeemed twice by its client ends everything it was good for [RFC-31 H-24]', async ({
    world,
  }) => {
    const login = await obtainCode(world)
    const { root } = world.issuers
    const tokens = await obtainTokens(root, login)
    expect(await introspect(world, tokens.access_token)).toMatchObject({ active: true })
    expect(await introspect(world, tokens.refresh_token)).toMatchObject({ active: true })
    expect(await outcome(await redeem(root, login))).toBe('400 invalid_grant')
    expect(await introspect(world, tokens.access_token)).toEqual({ active: false })
    expect(await introspect(world, tokens.refresh_token)).toEqual({ active: false })
    expect(await outcome(await refresh(root, tokens.refresh_token))).toBe('400 invalid_grant')
    const { stdout } = await world.app.cli(['timeline', login.reference])
    expect(stdout).toMatch(/token +failed +code_replayed/)
  })

  test('a replay after a refresh ends the refreshed tokens as well [RFC-31]', async ({ world }) => {
    const login = await obtainCode(world)
    const { root } = world.issuers
    const first = await obtainTokens(root, login)
    const second = await (await refresh(root, first.refresh_token)).json()
    expect(await introspect(world, second.access_token)).toMatchObject({ active: true })
    await redeem(root, login)
    expect(await introspect(world, second.access_token)).toEqual({ active: false })
    expect(await outcome(await refresh(root, second.refresh_token))).toBe('400 invalid_grant')
  })

  test('a thief who replays a spent code without the proof cannot log its owner out [RFC-31 H-25]', async ({
    world,
  }) => {
    const login = await obtainCode(world)
    const { root } = world.issuers
    const tokens = await obtainTokens(root, login)
    const { client_id } = await registerThief(world)
    const attempts = [
      { code_verifier: makePkce().verifier },
      { code_verifier: undefined },
      { client_id },
      { redirect_uri: 'http://127.0.0.1:1/callback' },
      { resource: world.resources.path },
    ]
    for (const changes of attempts) expect((await redeem(root, login, changes)).status).toBe(400)
    expect(await introspect(world, tokens.access_token)).toMatchObject({ active: true })
    expect((await refresh(root, tokens.refresh_token)).status).toBe(200)
  })

  test('of fifty redemptions at once one wins at most, and the grant is dead [H-24]', async ({ world }) => {
    const login = await obtainCode(world)
    const { root } = world.issuers
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(root, login)))
    const winners = answers.filter(({ status }) => status === 200)
    expect(winners.length).toBeLessThanOrEqual(1)
    for (const answer of answers.filter((answer) => !winners.includes(answer)))
      expect(await outcome(answer)).toBe('400 invalid_grant')
    for (const winner of winners) {
      const tokens = await winner.json()
      expect(await introspect(world, tokens.access_token)).toEqual({ active: false })
      expect(await outcome(await refresh(root, tokens.refresh_token))).toBe('400 invalid_grant')
    }
  })
})

test('a wrong resource is refused before the code is touched [H-26]', async ({ world }) => {
  const login = await obtainCode(world)
  const { root, path, host } = world.resources
  for (const resource of [path, host, `${root}/more`, `${root}#x`, 'nonsense'])
    expect(await outcome(await redeem(world.issuers.root, login, { resource }))).toBe('400 invalid_target')
  const form = new URLSearchParams(redemption(login, { resource: root }))
  form.append('resource', path)
  const answer = await fetch(`${world.issuers.root}/oauth/token`, { method: 'POST', body: form })
  expect(await outcome(answer)).toBe('400 invalid_target')
  await expectStillGood(world, login)
})

test('a request that names a parameter twice is refused before the code is touched [RFC-5 H-26]', async ({
  world,
}) => {
  const login = await obtainCode(world)
  for (const name of ['code', 'code_verifier', 'client_id', 'redirect_uri', 'grant_type', 'unknown']) {
    const form = new URLSearchParams(redemption(login, { unknown: '1' }))
    form.append(name, form.get(name) ?? '')
    const answer = await fetch(`${world.issuers.root}/oauth/token`, { method: 'POST', body: form })
    expect(await outcome(answer)).toBe('400 invalid_request')
  }
  await expectStillGood(world, login)
})

test('what stands in the URL of a token request does not count [RFC-21]', async ({ world }) => {
  const login = await obtainCode(world)
  const { root } = world.issuers
  const query = new URLSearchParams(redemption(login))
  const answer = await postForm(root, `/oauth/token?${query}`, {})
  expect(await outcome(answer)).toBe('401 invalid_client')
  const partly = await postForm(root, `/oauth/token?${query}`, { client_id: 'cli' })
  expect(await outcome(partly)).toBe('400 invalid_request')
  await expectStillGood(world, login)
})

test('made-up codes are all answered alike [RFC-27]', async ({ world }) => {
  const login = await obtainCode(world)
  const spent = await obtainCode(world)
  await obtainTokens(world.issuers.root, spent)
  const { code } = login
  const bodies = new Set<string>()
  for (const made of [
    `${code}x`,
    code.slice(0, -1),
    code.toUpperCase(),
    `vst_code_${'A'.repeat(43)}`,
    'x',
    '\0',
  ])
    bodies.add(await (await redeem(world.issuers.root, { ...login, code: made })).text())
  const wrong = { code_verifier: makePkce().verifier }
  bodies.add(await (await redeem(world.issuers.root, login, wrong)).text())
  bodies.add(await (await redeem(world.issuers.root, spent, wrong)).text())
  expect([...bodies]).toHaveLength(1)
  await expectStillGood(world, login)
})

test('a token of the login cannot be had without its grant type [RFC-28]', async ({ world }) => {
  const login = await obtainCode(world)
  const { root } = world.issuers
  for (const grant_type of ['password', 'implicit', 'AUTHORIZATION_CODE', 'toString', '__proto__'])
    expect(await outcome(await redeem(root, login, { grant_type }))).toBe('400 unsupported_grant_type')
  const machine = { grant_type: 'client_credentials' }
  expect(await outcome(await redeem(root, login, machine))).toBe('400 unauthorized_client')
  expect(await outcome(await redeem(root, login, { grant_type: undefined }))).toBe('400 invalid_request')
  expect(await outcome(await refresh(root, login.code))).toBe('400 invalid_grant')
  await expectStillGood(world, login)
})
