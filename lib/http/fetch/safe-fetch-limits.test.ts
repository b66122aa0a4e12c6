import { afterEach, describe, expect, it } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { limitedFetcher } from './safe-fetch-limits'

const servers: LoopbackServer[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

/** A host that counts its requests; every path but `/missing` has a document. */
async function countingHost() {
  let count = 0
  const server = await listenOnLoopback(0, () => (request, response) => {
    count++
    const status = request.url === '/missing' ? 404 : 200
    setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'), 20)
  })
  servers.push(server)
  return { origin: server.origin, count: () => count }
}

function fetcherAt() {
  let now = 0
  const fetcher = limitedFetcher({ allowLoopback: true, now: () => now })
  return {
    fetch: (url: string, isKnown = false) => fetcher.fetchJson(url, 5_120, isKnown),
    wait: (seconds: number) => (now += seconds * 1000),
  }
}

describe('the fetcher of a process', () => {
  it('makes one request for any number of callers at the same time', async () => {
    const host = await countingHost()
    const { fetch } = fetcherAt()
    const results = await Promise.all(Array.from({ length: 50 }, () => fetch(`${host.origin}/a`)))
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['fetched']))
    expect(host.count()).toBe(1)
  })

  it('has the same answer for a caller a moment later, and a new one after that', async () => {
    const host = await countingHost()
    const { fetch, wait } = fetcherAt()
    for (let i = 0; i < 3; i++) await fetch(`${host.origin}/a`)
    expect(host.count()).toBe(1)
    wait(1)
    await fetch(`${host.origin}/a`)
    expect(host.count()).toBe(2)
  })

  it('asks a host fifty times a minute at most, twenty of them for strangers [H-21]', async () => {
    const [host, other] = [await countingHost(), await countingHost()]
    const { fetch, wait } = fetcherAt()
    const all = await Promise.all(Array.from({ length: 60 }, (_, i) => fetch(`${host.origin}/${i}`)))
    expect(host.count()).toBe(20)
    expect(all.filter(({ outcome }) => outcome === 'failed')).toHaveLength(40)
    await Promise.all(Array.from({ length: 60 }, (_, i) => fetch(`${host.origin}/known/${i}`, true)))
    expect(host.count()).toBe(50)
    expect(await fetch(`${other.origin}/a`)).toMatchObject({ outcome: 'fetched' })
    wait(61)
    expect(await fetch(`${host.origin}/a`)).toMatchObject({ outcome: 'fetched' })
  })

  it('remembers a failure, but not for long', async () => {
    const host = await countingHost()
    const { fetch, wait } = fetcherAt()
    for (let i = 0; i < 5; i++)
      expect(await fetch(`${host.origin}/missing`)).toMatchObject({ outcome: 'failed' })
    expect(host.count()).toBe(1)
    wait(60)
    await fetch(`${host.origin}/missing`)
    expect(host.count()).toBe(2)
  })
})
