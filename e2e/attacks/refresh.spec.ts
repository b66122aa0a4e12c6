import { newClientId, obtainCode } from '../support/attack-login'
import {
  basic,
  introspect,
  obtainTokens,
  outcome,
  redeem,
  refresh,
  type Tokens,
} from '../support/attack-tokens'
import { ageRotations, grantOf, hangUp, hangUpBehind } from '../support/backdate'
import { expect, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET, type World } from '../support/world'

const obtain = async (world: World, parameters: Record<string, string> = {}) =>
  obtainTokens(world.issuers.root, await obtainCode(world, { parameters }))

const tokensOf = async (response: Response): Promise<Tokens> => {
  expect(response.status).toBe(200)
  return response.json()
}

test.describe('refresh tokens @stores', () => {
  test('a retry after a lost response gets the same successor, not a second family [AS-31 H-29]', async ({
    world,
  }) => {
    const { root } = world.issuers
    const { refresh_token } = await obtain(world)
    const first = await tokensOf(await refresh(root, refresh_token))
    const retried = await tokensOf(await refresh(root, refresh_token))
    expect(retried.refresh_token).toBe(first.refresh_token)
    expect(first.refresh_token).not.toBe(refresh_token)

    const next = await tokensOf(await refresh(root, first.refresh_token))
    expect(next.refresh_token).not.toBe(first.refresh_token)
    const late = await tokensOf(await refresh(root, refresh_token))
    expect(late.refresh_token).toBe(first.refresh_token)
    for (const { access_token } of [first, retried, next, late])
      expect(await introspect(world, access_token)).toMatchObject({ active: true })
    expect(await introspect(world, refresh_token)).toEqual({ active: false })
  })

  test('a client that hung up while the database was slow gets its successor an hour later', async ({
    world,
  }) => {
    const { root } = world.issuers
    const tokens = await obtain(world)
    const { refresh_token } = tokens
    const form = { grant_type: 'refresh_token', client_id: 'cli', refresh_token }
    await hangUp(world, grantOf(tokens), (signal) =>
      fetch(`${root}/oauth/token`, { method: 'POST', body: new URLSearchParams(form), signal }),
    )
    const { refresh_token: successor } = await tokensOf(await refresh(root, refresh_token))
    await ageRotations(world, grantOf(tokens), 61)
    expect(await outcome(await refresh(root, refresh_token))).toBe('400 invalid_grant')
    expect(await outcome(await refresh(root, successor))).toBe('400 invalid_grant')
  })

  test('fifty refreshes at once make one successor [H-29]', async ({ world }) => {
    const { root } = world.issuers
    const { refresh_token } = await obtain(world)
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(root, refresh_token)))
    const tokens = await Promise.all(answers.map(tokensOf))
    expect(new Set(tokens.map((token) => token.refresh_token)).size).toBe(1)
    expect((await refresh(root, tokens[0]!.refresh_token)).status).toBe(200)
  })

  test('200 refreshes at once make one successor; one more after the grace ends the family', async ({
    world,
  }) => {
    const { root } = world.issuers
    const tokens = await obtain(world)
    const { refresh_token } = tokens
    const answers = await Promise.all(Array.from({ length: 200 }, () => refresh(root, refresh_token)))
    const all = await Promise.all(answers.map(tokensOf))
    expect(new Set(all.map((one) => one.refresh_token)).size).toBe(1)
    await ageRotations(world, grantOf(tokens), 30)
    expect((await refresh(root, refresh_token)).status).toBe(200)

    await ageRotations(world, grantOf(tokens), 31)
    expect(await outcome(await refresh(root, refresh_token))).toBe('400 invalid_grant')
    expect(await outcome(await refresh(root, all[0]!.refresh_token))).toBe('400 invalid_grant')
    for (const { access_token } of [tokens, all[0]!, all[199]!])
      expect(await introspect(world, access_token)).toEqual({ active: false })
    const { stdout } = await world.app.cli(['events', 'first'])
    expect(stdout).toMatch(new RegExp(`grant_revoked .*grant=${grantOf(tokens)} +refresh_token_reused`))
  })

  test('a refresh that races with a replay of the code does not outlive the grant', async ({ world }) => {
    const { root } = world.issuers
    const login = await obtainCode(world)
    const { refresh_token } = await obtainTokens(root, login)
    const [, ...refreshed] = await Promise.all([
      redeem(root, login),
      ...Array.from({ length: 20 }, () => refresh(root, refresh_token)),
    ])
    for (const answer of refreshed.filter(({ status }) => status === 200)) {
      const tokens = await tokensOf(answer)
      expect(await introspect(world, tokens.access_token)).toEqual({ active: false })
      expect(await outcome(await refresh(root, tokens.refresh_token))).toBe('400 invalid_grant')
    }
  })
})

