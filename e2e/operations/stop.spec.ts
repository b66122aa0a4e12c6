import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { startMisbehavingProvider } from '@/lib/upstream/test-support/misbehaving-provider'
import { expectFailedLogin, wayBackOf } from '../support/attack-answers'
import { decide, locationOf, openConsent, REDIRECT } from '../support/attack-login'
import { addServer } from '../support/attack-server'
import { newVisitor } from '../support/attack-visitor'
import { ageTakenLogin } from '../support/backdate'
import { authorizeUrl, expect, makePkce, test } from '../support/test'

/** Answers as what is behind it, when it may. */
async function startHolding(behind: string) {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const server = createServer(async (request, response) => {
    const { authorization = '', 'content-type': type = '' } = request.headers
    const body = await text(request)
    await released
    const headers = { authorization, 'content-type': type }
    const answer = await fetch(behind, { method: 'POST', headers, body })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  }).listen(0, '127.0.0.1')
  const asked = once(server, 'request')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/token`,
    asked,
    release: () => release(),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('a login that an instance cut off when it stopped comes to another one, which leads back to the client', async ({
  world,
}) => {
  const provider = await startMisbehavingProvider()
  const slow = await startHolding(`${provider.origin}/token`)
  provider.misbehave({ metadata: { token_endpoint: slow.url } })
  const server = await addServer(world, provider)
  const visitor = newVisitor()
  const asked = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: makePkce().challenge, state: 's' }
  const consent = await openConsent(visitor, authorizeUrl(server.issuer, asked))
  const allowed = await decide(world, visitor, consent)
  const callback = locationOf(await visitor.go(locationOf(allowed)))
  const other = await world.sibling()
  const cookie = visitor
    .jar()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  const cut = other.fetch(callback.slice(world.app.url.length), { headers: { cookie } }).then(
    ({ status }) => status,
    () => 'cut',
  )
  await slow.asked
  const stopped = other.stop()
  expect(await cut).toBe('cut')
  // What it does yet reaches nobody.
  slow.release()
  await stopped

  const again = await visitor.go(callback)
  expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(0)
  // The other one may have come so far that it could say that nobody was told.
  const isUndecided = wayBackOf(await again.clone().text()) === ''
  if (isUndecided) await ageTakenLogin(world, consent.requestId, 61)
  await expectFailedLogin(isUndecided ? await visitor.go(callback) : again, {
    error: 'temporarily_unavailable',
    redirectUri: REDIRECT,
    state: 's',
    issuer: server.issuer,
  })
  slow.close()
  await provider.stop()
})
