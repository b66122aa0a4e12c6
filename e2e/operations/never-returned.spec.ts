import { startIdentityProvider } from '../../sandbox/identity-provider'
import { decide, locationOf, openConsent, REDIRECT } from '../support/attack-login'
import { addServer } from '../support/attack-server'
import { newVisitor } from '../support/attack-visitor'
import { expireLogin } from '../support/backdate'
import { authorizeUrl, expect, makePkce, test } from '../support/test'

test('a login whose callback URL the identity provider does not know says so, with the URL to register', async ({
  world,
}) => {
  const clientSecret = 'upstream-client-secret-of-the-tests'
  const idp = await startIdentityProvider({
    port: 0,
    clientId: 'vestibule',
    clientSecret,
    redirectUris: ['https://other.example/callback'],
  })
  try {
    const server = await addServer(world, { issuer: idp.issuer, clientId: 'vestibule', clientSecret })
    const visitor = newVisitor()
    const { challenge } = makePkce()
    const query = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: challenge }
    const consent = await openConsent(visitor, authorizeUrl(server.issuer, query))
    const refused = await visitor.go(locationOf(await decide(world, visitor, consent)))
    expect(refused.status).toBe(400)

    const timeline = async () => (await world.app.cli(['timeline', consent.reference])).stdout
    expect(await timeline()).toMatch(/Outcome: +under way/)
    expect(await timeline()).not.toContain('never_returned')
    await expireLogin(world, consent.requestId)
    expect(await timeline()).toMatch(/Outcome: +given up/)
    const callback = `${world.app.url}/oauth/callback/${server.connectionId}`
    expect(await timeline()).toMatch(
      new RegExp(`upstream +failed +upstream_never_returned .* ${callback}\\n +The user was sent`),
    )
  } finally {
    await idp.close()
  }
})
