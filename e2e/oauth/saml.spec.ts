import {
  encoded,
  readRequest,
  type SamlTestProvider,
  samlProvider,
} from '@/lib/upstream/test-support/saml-provider'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { decide, locationOf, openConsent, REDIRECT, redirectQuery } from '../support/attack-login'
import { newSlug } from '../support/attack-server'
import { obtainTokens, refresh, type Tokens } from '../support/attack-tokens'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { ageUpstreamTokens, grantOf } from '../support/backdate'
import { hostFetch } from '../support/host-fetch'
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
  const { asked } = await approach(world, victim)
  const xml = provider.respond(asked)
  const first = await postFrom(asked, xml)
  expect(first.status).toBe(303)
  expect((await attacker.go(locationOf(first))).status).toBe(400)
  // In a login of the attacker's own, before its browser is there and after.
  const replay = async () => {
    const own = await approach(world, attacker)
    const posted = await postFrom({ ...asked, state: own.asked.state }, xml)
    const page = await attacker.go(locationOf(posted))
    expect(await page.text()).toContain(own.reference)
    return (await world.app.cli(['timeline', own.reference])).stdout
  }
  expect(await replay()).toContain('upstream_response_invalid')
  const answer = await victim.go(locationOf(first))
  expect(redirectQuery(answer).get('code')).toBeTruthy()
  expect(await replay()).toContain('upstream_response_invalid')
  const again = await postFrom(asked, xml)
  for (const browser of [attacker, victim]) expect((await browser.go(locationOf(again))).status).toBe(400)
})

test('a browser that did not get the answer to its post sends it again, and goes on', async ({ world }) => {
  const visitor = newVisitor()
  const { asked } = await approach(world, visitor)
  const xml = provider.respond(asked)
  const lost = await postFrom(asked, xml)
  const [again, atOnce] = await Promise.all([postFrom(asked, xml), postFrom(asked, xml)])
  for (const { headers } of [again, atOnce]) expect(headers.get('location')).toBe(locationOf(lost))
  expect(redirectQuery(await visitor.go(locationOf(again))).get('code')).toBeTruthy()
})

/** What its provider is asked, and answers. */
async function tokensOf(world: World): Promise<Tokens> {
  const visitor = newVisitor()
  const { asked, verifier } = await approach(world, visitor)
  const posted = await postFrom(asked, provider.respond(asked))
  const code = redirectQuery(await visitor.go(locationOf(posted))).get('code') ?? ''
  return obtainTokens(issuerOf(world), {
    code,
    verifier,
    clientId: 'cli',
    redirectUri: REDIRECT,
    reference: '',
  })
}

test('a login that is older than upstream_max_age ends, and its user is told to sign in again', async ({
  world,
}) => {
  const apply = async (settings: readonly string[]) =>
    (await world.inside()).apply(samlConfiguration(slug, provider.metadata, settings))
  let { refresh_token: token, ...first } = await tokensOf(world)
  const grant = grantOf({ ...first, refresh_token: token })
  const next = async () => {
    const answer = await refresh(issuerOf(world), token)
    const body = await answer.json()
    if (answer.status === 200) token = body.refresh_token
    return { status: answer.status, ...body }
  }
  // Without an age that somebody set it lives on, also from memory.
  await ageUpstreamTokens(world, grant, 20 * 24 * 3600)
  for (let use = 0; use < 3; use++) expect((await next()).status).toBe(200)
  await apply(['upstream_max_age: 2592000'])
  for (let use = 0; use < 3; use++) expect((await next()).status).toBe(200)
  await ageUpstreamTokens(world, grant, 11 * 24 * 3600)
  expect(await next()).toMatchObject({
    status: 400,
    error: 'invalid_grant',
    error_description: expect.stringContaining('sign in again'),
  })
  expect((await next()).status).toBe(400)
  const { stdout } = await world.app.cli(['events', slug])
  expect(stdout.split('\n').find((line) => line.includes(`grant=${grant}`))).toContain('upstream_login_old')
  // And a new login is good.
  const again = await tokensOf(world)
  expect((await refresh(issuerOf(world), again.refresh_token)).status).toBe(200)
  await apply([])
})

