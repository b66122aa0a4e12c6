import {
  encoded,
  readRequest,
  type SamlTestProvider,
  samlProvider,
} from '@/lib/upstream/test-support/saml-provider'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { decide, locationOf, openConsent, REDIRECT, redirectQuery } from '../support/attack-login'
import { newSlug } from '../support/attack-server'
import { obtainTokens } from '../support/attack-tokens'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { samlConfiguration } from '../support/saml-configuration'
import { authorizeUrl, expect, logIn, makePkce, test } from '../support/test'
import type { World } from '../support/world'

let idp: LoopbackServer
let provider: SamlTestProvider
const slug = newSlug()
const issuerOf = ({ app }: World) => `${app.url}/s/${slug}`

/** It answers as many do: with a form that posts itself, from another site than ours. */
test.beforeAll(async ({ world }) => {
  idp = await listenOnLoopback(0, () => (request, response) => {
    const asked = readRequest(`${site(world, idp)}${request.url}`)
    const form = `<form method="post" action="${asked.acs}">
      <input name="SAMLResponse" value="${encoded(provider.respond(asked))}"><input name="RelayState" value="${asked.state}">
      </form><script>document.forms[0].submit()</script>`
    response.writeHead(200, { 'content-type': 'text/html' }).end(form)
  })
  provider = samlProvider(`${site(world, idp)}/sso`)
  await (await world.inside()).apply(samlConfiguration(slug, provider.metadata))
})
test.afterAll(() => idp.close())

/** Another site than the application's. */
function site({ app }: World, { origin }: LoopbackServer): string {
  const ours = new URL(app.url).hostname
  return origin.replace('localhost', ours === 'localhost' ? '127.0.0.1' : 'localhost')
}

const urlFor = (world: World, challenge: string) =>
  authorizeUrl(issuerOf(world), { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: challenge })

/** Goes to the provider, and stops with what it asks. */
async function approach(world: World, visitor: Visitor) {
  const { challenge, verifier } = makePkce()
  const consent = await openConsent(visitor, urlFor(world, challenge))
  const allowed = await decide(world, visitor, consent)
  return { verifier, reference: consent.reference, asked: readRequest(locationOf(allowed)) }
}

/** A post from another site carries no cookie. */
const postFrom = (asked: ReturnType<typeof readRequest>, xml: string) =>
  newVisitor().submit(
    asked.acs,
    { SAMLResponse: encoded(xml), RelayState: asked.state },
    'https://idp.example',
  )

test('a browser logs in at a SAML provider of another site', async ({ page, world }) => {
  const { challenge, verifier } = makePkce()
  const back = await logIn(page, urlFor(world, challenge))
  const code = back.searchParams.get('code') ?? ''
  const login = { code, verifier, clientId: 'cli', redirectUri: REDIRECT, reference: '' }
  const tokens = await obtainTokens(issuerOf(world), login)
  expect(tokens.access_token).not.toBe('')
})

test('an assertion that comes twice, or to another browser, logs nobody in', async ({ world }) => {
  const [victim, attacker] = [newVisitor(), newVisitor()]
  const { asked, reference } = await approach(world, victim)
  const xml = provider.respond(asked)
  const first = await postFrom(asked, xml)
  expect(first.status).toBe(303)
  expect((await attacker.go(locationOf(first))).status).toBe(400)
  const again = await postFrom(asked, xml)
  expect(redirectQuery(again).get('error')).toBe('replayed')
  const answer = await victim.go(locationOf(first))
  expect(redirectQuery(answer).get('code')).toBeTruthy()
  expect(reference).not.toBe('')
})

test('a login whose assertion is not signed ends with its reference, and its timeline says why', async ({
  world,
}) => {
  const visitor = newVisitor()
  const { asked, reference } = await approach(world, visitor)
  const posted = await postFrom(asked, provider.respond(asked, {}, false))
  const page = await visitor.go(locationOf(posted))
  expect(await page.text()).toContain(reference)
  const { stdout } = await world.app.cli(['timeline', reference])
  expect(stdout).toContain('upstream_signature_invalid')
})

test('an attacker finds nothing at the address of another type of connection', async ({ world }) => {
  const answer = await newVisitor().submit(`${world.app.url}/oauth/callback/none`, { SAMLResponse: 'PHg+' })
  expect(answer.status).toBe(404)
})
