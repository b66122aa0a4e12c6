import { answerQuery, expectPage } from '../support/attack-answers'
import {
  approachCallback,
  decide,
  locationOf,
  logInUpstream,
  obtainCode,
  openConsent,
  REDIRECT,
} from '../support/attack-login'
import { basic, outcome, postForm, redeem, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { block, unblock } from '../support/blocking'
import { answerDevice, beginDevice, pollDevice, startDeviceServer, typeCode } from '../support/device'
import { startDocumentHost } from '../support/document-host'
import { startEnterprise } from '../support/enterprise'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { push, soundRequest } from '../support/push'
import { kindOf, newKnownVisitor, rememberedClient } from '../support/remembering'
import { authorizeUrl, test as base, expect, makePkce } from '../support/test'
import { CONFIDENTIAL_SECRET } from '../support/world'

const MACHINE =
  '  - { client_id: nightly, token_endpoint_auth_method: client_secret_basic, client_secret: "env:CONFIDENTIAL_SECRET", grant_types: [client_credentials] }'

/** A server for each test, so that blocking affects no other test. */
const test = base.extend<{ server: OwnServer }>({
  server: async ({ world }, use) => {
    const server = await startOwnServer(world, [MACHINE])
    await use(server)
    await server.close()
  },
})

const urlOf = ({ issuer }: OwnServer) =>
  authorizeUrl(issuer, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })

test('a blocked client is shown a page, pushes nothing, and none of its tokens is good', async ({
  world,
  server,
}) => {
  const tokens = await server.logIn()
  const pending = await obtainCode(world, { issuer: server.issuer })
  const cli = { organization: server.slug, client: 'cli' }
  await block(world, cli)
  const page = await expectPage(await newVisitor().go(urlOf(server)))
  expect(page).toContain('This application is blocked')
  expect(await outcome(await push(server.issuer, soundRequest()))).toBe('400 unauthorized_client')
  expect(await outcome(await refresh(server.issuer, tokens.refresh_token))).toBe('400 invalid_grant')
  expect(await outcome(await redeem(server.issuer, pending))).toBe('400 invalid_grant')
  expect(await server.introspect(tokens.access_token)).toEqual({ active: false })
  const userinfo = await fetch(`${server.issuer}/oauth/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  expect(userinfo.status).toBe(401)
  await unblock(world, cli)
  expect(await server.introspect(tokens.access_token)).toMatchObject({ active: true })
  expect(await outcome(await refresh(server.issuer, tokens.refresh_token))).toBe('200 ok')
})

test('a login under way does not outrun the block of its client', async ({ world, server }) => {
  const [undecided, decided] = [newVisitor(), newVisitor()]
  const consent = await openConsent(undecided, urlOf(server))
  const { callback } = await approachCallback(world, decided, urlOf(server))
  await block(world, { organization: server.slug, client: 'cli' })
  await expectPage(await decide(world, undecided, consent))
  await expectPage(await decided.go(callback))
})

test('a blocked user gets no login, nor does what they connected get a token', async ({ world, server }) => {
  const tokens = await server.logIn()
  const pending = await obtainCode(world, { issuer: server.issuer })
  const alice = { organization: server.slug, user: 'alice' }
  await block(world, alice)
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, urlOf(server))
  const answer = await answerQuery(await visitor.go(callback))
  expect([answer.get('error'), answer.get('code')]).toEqual(['access_denied', null])
  expect(await outcome(await refresh(server.issuer, tokens.refresh_token))).toBe('400 invalid_grant')
  expect(await outcome(await redeem(server.issuer, pending))).toBe('400 invalid_grant')
  expect(await server.introspect(tokens.access_token)).toEqual({ active: false })
  const bob = await obtainCode(world, { issuer: server.issuer, username: 'bob' })
  expect(await outcome(await redeem(server.issuer, bob))).toBe('200 ok')
  await unblock(world, alice)
  expect(await outcome(await refresh(server.issuer, tokens.refresh_token))).toBe('200 ok')
})

test('a remembered consent does not get around the block of its user or its client', async ({
  world,
  server,
}) => {
  const host = await startDocumentHost()
  const client = rememberedClient(world, host, { issuer: server.issuer })
  const visitor = await newKnownVisitor(client)
  const answer = await client.ask(visitor)
  expect(kindOf(world, answer)).toBe('upstream')
  const alice = { organization: server.slug, user: 'alice' }
  await block(world, alice)
  // The login that an earlier answer had let through, and the next one.
  const callback = await logInUpstream(world, visitor, locationOf(answer))
  expect((await answerQuery(await visitor.go(callback))).get('error')).toBe('access_denied')
  expect(kindOf(world, await client.ask(visitor))).toBe('page')
  await unblock(world, alice)
  await client.logIn(visitor)
  await block(world, { organization: server.slug, client: client.clientId })
  await expectPage(await visitor.go(client.url()))
  await host.close()
})

test('a device does not get around it', async ({ world }) => {
  const server = await startDeviceServer(world)
  const tv = { organization: server.slug, client: 'tv' }
  const [waiting, approved] = [await beginDevice(server.issuer), await beginDevice(server.issuer)]
  await answerDevice(world, approved.user_code)
  await block(world, tv)
  const begun = await postForm(server.issuer, '/oauth/device_authorization', { client_id: 'tv' })
  expect(await outcome(begun)).toBe('400 unauthorized_client')
  expect(await typeCode(world, newVisitor(), waiting.user_code)).not.toContain('/oauth/consent')
  for (const { device_code } of [waiting, approved])
    expect(await outcome(await pollDevice(server.issuer, device_code))).toBe('400 invalid_grant')
  await unblock(world, tv)
  await block(world, { organization: server.slug, user: 'alice' })
  expect(await outcome(await pollDevice(server.issuer, approved.device_code))).toBe('400 invalid_grant')
  await server.close()
})

test('a machine does not get around it', async ({ world, server }) => {
  const ask = () =>
    postForm(
      server.issuer,
      '/oauth/token',
      { grant_type: 'client_credentials' },
      basic('nightly', CONFIDENTIAL_SECRET),
    )
  const { access_token } = await (await ask()).json()
  await block(world, { organization: server.slug, client: 'nightly' })
  expect(await outcome(await ask())).toBe('400 unauthorized_client')
  expect(await server.introspect(access_token)).toEqual({ active: false })
})

test('the word of a company does not get around it', async ({ world }) => {
  const company = await startEnterprise(world)
  const organization = new URL(company.issuer).pathname.slice('/s/'.length)
  const present = async () => outcome(await company.present(await company.assertion()))
  expect(await present()).toBe('200 ok')
  await block(world, { organization, user: 'alice' })
  expect(await present()).toBe('400 invalid_grant')
  await unblock(world, { organization, user: 'alice' })
  await block(world, { organization, client: 'agent' })
  expect(await present()).toBe('400 invalid_grant')
  await company.close()
})
