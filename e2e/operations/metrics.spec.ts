import { decide, newClientId, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import type { World } from '../support/world'

/** Logins that are made; `npm run matrix -- metrics` makes a thousand. */
const LOGINS = Number(process.env.LOGINS ?? 24)

/** Samples by name and labels, as Prometheus would read them. */
async function read(world: World): Promise<{ readonly text: string; value(name: string): number }> {
  const text = await (await fetch(world.metricsUrl)).text()
  const samples = text.split('\n').filter((line) => line.startsWith('vestibule_'))
  const amount = (line: string) => Number(line.slice(line.lastIndexOf(' ') + 1))
  return {
    text,
    // All samples whose name and labels match, added up.
    value: (name) =>
      samples
        .filter((line) => new RegExp(`^${name}[ {},]`).test(line))
        .reduce((sum, line) => sum + amount(line), 0),
  }
}

const sample = (name: string, labels: Readonly<Record<string, string>>) =>
  `${name}\\{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}\\}`

const redeem = (issuer: string, form: Readonly<Record<string, string>>) =>
  hostFetch(`${issuer}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })

test('the metrics of logins add up to what was done, and none of them holds a secret', async ({ world }) => {
  test.setTimeout(600_000)
  const before = await read(world)
  const servers = [
    [world.issuers.root, 'main-idp'],
    [world.issuers.path, 'path-idp'],
    [world.issuers.host, 'other-idp'],
  ] as const
  const secrets: string[] = []
  const done = { 'main-idp': 0, 'path-idp': 0, 'other-idp': 0 }
  for (let made = 0; made < LOGINS; made++) {
    const [issuer, connection] = servers[made % 3] ?? servers[0]
    const { code, verifier, clientId, redirectUri } = await obtainCode(world, { issuer })
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
    const answer = await redeem(issuer, { ...form, client_id: clientId, redirect_uri: redirectUri })
    expect(answer.status).toBe(200)
    const tokens = await answer.json()
    secrets.push(code, verifier, tokens.access_token, tokens.refresh_token)
    done[connection]++
  }
  const clientId = await newClientId(world.issuers.root)
  const denied = newVisitor()
  const url = authorizeUrl(world.issuers.root, {
    client_id: clientId,
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  await decide(world, denied, await openConsent(denied, url), 'deny')
  await newVisitor().go(authorizeUrl(world.issuers.root, { client_id: 'made-up', redirect_uri: REDIRECT }))
  for (const _ of [1, 2, 3])
    await redeem(world.issuers.root, {
      grant_type: 'refresh_token',
      refresh_token: 'vst_rt_made_up',
      client_id: 'cli',
    })

  const login = (outcome: string, reason: string, connection: string) =>
    sample('vestibule_logins_total', { outcome, reason, connection })
  const tokens = (status: string) =>
    sample('vestibule_http_requests_total', { endpoint: '/oauth/token', method: 'POST', status })
  const expected = {
    ...Object.fromEntries(Object.entries(done).map(([id, count]) => [login('completed', 'ok', id), count])),
    'vestibule_logins_total\\{outcome="completed"': LOGINS,
    [login('denied', 'denied_by_user', 'main-idp')]: 1,
    [login('refused', 'unknown_client', 'main-idp')]: 1,
    [tokens('200')]: LOGINS,
    [tokens('400')]: 3,
    [sample('vestibule_http_errors_total', { endpoint: '/oauth/token', reason: 'invalid_grant' })]: 3,
    'vestibule_http_request_duration_seconds_count\\{endpoint="/oauth/token"\\}': LOGINS + 3,
    'vestibule_http_requests_total\\{endpoint="/oauth/callback",method="GET"': LOGINS,
    [sample('vestibule_provider_calls_total', { connection: '.*', operation: 'complete', reason: 'ok' })]:
      LOGINS,
    'vestibule_provider_call_duration_seconds_count\\{operation="complete"\\}': LOGINS,
  }
  // An answer is counted once its last byte has gone.
  await expect
    .poll(async () => {
      const after = await read(world)
      return Object.fromEntries(
        Object.keys(expected).map((name) => [name, after.value(name) - before.value(name)]),
      )
    })
    .toEqual(expected)

  const { text, value } = await read(world)
  expect(value('vestibule_store_up')).toBe(2)
  expect(value('vestibule_store_duration_seconds_count\\{store="postgres"')).toBeGreaterThan(LOGINS)
  expect(value('vestibule_pool_connections')).toBeGreaterThan(1)
  for (const secret of secrets) expect(text).not.toContain(secret)
  expect(text).not.toMatch(/vst_|made.up|eyJ|="[^"]{41}/)
})