test('a user of a SAML provider who is deactivated over SCIM has nothing left, and cannot log in', async ({
  world,
}) => {
  const { refresh_token } = await tokensOf(world)
  const { stdout } = await world.app.cli(['api-keys', 'create', '--installation', '--name', slug])
  const made = await fetch(`${world.app.url}/api/v1/organizations/${slug}/connections/main/scim-token`, {
    method: 'POST',
    headers: { authorization: `Bearer ${/vst_key_[\w-]+/.exec(stdout)?.[0]}` },
  })
  const headers = {
    authorization: `Bearer ${(await made.json()).token}`,
    'content-type': 'application/scim+json',
  }
  const scim = (method: string, path: string, body?: object) =>
    fetch(`${world.app.url}/scim/v2/Users${path}`, { method, headers, body: JSON.stringify(body) })
  const gone = await scim('POST', '', { userName: 'una', externalId: 'una', active: false })
  expect(gone.status).toBe(201)
  expect((await (await refresh(issuerOf(world), refresh_token)).json()).error).toBe('invalid_grant')
  await expect(tokensOf(world)).rejects.toThrow()
  expect((await scim('DELETE', `/${(await gone.json()).id}`)).status).toBe(204)
  expect((await scim('POST', '', { userName: 'una', externalId: 'una', active: true })).status).toBe(201)
  expect((await tokensOf(world)).refresh_token).toBeTruthy()
})

test('another RelayState leads to no login, neither of this browser nor of another', async ({ world }) => {
  const [victim, attacker] = [newVisitor(), newVisitor()]
  const [theirs, own] = [await approach(world, victim), await approach(world, attacker)]
  for (const state of ['', 'x', `${own.asked.state}x`, theirs.asked.state, `${own.asked.state}&code=x`]) {
    const posted = await postFrom({ ...own.asked, state }, provider.respond(own.asked))
    expect(posted.status).toBe(303)
    expect(redirectQuery(posted).getAll('state')).toEqual([state])
    expect(locationOf(posted).startsWith(`${world.app.url}/oauth/callback/${slug}?`)).toBe(true)
    for (const visitor of [attacker, newVisitor()])
      expect((await visitor.go(locationOf(posted))).status).toBe(400)
  }
  // The attacker's assertion in the victim's own browser, with the victim's own state.
  const posted = await postFrom({ ...own.asked, state: theirs.asked.state }, provider.respond(own.asked))
  const page = await victim.go(locationOf(posted))
  expect(await page.text()).toContain(theirs.reference)
  const { stdout } = await world.app.cli(['timeline', theirs.reference])
  expect(stdout).toContain('upstream_assertion_unasked')
})

test('a tile at the provider, whose assertion nobody asked for, logs nobody in', async ({ world }) => {
  const visitor = newVisitor()
  const acs = `${world.app.url}/oauth/callback/${slug}`
  const posted = await postFrom({ acs, requestId: '', state: '' }, provider.respond({ acs }))
  const page = await visitor.go(locationOf(posted))
  expect(page.status).toBe(400)
  // Neither in the place of a login that is under way.
  const { asked, reference } = await approach(world, visitor)
  const unasked = await postFrom(asked, provider.respond({ acs: asked.acs }))
  expect(await (await visitor.go(locationOf(unasked))).text()).toContain(reference)
  const { stdout } = await world.app.cli(['timeline', reference])
  expect(stdout).toContain('Logins begin in the MCP client')
})

test('our metadata is there for SAML connections alone, on our own origin, and has no private half', async ({
  world,
}) => {
  const of = (id: string) => `${world.app.url}/oauth/connections/${id}/saml-metadata`
  const response = await fetch(of(slug))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/samlmetadata+xml')
  expect(response.headers.get('cache-control')).toMatch(/^public, max-age=[1-9]\d+$/)
  const xml = await response.text()
  expect(xml).toContain(`entityID="${world.app.url}/oauth/callback/${slug}"`)
  expect(xml.match(/<ds:X509Certificate>/g)?.length).toBe(2)
  expect(xml).not.toContain('PRIVATE')
  expect(await (await fetch(of(slug))).text()).toBe(xml)
  const other = newSlug()
  await (await world.inside()).apply(samlConfiguration(other, provider.metadata))
  const [certificate = ''] = /<ds:X509Certificate>[^<]+/.exec(xml) ?? []
  expect(await (await fetch(of(other))).text()).not.toContain(certificate)
  for (const id of ['none', `${slug}x`, 'main-idp', '']) expect((await fetch(of(id))).status).toBe(404)
  expect((await hostFetch(`${world.issuers.host}/oauth/connections/${slug}/saml-metadata`)).status).toBe(404)
  expect((await fetch(of(slug), { method: 'POST' })).status).toBe(405)
})

test('an attacker finds nothing at the address of another type of connection', async ({ world }) => {
  const answer = await newVisitor().submit(`${world.app.url}/oauth/callback/none`, { SAMLResponse: 'PHg+' })
  expect(answer.status).toBe(404)
})
