import { startMisbehavingProvider } from '@/lib/upstream/test-support/misbehaving-provider'
import { startPostgres } from '@/test/postgres'
import { decide, locationOf, obtainCode, openConsent, REDIRECT, redirectQuery } from '../support/attack-login'
import { addServer } from '../support/attack-server'
import { obtainTokens } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { copyDatabase } from '../support/database-copy'
import { authorizeUrl, expect, makePkce, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET, RESOURCE_SECRET, startWorld, type World } from '../support/world'

// A test starts servers of its own.

test('who copies the database finds in it nothing that opens anything', async () => {
  const database = await startPostgres()
  const world = await startWorld({ DATABASE_URL: database.url })
  const secrets = await useEverything(world)
  const copy = await copyDatabase(database.url)

  // The copy is one of the right database, and was read to its end.
  expect(copy).toContain('Secretive Client')
  expect(copy).toContain('alice@example.com')
  for (const [what, secret] of Object.entries(secrets)) {
    expect(secret.length, what).toBeGreaterThan(15)
    const bytes = Buffer.from(secret)
    for (const form of [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')])
      expect(copy.includes(form), `${what} is in the database`).toBe(false)
  }
  expect(copy).not.toMatch(/vst_(code|at|rt|cs|rat|dc|rs|key)_[A-Za-z0-9_-]{20}/)
  // Nor a private key: `d` is its member, and PEM its other form.
  expect(copy).not.toMatch(/\\?"d\\?":|PRIVATE KEY/)

  await world.stop()
  await database.close()
})

/** Logs in at two providers and leaves one login open, so that each kind of secret there is was used. */
async function useEverything(world: World): Promise<Record<string, string>> {
  const { root } = world.issuers
  const { client_id: clientId = '', client_secret = '' } = await register(root, {
    client_name: 'Secretive Client',
    redirect_uris: [REDIRECT],
  })
  const unredeemed = await obtainCode(world, { clientId })
  const login = await obtainCode(world)
  const tokens = await obtainTokens(root, login)

  const provider = await startMisbehavingProvider()
  const server = await addServer(world, provider)
  const visitor = newVisitor()
  const url = authorizeUrl(server.issuer, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const consent = await openConsent(visitor, url)
  const upstream = locationOf(await decide(world, visitor, consent))
  const answer = await visitor.go(locationOf(await visitor.go(upstream)))
  const other = await openConsent(visitor, url)
  const open = redirectQuery(await decide(world, visitor, other))
  await provider.stop()
  const issued = provider.secrets.map((secret, index) => [`secret ${index} of the provider`, secret])
  return {
    ...Object.fromEntries(issued),
    'a code': unredeemed.code,
    'the code of the provider’s user': redirectQuery(answer).get('code') ?? '',
    'a spent code': login.code,
    'an access token': tokens.access_token,
    'a refresh token': tokens.refresh_token,
    'a client secret': client_secret,
    'the operator’s client secret': CONFIDENTIAL_SECRET,
    'the resource server’s credential': RESOURCE_SECRET,
    'our secret at the provider': 'upstream-client-secret-of-the-tests',
    'the state of a login under way': open.get('state') ?? '',
    'the token of a form': other.token,
  }
}
