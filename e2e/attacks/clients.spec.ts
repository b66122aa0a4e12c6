import { obtainCode } from '../support/attack-login'
import { basic, obtainTokens, outcome, postForm, redeem, redemption, refresh } from '../support/attack-tokens'
import { expect, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET, type World } from '../support/world'

const METADATA = { redirect_uris: ['http://127.0.0.1/callback'] }

const obtainConfidentialCode = (world: World) => obtainCode(world, { clientId: 'confidential' })

/** A refused client: 401, and a challenge exactly when it used the header (RFC 6749 §5.2). */
async function expectRefused(response: Response, basicWasUsed: boolean): Promise<void> {
  expect(await outcome(response)).toBe('401 invalid_client')
  const challenge = response.headers.get('www-authenticate')
  if (basicWasUsed) expect(challenge).toMatch(/^Basic realm="/)
  else expect(challenge).toBeNull()
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('cache-control')).toContain('no-store')
}

test('a thief with a confidential client’s code but not its secret gets nothing [AS-1 RFC-23 H-27]', async ({
  world,
}) => {
  const login = await obtainConfidentialCode(world)
  const { root } = world.issuers
  const noId = { client_id: undefined }
  await expectRefused(await redeem(root, login), false)
  await expectRefused(await redeem(root, login, { client_secret: '' }), false)
  await expectRefused(await redeem(root, login, { client_secret: 'guess' }), false)
  await expectRefused(await redeem(root, login, { client_secret: `${CONFIDENTIAL_SECRET}x` }), false)
  await expectRefused(await redeem(root, login, { client_secret: CONFIDENTIAL_SECRET.slice(0, -1) }), false)
  await expectRefused(await redeem(root, login, { client_secret: '\0' }), false)
  for (const secret of ['guess', '', `${CONFIDENTIAL_SECRET}\n`, CONFIDENTIAL_SECRET.toUpperCase()])
    await expectRefused(await redeem(root, login, noId, basic('confidential', secret)), true)
  await expectRefused(await redeem(root, login, noId, basic('', CONFIDENTIAL_SECRET)), true)
  await expectRefused(await redeem(root, login, noId, basic('Confidential', CONFIDENTIAL_SECRET)), true)
  const tokens = await obtainTokens(root, login, basic('confidential', CONFIDENTIAL_SECRET))
  expect(tokens.refresh_token).toMatch(/^vst_rt_/)
})

test('a thief with a confidential client’s refresh token but not its secret gets nothing [H-30]', async ({
  world,
}) => {
  const { root } = world.issuers
  const owner = basic('confidential', CONFIDENTIAL_SECRET)
  const { refresh_token } = await obtainTokens(root, await obtainConfidentialCode(world), owner)
  const client_id = 'confidential'
  await expectRefused(await refresh(root, refresh_token, { client_id }), false)
  await expectRefused(await refresh(root, refresh_token, { client_id }, basic(client_id, 'guess')), true)
  expect(await outcome(await refresh(root, refresh_token))).toBe('400 invalid_grant')
  const refreshed = await refresh(root, refresh_token, { client_id }, owner)
  expect(refreshed.status).toBe(200)
  // The grace for retries still requires the secret.
  await expectRefused(await refresh(root, refresh_token, { client_id }), false)
})

test('the secret of one client does not open another [RFC-43]', async ({ world }) => {
  const { root } = world.issuers
  const other = await register(root, { ...METADATA, token_endpoint_auth_method: 'client_secret_basic' })
  const { client_id = '', client_secret = '' } = other
  const login = await obtainConfidentialCode(world)
  const noId = { client_id: undefined }
  await expectRefused(await redeem(root, login, noId, basic('confidential', client_secret)), true)
  await expectRefused(await redeem(root, login, noId, basic(client_id, CONFIDENTIAL_SECRET)), true)
  expect(await outcome(await redeem(root, login, noId, basic(client_id, client_secret)))).toBe(
    '400 invalid_grant',
  )
})

test('a client cannot identify itself twice, and differently [RFC-24]', async ({ world }) => {
  const { root } = world.issuers
  const login = await obtainConfidentialCode(world)
  const owner = basic('confidential', CONFIDENTIAL_SECRET)
  const both = await redeem(root, login, { client_secret: CONFIDENTIAL_SECRET }, owner)
  expect(await outcome(both)).toBe('400 invalid_request')
  const mixed = await redeem(root, login, { client_secret: 'guess' }, owner)
  expect(await outcome(mixed)).toBe('400 invalid_request')
  expect(await outcome(await redeem(root, login, { client_id: 'cli' }, owner))).toBe('400 invalid_request')
  expect((await redeem(root, login, { client_id: 'confidential' }, owner)).status).toBe(200)
})

test('a public client cannot pass for one with a secret [RFC-25]', async ({ world }) => {
  const { root } = world.issuers
  const login = await obtainCode(world)
  await expectRefused(await redeem(root, login, { client_secret: 'made-up' }), false)
  await expectRefused(await redeem(root, login, { client_id: undefined }, basic('cli', 'made-up')), true)
  expect((await redeem(root, login, { client_secret: '' })).status).toBe(200)
})

