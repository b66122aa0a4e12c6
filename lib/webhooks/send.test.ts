import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { webhookSender } from './send'
import { newSigningSecret } from './signature'
import { type Receiver, startReceiver } from './test-support/receiver'

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const message = { id: 'msg_1', at: new Date('2026-03-01T10:00:00.500Z'), body: '{"a":"ü"}' }
const development = webhookSender({ allowLoopback: true, timeout: 1_000 })
const production = webhookSender({ allowLoopback: false, timeout: 1_000 })
const send = (url: string, by = development) => by(url, message, [newSigningSecret()])

/** Of everything that must not be told apart. */
const NOWHERE = { problem: 'its host name does not resolve to a public address' }

describe('who sets a webhook', () => {
  it.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://localhost/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:10.0.0.1]/',
    'https://2130706433/',
    'https://0x7f.1/',
  ])('does not get to the internal address %s, nor learn that it is one', async (url) => {
    expect(await send(url, production)).toEqual(NOWHERE)
  })

  it('cannot tell an internal host from one that does not exist', async () => {
    const resolving = (addresses: readonly string[]) =>
      webhookSender({ allowLoopback: false, timeout: 1_000, resolve: async () => addresses })
    for (const addresses of [['192.168.1.1'], ['8.8.8.8', '10.0.0.1'], ['fd00::1'], []])
      expect(await send('https://internal.example/', resolving(addresses))).toEqual(NOWHERE)
  })

  it('does not get there from the loopback either, where that is allowed', async () => {
    const rebound = webhookSender({ allowLoopback: true, timeout: 1_000, resolve: async () => ['10.0.0.1'] })
    expect(await send('http://localhost:1/', rebound)).toEqual(NOWHERE)
    expect(await send('http://example.com/')).toEqual({ problem: 'its address must use https' })
  })

  it.each([301, 302, 303, 307, 308])('does not get there by a redirect (%i)', async (status) => {
    const internal = await startReceiver()
    receiver.answer((response) => response.writeHead(status, { location: internal.url }).end())
    expect(await send(receiver.url)).toEqual({ status })
    expect(internal.received).toEqual([])
    await internal.close()
  })

  it('cannot fill our memory with a huge answer', async () => {
    let written = 0
    receiver.answer(async (response) => {
      response.writeHead(500)
      const chunk = 'x'.repeat(16_384)
      while (!response.destroyed && written < 1e9) {
        written += chunk.length
        if (!response.write(chunk)) await wait(1)
      }
    })
    const { status, answer } = await send(receiver.url)
    expect(status).toBe(500)
    expect(answer).toHaveLength(200)
    await wait(20)
    expect(written).toBeLessThan(10_000_000)
  })

  it('cannot keep us waiting, before the answer or in it', async () => {
    receiver.answer(() => {})
    expect(await send(receiver.url)).toEqual({ problem: 'it did not arrive within 1 seconds' })
    receiver.answer((response) => response.writeHead(400).write('begun'))
    const patient = webhookSender({ allowLoopback: true, timeout: 10_000 })
    expect(await send(receiver.url, patient)).toEqual({ status: 400, answer: 'begun' })
  })

  it('has taken it with a 2xx, whatever the body does afterwards', async () => {
    receiver.answer((response) => response.writeHead(200).write('and so on'))
    expect(await send(receiver.url)).toEqual({ status: 200 })
  })

  it('cannot put invisible or reordering characters in front of operators', async () => {
    receiver.answer((response) => response.writeHead(500).end('a\u202eb\u0000c\r\nd\u200b\x1b[31m'))
    expect((await send(receiver.url)).answer).toBe('abc d[31m')
  })

  it('gets no header in that is not ours', async () => {
    await send(`${receiver.url}?a=%0d%0aX-Evil:%201\r\nX-Evil: 2`)
    const [first] = receiver.received
    expect(first?.headers).not.toHaveProperty('x-evil')
    expect(Object.keys(first?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
      'webhook-id',
      'webhook-signature',
      'webhook-timestamp',
    ])
  })
})

it('sends exactly what is signed', async () => {
  await send(receiver.url)
  expect(receiver.received).toMatchObject([
    {
      body: message.body,
      headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1772359200', 'content-length': '10' },
    },
  ])
})
