import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTraceReceiver } from '@/test/trace-receiver'
import { openTelemetry } from './open-telemetry'
import type { TracedLogin, Tracing } from './tracing'

let receiver: Awaited<ReturnType<typeof startTraceReceiver>>
beforeEach(async () => {
  receiver = await startTraceReceiver()
})
afterEach(() => receiver.close())

const open = () => openTelemetry(receiver.url, () => {})

/** A request of a login, with a statement. Answers with the id of its trace. */
const handle = (tracing: Tracing, name: string, login?: TracedLogin, isFailed = false) =>
  tracing.request(async (end) => {
    await Promise.resolve()
    if (login) tracing.belongs(login)
    tracing.did({ name: 'postgres', seconds: 0.01, attributes: {}, error: isFailed ? '57014' : '' })
    const traceId = tracing.traceId()
    end({ name, attributes: { 'http.response.status_code': isFailed ? 500 : 200 }, isFailed })
    return traceId
  })

it('makes one trace of a login whose requests reach several instances, and says its reference', async () => {
  const instances = [await open(), await open()] as const
  const login = { id: 'request-1', reference: 'REF-1' }
  const ids = [
    await handle(instances[0], 'GET /oauth/authorize', { ...login, isFirst: true }),
    await handle(instances[1], 'GET /oauth/callback', login),
    await handle(instances[0], 'POST /oauth/token', { id: login.id }),
  ]
  await Promise.all(instances.map((instance) => instance.close()))
  const spans = receiver.spans()
  const [traceId] = ids
  expect(traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(ids).toEqual([traceId, traceId, traceId])
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]))
  const named = (name: string) => spans.filter((span) => span.name === name)
  const [first] = named('GET /oauth/authorize')
  expect(first?.parentSpanId ?? '').toBe('')
  expect(first?.attributes).toMatchObject({ 'vestibule.reference': 'REF-1' })
  for (const later of [...named('GET /oauth/callback'), ...named('POST /oauth/token')])
    expect(later.parentSpanId).toBe(first?.spanId)
  expect(named('postgres')).toHaveLength(3)
  expect(receiver.text()).not.toContain('request-1')
})

it('keeps requests of no login, and of different ones, apart', async () => {
  const tracing = await open()
  const ids = await Promise.all([
    handle(tracing, 'GET /oauth/jwks'),
    handle(tracing, 'GET /oauth/jwks'),
    handle(tracing, 'GET /oauth/authorize', { id: 'a', isFirst: true }),
    handle(tracing, 'GET /oauth/authorize', { id: 'b', isFirst: true }),
  ])
  await tracing.close()
  expect(new Set(ids).size).toBe(4)
  expect(new Set(receiver.spans().map(({ traceId }) => traceId))).toEqual(new Set(ids))
})

it('marks what failed, by its code', async () => {
  const tracing = await open()
  await handle(tracing, 'GET /oauth/authorize', undefined, true)
  await tracing.close()
  for (const { status } of receiver.spans()) expect(status.code).toBe(2)
  expect(receiver.spans().find(({ name }) => name === 'postgres')?.attributes).toEqual({
    'error.type': '57014',
  })
})

it('serves on while the collector refuses everything, and says so once', async () => {
  const failures: string[] = []
  const tracing = await openTelemetry(`${receiver.url}/elsewhere/`, (error) => failures.push(error))
  await handle(tracing, 'GET /oauth/jwks')
  await tracing.close()
  expect(failures).toHaveLength(1)
})
