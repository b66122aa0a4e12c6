import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { webhooks } from '@/drizzle/schema/webhooks'
import { webhookSecretContext } from '@/lib/store/database/sealed-contexts'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { newSigningSecret } from './signature'
import { hook } from './test-support/hooked'
import { type Receiver, startReceiver } from './test-support/receiver'

type Verify = (body: string, headers: object, secret: string) => { readonly action: string }

let store: PostgresUnderTest
let receiver: Receiver
let verify: Verify
let directory: string

/** The sample of the documentation, run as a reader would. */
beforeAll(async () => {
  const [, sample = ''] = /```js\n([\s\S]*?)```/.exec(await readFile('docs/webhooks.md', 'utf8')) ?? []
  directory = await mkdtemp(path.join(tmpdir(), 'vestibule-sample-'))
  const file = path.join(directory, 'verify.mjs')
  await writeFile(file, sample)
  verify = (await import(/* @vite-ignore */ pathToFileURL(file).href)).verify
  store = await openStore()
  receiver = await startReceiver()
})
afterAll(async () => {
  await receiver?.close()
  await store?.close()
  await rm(directory, { recursive: true })
})

it('takes what was delivered, and nothing that was changed, forged or kept for later', async () => {
  const { append, work, secret, deliverer } = await hook(store, receiver.url)
  await append('grant.revoked')
  const today = { ...deliverer, clock: () => new Date() }
  await work({ clock: today.clock })
  const { body, headers } = receiver.received[0]!
  expect(verify(body, headers, secret)).toMatchObject({ action: 'grant.revoked', sequence: 2 })
  const wrong = 'not signed with this secret'
  expect(() => verify(body.replace('revoked', 'granted'), headers, secret)).toThrow(wrong)
  expect(() => verify(body, headers, newSigningSecret())).toThrow(wrong)
  expect(() => verify(body, { ...headers, 'webhook-id': 'msg_other' }, secret)).toThrow(wrong)
  expect(() => verify(body, { ...headers, 'webhook-signature': 'v1, v1,AAAA' }, secret)).toThrow(wrong)
  const stale = { ...headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 400) }
  expect(() => verify(body, stale, secret)).toThrow('too old')
  expect(() => verify(body, { ...headers, 'webhook-timestamp': '' }, secret)).toThrow()
})

it('takes either secret while one replaces the other, and the new one alone after that', async () => {
  const { id, append, work, secret, clock } = await hook(store, receiver.url)
  const next = newSigningSecret()
  const until = new Date(clock.now().getTime() + 86_400_000)
  await store.db
    .update(webhooks)
    .set({
      secret: store.sealer.seal(next, webhookSecretContext(id)),
      previousSecret: webhooks.secret,
      previousSecretUntil: until,
    })
    .where(eq(webhooks.id, id))
  await append('first.thing')
  await work()
  const signaturesOf = () => String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ')
  expect(signaturesOf()).toHaveLength(2)
  const { body, headers } = receiver.received.at(-1)!
  const skew = Date.now
  Date.now = () => clock.now().getTime()
  for (const either of [secret, next]) expect(verify(body, headers, either)).toMatchObject({ sequence: 2 })
  Date.now = skew
  clock.forward(86_400)
  await append('second.thing')
  await work()
  expect(signaturesOf()).toHaveLength(1)
})
