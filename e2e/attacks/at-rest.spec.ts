import { randomBytes } from 'node:crypto'
import { startMisbehavingProvider } from '@/lib/upstream/test-support/misbehaving-provider'
import { startPostgres } from '@/test/postgres'
import { hasRedis, startRedis } from '@/test/redis-server'
import { decide, locationOf, obtainCode, openConsent, REDIRECT, redirectQuery } from '../support/attack-login'
import { addServer } from '../support/attack-server'
import { basic, obtainTokens, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { copiedStrings } from '../support/copied-strings'
import { copyDatabase } from '../support/database-copy'
import { DEVICE_GRANT } from '../support/device'
import { type Everything, giveOutEverything } from '../support/everything'
import { type HostRequest, hostFetch } from '../support/host-fetch'
import { keyOfKeptAnswer, receiveAssertion } from '../support/kept-and-waiting'
import { pushed, soundRequest, URN } from '../support/push'
import { copyRedis } from '../support/redis-copy'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import { CONFIDENTIAL_SECRET, RESOURCE_SECRET, startWorld, type World } from '../support/world'

// A test starts servers of its own: their stores hold what it knows of, and nothing else.

test('an attacker with a copy of Postgres and Redis, taken in the middle of load, has nothing that opens anything', async () => {
  test.skip(!hasRedis, 'redis-server is not on the PATH')
  test.slow(Boolean(process.env.NEXT_ALONE), 'Next alone takes several times as long for each guess')
  const [database, redis] = [await startPostgres(), await startRedis()]
  // Mails are made, and wait: nobody listens there.
  const mail = { SMTP_URL: `smtp://vestibule:${MAIL_PASSWORD}@127.0.0.1:9`, MAIL_FROM: 'login@example.com' }
  const stores = { DATABASE_URL: database.url, REDIS_URL: redis.url }
  const world = await startWorld({ ...stores, ...mail, RATE_LIMITS: '0' })
  const { stdout } = await world.app.cli(['api-keys', 'create', '--installation', '--name', 'tests'])
  const everything = await giveOutEverything(world, stdout.trim())
  const known = {
    ...everything.held,
    ...(await useProvider(world)),
    ...(await receiveAssertion(world)),
    'the key in an answer that is kept': await keyOfKeptAnswer(world, everything),
    'the password of the mail server': MAIL_PASSWORD,
  }

  const load = startLoad(world)
  const copy = [...(await copyDatabase(database.url)).split('\n'), ...(await copyRedis(redis.url))]
  await load.stop()

  // The copies are those of the right stores, and were read to their end.
  const whole = copy.join('\n')
  for (const text of ['Confidential', 'alice@example.com', 'auth:code:', 'auth:request:', '"recipient":"'])
    expect(whole).toContain(text)
  for (const [what, secret] of Object.entries(known)) {
    if (['client_id', 'request', 'user_code'].includes(what)) continue
    expect(secret.length, what).toBeGreaterThan(15)
    const bytes = Buffer.from(secret)
    for (const form of [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')])
      expect(whole.includes(form), `${what} is in a store`).toBe(false)
  }
  expect(whole).not.toMatch(/vst_(code|at|rt|cs|rat|iat|dc|rs|key|scim)_[A-Za-z0-9_-]{20}/)
  // Nor a private key: `d` is its member, and PEM its other form.
  expect(whole).not.toMatch(/\\?"d\\?":|PRIVATE KEY/)

  const strings = copiedStrings(copy)
  expect(strings.length).toBeGreaterThan(50)
  const found: string[] = []
  for (const attempt of attemptsOn(world, everything)) {
    // What a guess gets, of each shape that a string may have.
    const guesses = [
      attempt.prefix + randomBytes(32).toString('base64url'),
      'x'.repeat(20),
      'x y',
      'ü',
      '%',
      'x'.repeat(3_000),
    ]
    const refusals = new Set(await Promise.all(guesses.map((guess) => outcomeOf(attempt, guess))))
    const candidates = strings.filter((text) => attempt.mayBe?.test(text) ?? true)
    const tried = new Set(candidates.flatMap((text) => (isBody(text) ? [text, attempt.prefix + text] : text)))
    await inParallel([...tried], async (text) => {
      const outcome = await outcomeOf(attempt, text)
      if (!refusals.has(outcome)) found.push(`${attempt.what}: ${text} (${outcome.slice(0, 200)})`)
    })
    // It would have been seen: what was given out is taken.
    expect(refusals.has(await outcomeOf(attempt, await heldOf(attempt))), `${attempt.what} itself`).toBe(
      false,
    )
  }
  expect(found).toEqual([])
  await everything.server.close()
  await world.stop()
  await Promise.all([database.close(), redis.close()])
})

type Attempt = {
  readonly what: string
  /** What was given out as it, and is good; made anew where that would not live long enough. */
  readonly held: string | (() => Promise<string>)
  readonly prefix: string
  /** Others need not be sent: pages take their time, and a token of a link has one shape. */
  readonly mayBe?: RegExp
  readonly send: (secret: string) => Promise<Response>
}

/** Every place where a secret opens something. */
function attemptsOn(world: World, { server, held }: Everything): readonly Attempt[] {
  const { issuer, slug } = server
  const token = (form: Record<string, string>, headers = {}) =>
    hostFetch(`${issuer}/oauth/token`, { method: 'POST', body: new URLSearchParams(form), headers })
  const at = (path: string, request: HostRequest = {}) => hostFetch(world.app.url + path, request)
  const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${printable(secret)}` } })
  const cookie = (name: string) => (secret: string) => ({
    headers: { cookie: `${name}=${printable(secret)}` },
  })
  const link = (what: keyof typeof held, path: string): Attempt => ({
    what,
    held: held[what],
    prefix: '',
    mayBe: /^[\w-]{32,90}$/,
    send: (secret) => at(path + encodeURIComponent(secret)),
  })
  const [sessionName = '', session = ''] = held.operator_session.split(/=(.*)/)
  const attempt = (what: keyof typeof held, prefix: string, send: Attempt['send']): Attempt => ({
    what,
    held: held[what],
    prefix,
    send,
  })
  const pkce = makePkce()
  return [
    // A code lives for a minute, a pushed request for one and a half.
    {
      ...attempt('code', 'vst_code_', (code) =>
        token({
          grant_type: 'authorization_code',
          client_id: 'cli',
          redirect_uri: REDIRECT,
          code,
          code_verifier: pkce.verifier,
        }),
      ),
      held: async () => (await obtainCode(world, { issuer, pkce })).code,
    },
    {
      ...attempt('request_uri', URN, (uri) =>
        hostFetch(`${issuer}/oauth/authorize?${new URLSearchParams({ client_id: 'cli', request_uri: uri })}`),
      ),
      held: () => pushed(issuer, soundRequest()),
    },
    attempt('installation_key', 'vst_key_', (key) => at('/api/v1/organizations', bearer(key))),
    attempt('api_key', 'vst_key_', (key) => at(`/api/v1/organizations/${slug}/servers`, bearer(key))),
    attempt('scim_token', 'vst_scim_', (secret) => at('/scim/v2/Users', bearer(secret))),
    attempt('client_secret', 'vst_cs_', (secret) =>
      token(
        { grant_type: 'refresh_token', refresh_token: 'x' },
        basic(held.client_id, Buffer.from(secret).toString()),
      ),
    ),
    attempt('registration_access_token', 'vst_rat_', (secret) =>
      hostFetch(`${issuer}/oauth/register/${held.client_id}`, bearer(secret)),
    ),
    attempt('registration_token', 'vst_iat_', (secret) =>
      hostFetch(`${issuer}/oauth/register`, {
        method: 'POST',
        body: JSON.stringify({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }),
        // Without a token anybody may register here.
        headers: {
          ...bearer(secret.replace(/[^\x21-\x7e]/g, '') || 'x').headers,
          'content-type': 'application/json',
        },
      }),
    ),
    attempt('access_token', 'vst_at_', (secret) =>
      hostFetch(`${issuer}/oauth/introspect`, {
        method: 'POST',
        body: new URLSearchParams({ token: secret }),
        ...bearer(RESOURCE_SECRET),
      }),
    ),
    {
      ...link('operator_session', ''),
      held: session,
      send: (secret) => at('/console/account', cookie(sessionName)(secret)),
    },
    {
      ...link('user_session', ''),
      send: (secret) => at('/account', cookie(`vst_consent_account=x; vst_session_${slug}`)(secret)),
    },
    link('setup_link', '/setup/connection/'),
    link('invitation', '/console/invitations/'),
    link('operator_link', '/console/operators/link/'),
    link('password_link', '/setup/password?link='),
    attempt('device_code', 'vst_dc_', (code) =>
      token({ grant_type: DEVICE_GRANT, client_id: 'tv', device_code: code }),
    ),
    attempt('refresh_token', 'vst_rt_', (secret) => refresh(issuer, secret)),
  ]
}

const MAIL_PASSWORD = 'the-password-of-the-mail-server'

const heldOf = ({ held }: Attempt) => (typeof held === 'string' ? held : held())

/** What a token is behind its prefix. */
const isBody = (text: string) => /^[\w-]{32,}$/.test(text)

/** What a header can hold. */
const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '')

/** What an answer says, whatever was asked with, and whatever reference it has. */
async function outcomeOf({ send }: Attempt, secret: string): Promise<string> {
  // A connection that was kept may end at any time; asking again changes nothing, for nothing is spent by a guess.
  let response = await send(secret).catch(() => send(secret))
  // Nor is anything opened by a server that is too busy to look.
  while (response.status === 503) response = await send(secret)
  const text = await response.text()
  const { pathname } = new URL(locationOf(response) || '/', 'http://localhost')
  const said = text.startsWith('{') ? spoken(JSON.parse(text)) : shown(text, secret)
  return `${response.status} ${pathname} ${said}`
}

/** The error in an answer, otherwise which members it has. */
const spoken = ({ error, type, ...more }: Record<string, unknown>) =>
  String(error ?? type ?? Object.keys(more))

function shown(html: string, secret: string): string {
  const [, main = html] = /<main[^>]*>([\s\S]*?)<\/main>/.exec(html) ?? []
  const text = main.replace(/<script[\s\S]*?<\/script>|<[^>]*>/g, ' ').replaceAll(secret, '…')
  return text.replace(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/g, '…').replace(/\s+/g, ' ')
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index]
      if (item !== undefined) await work(item)
    }
  }
  await Promise.all(Array.from({ length: 12 }, worker))
}

/** Logins and refreshes, one after another, until it is stopped. */
function startLoad(world: World) {
  let isOver = false
  const run = async () => {
    while (!isOver) {
      const tokens = await obtainTokens(world.issuers.root, await obtainCode(world))
      await refresh(world.issuers.root, tokens.refresh_token)
    }
  }
  const running = [run(), run()]
  return {
    async stop() {
      isOver = true
      await Promise.all(running)
    },
  }
}

/** Logs in at a provider of its own, and leaves one login open, so that each kind of secret there is was used. */
async function useProvider(world: World): Promise<Record<string, string>> {
  const provider = await startMisbehavingProvider()
  const server = await addServer(world, provider)
  const visitor = newVisitor()
  const url = authorizeUrl(server.issuer, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const upstream = locationOf(await decide(world, visitor, await openConsent(visitor, url)))
  const answer = await visitor.go(locationOf(await visitor.go(upstream)))
  const open = redirectQuery(await decide(world, visitor, await openConsent(visitor, url)))
  await provider.stop()
  const issued = provider.secrets.map((secret, index) => [`secret ${index} of the provider`, secret])
  return {
    ...Object.fromEntries(issued),
    'the code of the provider’s user': redirectQuery(answer).get('code') ?? '',
    'the operator’s client secret': CONFIDENTIAL_SECRET,
    'the resource server’s credential': RESOURCE_SECRET,
    'our secret at the provider': 'upstream-client-secret-of-the-tests',
    'the state of a login under way': open.get('state') ?? '',
  }
}
