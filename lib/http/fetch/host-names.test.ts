import { createHook } from 'node:async_hooks'
import { lookup } from 'node:dns/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhookSender } from '@/lib/webhooks/send'
import { type Resolve, untrustedNames } from './host-names'
import { publicFetch } from './public-fetch'
import { limitedFetcher } from './safe-fetch-limits'
import { nameServer } from './test-support/name-server'

let dns: Awaited<ReturnType<typeof nameServer>>
beforeAll(async () => {
  dns = await nameServer()
})
afterAll(() => dns.close())

const names = (timeLimit = 300) => untrustedNames({ servers: [dns.server], timeLimit })

/** How often `getaddrinfo` was called meanwhile: each call holds a thread until the name servers have answered. */
async function systemLookups(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'GETADDRINFOREQWRAP') count++
    },
  }).enable()
  await work().finally(() => hook.disable())
  return count
}

describe('a zone whose name servers never answer', () => {
  it('ends a look-up at its time limit, not when the name servers are given up', async () => {
    const begun = performance.now()
    await expect(names()('a.dead.silent')).rejects.toMatchObject({ code: 'ETIMEOUT' })
    expect(performance.now() - begun).toBeLessThan(900)
  })

  it('holds no thread: the names of identity providers go on meanwhile', async () => {
    const resolve = names(800)
    const abandoned = Array.from({ length: 40 }, (_, i) => resolve(`a.dead${i}.silent`).catch(() => 'failed'))
    const begun = performance.now()
    await Promise.all(Array.from({ length: 8 }, () => lookup('localhost')))
    expect(performance.now() - begun).toBeLessThan(700)
    await Promise.all(abandoned)
  })

  it('takes a small part of the look-ups under way, so that other zones go on', async () => {
    const resolve = names()
    const dead = Array.from({ length: 20 }, (_, i) =>
      resolve(`host${i}.dead.silent`).catch((error) => error.code),
    )
    expect(await resolve('client.example.test')).toEqual(['127.0.0.1'])
    const codes = await Promise.all(dead)
    expect(codes.filter((code) => code === 'ETIMEOUT')).toHaveLength(4)
    expect(codes.filter((code) => code === 'EBUSY')).toHaveLength(16)
    await expect(resolve('later.dead.silent'), 'what ended made room').rejects.toMatchObject({
      code: 'ETIMEOUT',
    })
  })

  it('cannot have more than 32 look-ups under way, of however many zones', async () => {
    const resolve = names()
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => resolve(`a.dead${i}.silent`).catch((error) => error.code)),
    )
    expect(codes.filter((code) => code === 'ETIMEOUT')).toHaveLength(32)
  })

  it('that one customer chose holds up no login of another', async () => {
    const resolve = names()
    const dead = Array.from({ length: 50 }, (_, i) =>
      resolve(`idp.dead${i}.silent`, 'globex').catch((error) => error.code),
    )
    expect(await resolve('client.example.test', 'acme')).toEqual(['127.0.0.1'])
    expect((await Promise.all(dead)).filter((code) => code === 'EBUSY')).toHaveLength(18)
  })

  it('tells the client that its name servers were too slow', async () => {
    const fetcher = limitedFetcher({ allowLoopback: false, resolve: names() })
    expect(await fetcher.fetchJson('https://a.dead.silent/client.json', 5_120)).toMatchObject({
      failure: 'timed_out',
      problem: 'the name servers of its host did not answer in time',
    })
  })
})

describe('no name that a stranger or a customer chose is resolved by the system', () => {
  it.each([
    [
      'a metadata document',
      () => limitedFetcher({ allowLoopback: false }).fetchJson('https://a.invalid/', 100),
    ],
    [
      'a webhook',
      () =>
        webhookSender({ allowLoopback: false })(
          'https://a.invalid/',
          { id: 'a', at: new Date(), body: '{}' },
          [],
        ),
    ],
    [
      "a customer's identity provider",
      () => publicFetch({ allowLoopback: false, listed: ['10.0.0.0/8'] })(new URL('https://a.invalid/'), {}),
    ],
  ])('%s', async (_, ask) => {
    expect(await systemLookups(() => ask().catch(() => 'failed'))).toBe(0)
  })

  it('and that of a provider is asked for among those of its organization', async () => {
    const asked: unknown[] = []
    const resolve: Resolve = async (...name) => {
      asked.push(name)
      return ['127.0.0.1']
    }
    const ask = publicFetch({ allowLoopback: false, listed: [], owner: 'acme', resolve })
    await expect(ask(new URL('https://idp.example/'), {})).rejects.toThrow()
    expect(asked).toEqual([['idp.example', 'acme']])
  })

  it('but what the installation lists by name is, as before', async () => {
    const ask = publicFetch({ allowLoopback: false, listed: ['a.invalid'] })
    expect(await systemLookups(() => ask(new URL('https://a.invalid/'), {}).catch(() => 'failed'))).toBe(1)
  })
})

it('finds the addresses of a name, and this machine without asking', async () => {
  const resolve = names()
  expect(await resolve('client.example.test')).toEqual(['127.0.0.1'])
  const before = dns.asked.length
  expect(await resolve('app.localhost')).toContain('127.0.0.1')
  expect(dns.asked).toHaveLength(before)
})