test('a thief who asks another instance as well, and hangs up there, does not keep a spent token fresh', async ({
  world,
}) => {
  const { root } = world.issuers
  const tokens = await obtain(world)
  const { refresh_token } = tokens
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'cli', refresh_token })
  const other = await world.sibling()
  const answered = await hangUpBehind(
    world,
    grantOf(tokens),
    () => refresh(root, refresh_token),
    (signal) => other.fetch('/oauth/token', { method: 'POST', body, signal }),
    () => other.fetch('/healthz'),
  )
  const { refresh_token: successor } = await tokensOf(answered)
  // Whatever it gives back, it has by then.
  await other.stop()
  await ageRotations(world, grantOf(tokens), 61)
  expect(await outcome(await refresh(root, refresh_token))).toBe('400 invalid_grant')
  expect(await outcome(await refresh(root, successor))).toBe('400 invalid_grant')
})

test('another client cannot use a refresh token, nor harm it [RFC-33 H-30]', async ({ world }) => {
  const { root } = world.issuers
  const { refresh_token } = await obtain(world)
  const { client_id = '' } = await register(root, {
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
  })
  expect(await outcome(await refresh(root, refresh_token, { client_id }))).toBe('400 invalid_grant')
  const confidential = basic('confidential', CONFIDENTIAL_SECRET)
  const answer = await refresh(root, refresh_token, { client_id: 'confidential' }, confidential)
  expect(await outcome(answer)).toBe('400 invalid_grant')

  const { refresh_token: successor } = await tokensOf(await refresh(root, refresh_token))
  // In an attacker's hand the spent token does nothing either.
  expect(await outcome(await refresh(root, refresh_token, { client_id }))).toBe('400 invalid_grant')
  expect((await refresh(root, successor)).status).toBe(200)
})

test('a client cannot widen its scope with a refresh [PX-19 RFC-28]', async ({ world }) => {
  const { root } = world.issuers
  const client_id = await newClientId(root)
  const login = await obtainCode(world, { clientId: client_id, parameters: { scope: 'profile:read' } })
  const { refresh_token, scope } = await obtainTokens(root, login)
  expect(scope).toBe('profile:read')
  for (const wider of ['notes:write', 'profile:read notes:write'])
    expect(await outcome(await refresh(root, refresh_token, { client_id, scope: wider }))).toBe(
      '400 invalid_scope',
    )
  const unknown = await tokensOf(
    await refresh(root, refresh_token, { client_id, scope: 'admin profile:read' }),
  )
  expect(unknown.scope).toBe('profile:read')
  expect(await introspect(world, unknown.access_token)).toMatchObject({ scope: 'profile:read' })
})

test('a narrowed refresh narrows its access token alone, and never more than was granted [AS-36 RFC-33]', async ({
  world,
}) => {
  const { root } = world.issuers
  const client_id = await newClientId(root)
  const login = await obtainCode(world, { clientId: client_id })
  const { refresh_token } = await obtainTokens(root, login)
  const narrow = await tokensOf(await refresh(root, refresh_token, { client_id, scope: 'notes:write' }))
  expect(narrow.scope).toBe('notes:write')
  expect(await introspect(world, narrow.access_token)).toMatchObject({ scope: 'notes:write' })
  const whole = await tokensOf(await refresh(root, narrow.refresh_token, { client_id }))
  expect(whole.scope).toBe('profile:read notes:write')
})

test('a refresh for another server’s resource is refused and uses nothing up [RFC-28]', async ({ world }) => {
  const { root } = world.issuers
  const { refresh_token } = await obtain(world)
  for (const resource of [world.resources.path, world.resources.host, 'nonsense'])
    expect(await outcome(await refresh(root, refresh_token, { resource }))).toBe('400 invalid_target')
  expect(await introspect(world, refresh_token)).toMatchObject({ active: true })
  const { access_token } = await tokensOf(
    await refresh(root, refresh_token, { resource: world.resources.root }),
  )
  expect(await introspect(world, access_token)).toMatchObject({ aud: world.resources.root })
})

test('nothing else passes for a refresh token [RFC-27]', async ({ world }) => {
  const { root } = world.issuers
  const { refresh_token, access_token } = await obtain(world)
  const made = [
    access_token,
    `${refresh_token}x`,
    refresh_token.slice(0, -1),
    `vst_rt_${'A'.repeat(43)}`,
    'x\0',
  ]
  for (const token of made) expect(await outcome(await refresh(root, token))).toBe('400 invalid_grant')
  expect(await outcome(await refresh(root, ''))).toBe('400 invalid_request')
})

test('a client that did not register for refreshing gets no refresh token [AS-37 RFC-28]', async ({
  world,
}) => {
  const { client_id: clientId = '' } = await register(world.issuers.root, {
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
  })
  const response = await redeem(world.issuers.root, await obtainCode(world, { clientId }))
  expect(Object.keys(await response.json()).sort()).toEqual([
    'access_token',
    'expires_in',
    'scope',
    'token_type',
  ])
  const { refresh_token } = await obtain(world)
  const stolen = await refresh(world.issuers.root, refresh_token, { client_id: clientId })
  expect(await outcome(stolen)).toBe('400 unauthorized_client')
})
