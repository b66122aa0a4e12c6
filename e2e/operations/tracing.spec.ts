import { readFileSync } from 'node:fs'
import { startTraceReceiver } from '@/test/trace-receiver'
import { obtainCode } from '../support/attack-login'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { expect, test } from '../support/test'

test('one login is one trace with its reference, log lines name it, and none of its secrets is in it', async ({
  world,
}) => {
  const receiver = await startTraceReceiver()
  const sibling = await world.sibling({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
  const { url } = world.app
  // Its browser and its client reach the instance that sends traces.
  const visitor = newVisitor((address, request) =>
    address.startsWith(url) ? sibling.fetch(address.slice(url.length), request) : hostFetch(address, request),
  )
  const { code, verifier, clientId, redirectUri, reference } = await obtainCode(world, { visitor })
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, client_id: clientId }
  const redeem = () =>
    sibling.fetch('/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({ ...form, redirect_uri: redirectUri }),
    })
  const tokens = await (await redeem()).json()
  expect((await redeem()).status).toBe(400)

  const ofLogin = () => {
    const traceId = receiver.spans().find(({ attributes }) => attributes['vestibule.reference'] === reference)
    return receiver.spans().filter((span) => span.traceId === traceId?.traceId)
  }
  await expect
    .poll(() => new Set(ofLogin().map(({ name }) => name)))
    .toEqual(
      new Set([
        'GET /oauth/authorize',
        'GET /oauth/consent/open',
        'GET /oauth/consent',
        'POST /oauth/consent/decision',
        'GET /oauth/callback',
        'POST /oauth/token',
        'provider begin',
        'provider complete',
        'postgres',
      ]),
    )
  const [root, ...others] = ofLogin().filter(({ parentSpanId }) => !parentSpanId)
  expect(root?.name).toBe('GET /oauth/authorize')
  expect(others).toEqual([])

  // The code that came again is in the log, with the trace of its request.
  const logged = sibling.output().match(/"trace_id":"([0-9a-f]{32})"/)?.[1]
  expect(receiver.spans().map(({ traceId }) => traceId)).toContain(logged)

  const secrets = [code, verifier, tokens.access_token, tokens.refresh_token]
  secrets.push(...visitor.jar().map(({ value }) => value))
  for (const secret of secrets) expect(receiver.text()).not.toContain(secret)
  expect(receiver.text()).not.toMatch(/vst_|eyJ|[?&](code|state)=/)
  await sibling.stop()
  await receiver.close()
})

test('without a collector nothing of OpenTelemetry is loaded', () => {
  const program = readFileSync('dist/server.js', 'utf8')
  expect(program).toContain('import("@opentelemetry/sdk-trace")')
  expect(program).not.toMatch(/from ['"]@opentelemetry|require\(['"]@opentelemetry/)
})
