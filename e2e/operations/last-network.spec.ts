import postgres from 'postgres'
import { type Login, obtainCode, REDIRECT } from '../support/attack-login'
import { postForm, redemption, type Tokens } from '../support/attack-tokens'
import { enterConsole, newOperator } from '../support/console'
import { authorizeUrl, expect, logIn, makePkce, test } from '../support/test'
import { startWorld, type World } from '../support/world'

// A world of its own, behind a proxy that is trusted: the tests themselves.
let world: World
test.beforeAll(async () => {
  world = await startWorld({ TRUSTED_PROXIES: '127.0.0.0/8,::1' })
})
test.afterAll(() => world?.stop())

const [HOME, OFFICE] = ['203.0.113.77', '2001:db8:77:1234::9']

/** The token endpoint, as a client with this address reaches it. */
async function token(form: Record<string, string>, address: string, headers = {}): Promise<Tokens> {
  const answer = await postForm(world.issuers.root, '/oauth/token', form, {
    'x-forwarded-for': address,
    ...headers,
  })
  if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}`)
  return answer.json()
}

const redeem = (login: Login, address: string, headers = {}) => token(redemption(login), address, headers)
const refresh = ({ refresh_token }: Tokens, address: string) =>
  token({ grant_type: 'refresh_token', client_id: 'cli', refresh_token }, address)

/** The newest grant, as the API tells it. */
async function newestGrant(): Promise<{ id: string; last_network?: string }> {
  const { stdout } = await world.app.cli(['api-keys', 'create', '--installation', '--name', 'tests'])
  const headers = { authorization: `Bearer ${stdout.trim()}` }
  const answer = await fetch(`${world.app.url}/api/v1/organizations/acme/grants`, { headers })
  return (await answer.json()).items[0]
}

test('a grant tells from which network it was used last, in console and API, and not its user', async ({
  page,
  browser,
}) => {
  const pkce = makePkce()
  const asked = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: pkce.challenge }
  const code = (await logIn(page, authorizeUrl(world.issuers.root, asked))).searchParams.get('code') ?? ''
  const login = { clientId: 'cli', redirectUri: REDIRECT, reference: '', code, verifier: pkce.verifier }
  const tokens = await redeem(login, HOME)
  const { id, last_network: first } = await newestGrant()
  expect(first).toBe('203.0.113.0/24')
  await refresh(tokens, OFFICE)
  expect((await newestGrant()).last_network).toBe('2001:db8:77::/48')

  await page.goto(`${world.app.url}/account`)
  await expect(page.getByText('Acme CLI').first()).toBeVisible()
  await expect(page.getByText('2001:db8')).toHaveCount(0)
  const operator = await (await browser.newContext()).newPage()
  await enterConsole(operator, world, await newOperator(world, 'acme', 'auditor'))
  for (const place of ['access', `access/grants/${id}`]) {
    await operator.goto(`${world.app.url}/console/acme/${place}`)
    await expect(operator.getByText('2001:db8:77::/48').first()).toBeVisible()
  }
  await operator.context().close()
})

test('a retry within the grace window tells nothing new, and a client cannot name its own network', async () => {
  const forged = { 'x-vestibule-client-address': '198.51.100.1' }
  const tokens = await redeem(await obtainCode(world), HOME, forged)
  expect((await newestGrant()).last_network).toBe('203.0.113.0/24')
  await refresh(tokens, OFFICE)
  await refresh(tokens, '192.0.2.55')
  expect((await newestGrant()).last_network).toBe('2001:db8:77::/48')
})

test('a stolen database contains no client address', async () => {
  const tokens = await redeem(await obtainCode(world), HOME)
  await refresh(tokens, OFFICE)
  const database = await world.openDatabase()
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  try {
    const [kept] = await sql`select
      (select string_agg(t::text, ' ') from refresh_tokens t) as tokens,
      (select string_agg(g::text, ' ') from grants g) as grants,
      (select string_agg(e::text, ' ') from security_events e) as events,
      (select string_agg(r::text, ' ') from authorization_requests r) as requests`
    const text = JSON.stringify(kept)
    expect(text).toContain('2001:db8:77::/48')
    for (const address of [HOME, OFFICE]) expect(text).not.toContain(address)
  } finally {
    await sql.end()
    await database.close()
  }
})
