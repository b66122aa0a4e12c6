import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { apiEndpoint } from './endpoint'
import { ROUTES } from './routes/all'
import { testApi } from './test-support/api'

const { apply, call, management, newKey, store } = testApi()

it('a key that is revoked while its request is still being sent does nothing with it', async () => {
  await apply()
  const key = await newKey('acme', 'admin')
  const { POST } = apiEndpoint(async () => management(), ROUTES)
  let asked = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  let send = () => {}
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked()
        send = () => {
          controller.enqueue(new TextEncoder().encode('{"url":"https://receiver.example/late"}'))
          controller.close()
        }
      },
    },
    { highWaterMark: 0 },
  )
  const headers = {
    host: 'auth.example.com',
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
  }
  const url = 'http://localhost:3000/api/v1/organizations/acme/webhooks'
  const sent = { method: 'POST', headers, body, duplex: 'half' }
  const answer = POST(new Request(url, sent))
  await isAsked
  await store()
    .db.update(apiKeys)
    .set({ revokedAt: new Date() })
    .where(eq(apiKeys.hash, hashSecret(key)))
  send()
  expect((await answer).status).toBe(401)
  const { body: webhooks } = await call('GET', '/organizations/acme/webhooks', { key: await newKey('acme') })
  expect(webhooks.items).toEqual([])
})