test('an unknown client gets the error that makes it register again [RFC-23]', async ({ world }) => {
  const { root } = world.issuers
  const login = await obtainCode(world)
  for (const client_id of [
    'made-up',
    'CLI',
    ' cli',
    'cli\0',
    'x'.repeat(3_000),
    'https://evil.example/client',
  ])
    await expectRefused(await redeem(root, login, { client_id }), false)
  await expectRefused(await redeem(root, login, { client_id: undefined }), false)
  await expectRefused(await redeem(root, login, { client_id: undefined }, basic('made-up', 'secret')), true)
  expect((await redeem(root, login)).status).toBe(200)
})

test('an unreadable Authorization header proves nothing', async ({ world }) => {
  const { root } = world.issuers
  const login = await obtainConfidentialCode(world)
  const noId = { client_id: undefined }
  const encoded = Buffer.from(`confidential:${CONFIDENTIAL_SECRET}`).toString('base64')
  const headers = [
    'Basic',
    'Basic ',
    'Basic !!!!',
    `Basic ${Buffer.from('confidential').toString('base64')}`,
    `Basic ${Buffer.from(':').toString('base64')}`,
    `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`,
    `Basic ${Buffer.from('%ff:%').toString('base64')}`,
    `Basic ${Buffer.from('a\0b:c').toString('base64')}`,
    `Bearer ${CONFIDENTIAL_SECRET}`,
    `Digest ${encoded}`,
    encoded,
    `Basic ${encoded}, Basic ${encoded}`,
    `Basic ${Buffer.from('x'.repeat(8_000)).toString('base64')}`,
  ]
  for (const authorization of headers)
    await test.step(authorization.slice(0, 40), async () => {
      await expectRefused(await redeem(root, login, noId, { authorization }), true)
    })
  expect((await redeem(root, login, noId, { authorization: `basic ${encoded}` })).status).toBe(200)
})

test('a client that asked for a secret is nothing without it [RFC-25]', async ({ world }) => {
  const { root } = world.issuers
  for (const method of ['client_secret_basic', 'client_secret_post', undefined])
    await test.step(`${method}`, async () => {
      const client = await register(root, { ...METADATA, token_endpoint_auth_method: method })
      const { client_id: clientId = '', client_secret } = client
      expect(client_secret).toMatch(/^vst_cs_[\w-]{43}$/)
      const login = await obtainCode(world, { clientId })
      await expectRefused(await redeem(root, login), false)
      expect((await redeem(root, login, { client_secret })).status).toBe(200)
    })
})

test('registration reveals no secret of the operator, and no two clients share one [H-49]', async ({
  world,
}) => {
  const { root } = world.issuers
  const twice = await Promise.all([1, 2].map(() => register(root, { ...METADATA, client_name: 'Twin' })))
  const [first, second] = twice
  expect(first?.client_id).not.toBe(second?.client_id)
  expect(first?.client_secret).not.toBe(second?.client_secret)
  const answers = JSON.stringify(twice)
  for (const secret of ['upstream-client-secret-of-the-tests', CONFIDENTIAL_SECRET, 'vestibule"'])
    expect(answers).not.toContain(secret)
  const posing = await register(root, {
    ...METADATA,
    client_id: 'cli',
    client_secret: 'chosen',
    kind: 'preregistered',
  })
  expect(posing.client_id).not.toBe('cli')
  expect(posing.client_secret).not.toBe('chosen')
})

test('no client can be registered that sends users to a script, a file or in the clear [H-14]', async ({
  world,
}) => {
  const refused = [
    'javascript:alert(1)//',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'blob:https://app.example/1',
    'vbscript:x',
    'about:blank',
    'view-source:https://app.example',
    'intent://app#Intent;end',
    'http://app.example/callback',
    'http://localhost.evil.example/callback',
    'http://0.0.0.0/callback',
    'http://127.0.0.2/callback',
    'https://user:password@app.example/callback',
    'https://app.example/callback#fragment',
    'https://app.example/callback?code=1',
    'https://app.example/callback?iss=https://evil.example',
    'https://*.example/callback',
    'https://app.example\\@evil.example/',
    'https://app.example /callback',
    'https:///callback',
    'https:app.example/callback',
    '/callback',
    '',
    `https://app.example/${'x'.repeat(3_000)}`,
  ]
  for (const uri of refused)
    for (const redirect_uris of [[uri], ['https://app.example/callback', uri]])
      await test.step(JSON.stringify(redirect_uris).slice(0, 80), async () => {
        const response = await fetch(`${world.issuers.root}/oauth/register`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ redirect_uris }),
        })
        expect(await outcome(response)).toBe('400 invalid_redirect_uri')
      })
})

test('a token request that is shown to a cache or to another site stays unread', async ({ world }) => {
  const { root } = world.issuers
  const login = await obtainCode(world)
  const cookies = { origin: 'https://evil.example', cookie: 'vst_state_x=1' }
  const answer = await postForm(root, '/oauth/token', redemption(login), cookies)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toContain('no-store')
  // Open to every origin, and so never with cookies.
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  expect(answer.headers.getSetCookie()).toEqual([])
})
