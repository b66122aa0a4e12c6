import { createHash } from 'node:crypto'
import { startPostgres, type TestDatabase } from '@/test/postgres'
import {
  approachCallback,
  decide,
  locationOf,
  openConsent,
  REDIRECT,
  redirectQuery,
} from '../support/attack-login'
import { basic, introspect, obtainTokens, redeem, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { copyDatabase } from '../support/database-copy'
import { authorizeUrl, test as base, expect, makePkce, register } from '../support/test'
import { CONFIDENTIAL_SECRET, RESOURCE_SECRET, startWorld } from '../support/world'

/** A world whose database the thief can read; codes and challenges are in it, too. */
const test = base.extend<{ database: TestDatabase }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it.
  database: async ({}, use) => {
    const database = await startPostgres()
    await use(database)
    await database.close()
  },
})

const hashed = (secret: string) => createHash('sha256').update(secret).digest('hex')

test('a thief with a copy of the database finds nothing in it that he could use [AS-32 RFC-43 H-47]', async ({
  database,
}) => {
  const world = await startWorld({ DATABASE_URL: database.url })
  const { root } = world.issuers
  const client = await register(root, { redirect_uris: ['http://127.0.0.1/callback'] })
  const { client_id: clientId = '', client_secret: clientSecret = '' } = client
  const { verifier, challenge } = makePkce()
  const asked = { client_id: clientId, redirect_uri: REDIRECT, code_challenge: challenge }
  const secrets: Record<string, string> = {
    'the client’s secret': clientSecret,
    'the operator’s client’s secret': CONFIDENTIAL_SECRET,
    'the resource server’s secret': RESOURCE_SECRET,
    'our secret at the identity provider': 'upstream-client-secret-of-the-tests',
    'the verifier': verifier,
  }
  const expectNothing = async (hashes: readonly string[]) => {
    const copy = await copyDatabase(database.url)
    // The copy is whole: what must be found again is there, as a hash.
    for (const secret of hashes) expect(copy).toContain(hashed(secret))
    for (const [what, secret] of Object.entries(secrets)) {
      expect(secret.length, what).toBeGreaterThan(20)
      expect(copy.includes(secret), `${what} is in the database`).toBe(false)
    }
  }

  // After Allow, while the user is at the identity provider.
  const undecided = newVisitor()
  const consent = await openConsent(undecided, authorizeUrl(root, asked))
  const upstream = redirectQuery(await decide(world, undecided, consent))
  secrets['the form token'] = consent.token
  secrets['the upstream state'] = upstream.get('state') ?? ''
  await expectNothing([clientSecret, secrets['the upstream state']])

  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, authorizeUrl(root, asked))
  secrets['the upstream code'] = new URL(callback).searchParams.get('code') ?? ''
  const back = new URL(locationOf(await visitor.go(callback)))
  const code = back.searchParams.get('code') ?? ''
  secrets['the code'] = code
  await expectNothing([code])

  const login = { code, verifier, clientId, redirectUri: REDIRECT, reference: '' }
  const tokens = await obtainTokens(root, login, basic(clientId, clientSecret))
  const next = await (
    await refresh(root, tokens.refresh_token, { client_secret: clientSecret, client_id: clientId })
  ).json()
  Object.assign(secrets, {
    'the access token': tokens.access_token,
    'the refresh token': tokens.refresh_token,
    'the successor’s access token': next.access_token,
    'the successor': next.refresh_token,
  })
  await expectNothing([tokens.refresh_token, next.refresh_token])
  // What was looked for is what works.
  expect(await introspect(world, next.access_token)).toMatchObject({ active: true })
  expect((await redeem(root, login)).status).toBe(401)
  await world.stop()
})
