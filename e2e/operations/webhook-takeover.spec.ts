import postgres from 'postgres'
import { startReceiver } from '@/lib/webhooks/test-support/receiver'
import { freePort } from '@/test/free-port'
import { startPostgres } from '@/test/postgres'
import { startApp } from '../support/app'
import { SMALL_CONFIGURATION } from '../support/small-configuration'
import { expect, test } from '../support/test'

// Several servers, and a lease that runs out.

test('two instances deliver each entry once and in order, and what they were killed over arrives as well', async () => {
  const { url: database, close } = await startPostgres()
  const receiver = await startReceiver()
  const ports = [await freePort(), await freePort()]
  const common = {
    PUBLIC_URL: `http://localhost:${ports[0]}`,
    DATABASE_URL: database,
    VESTIBULE_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    UPSTREAM_SECRET: 'secret-of-the-upstream',
  }
  const apps = await Promise.all(ports.map((port) => startApp({ ...common, PORT: String(port) })))
  const [first] = apps
  await first?.cli(['apply', '-f', '-'], SMALL_CONFIGURATION)
  const made = await first?.cli(['api-keys', 'create', '--installation', '--name', 'test'])
  const [key] = /vst_key_[\w-]+/.exec(made?.stdout ?? '') ?? []
  const call = async (path: string, body?: object) => {
    const response = await fetch(`${common.PUBLIC_URL}/api/v1/organizations/acme/webhooks${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    expect(response.status).toBeLessThan(300)
    return response.json()
  }
  const { id } = await call('', { url: receiver.url })
  for (let index = 0; index < 20; index++) await call(`/${id}/test`)
  const sequences = () => receiver.received.map(({ body }) => JSON.parse(body).sequence)
  await expect.poll(() => sequences().length).toBe(20)
  expect(sequences()).toEqual(Array.from({ length: 20 }, (_, index) => sequences()[0] + index))

  // From now on no response is sent: both are killed while one of them waits.
  receiver.answer(() => {})
  const { id: messageId } = await call(`/${id}/test`)
  await expect.poll(() => sequences().length).toBe(21)
  await Promise.all(apps.map((app) => app.kill()))
  const sql = postgres(database, { max: 1 })
  // The lease of the one that was killed lasts a minute: that is over.
  const over = await sql`update webhooks set leased_until = now() where leased_until > now()`
  expect(over.count).toBe(1)
  await sql.end()
  receiver.answer((response) => response.writeHead(204).end())
  const next = await startApp({ ...common, PORT: String(ports[0]) })
  await expect.poll(() => sequences().length).toBe(22)
  const ids = receiver.received.slice(20).map(({ headers }) => headers['webhook-id'])
  expect(ids).toEqual([messageId, messageId])
  await next.stop()
  await receiver.close()
  await close()
})
