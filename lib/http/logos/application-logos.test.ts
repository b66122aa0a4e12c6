import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FoundLogo } from '@/lib/oauth/ports/brand'
import { applicationLogos } from './application-logos'

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const CLIENT = 'https://app.example/client.json'

const answers: RequestListener[] = []
const counts: number[] = []
const site = createServer((request, response) => {
  const path = Number(request.url?.slice(1))
  counts[path] = (counts[path] ?? 0) + 1
  answers[path]?.(request, response)
})

beforeAll(() => new Promise<void>((resolve) => site.listen(0, '127.0.0.1', () => resolve())))
afterAll(() => site.close())

/** An attacker's host: answers at an address of its own, and counts. */
const host = {
  serve: (answer: RequestListener) => {
    const { port } = site.address() as AddressInfo
    return `http://127.0.0.1:${port}/${answers.push(answer) - 1}`
  },
  asked: (address: string) => counts[Number(new URL(address).pathname.slice(1))] ?? 0,
}

const picture = (body: Uint8Array = PNG, type = 'image/png', status = 200, headers = {}) =>
  host.serve((_, response) => response.writeHead(status, { 'content-type': type, ...headers }).end(body))

/** Logos of one document, in memory; the decoder hands on what it gets. */
function logosOf(named: string, allowLoopback = true) {
  let [source, kept, now]: [string, FoundLogo | null, number] = [named, null, 0]
  const decoded: Uint8Array[] = []
  const { find } = applicationLogos({
    allowLoopback,
    clock: () => new Date(now),
    decode: async (bytes) => {
      decoded.push(bytes)
      return bytes
    },
    logos: {
      find: async () => (kept?.source === source ? kept : { source, image: null }),
      save: async (_, logo) => {
        kept = logo
      },
    },
  })
  return {
    find: () => find(CLIENT),
    decoded,
    name: (next: string) => {
      source = next
    },
    wait: (hours: number) => {
      now += hours * 3_600_000
    },
  }
}

describe('the logo of an application', () => {
  it('is fetched once for all who look at the same time, and kept for a day', async () => {
    const address = picture()
    const logos = logosOf(address)
    const found = await Promise.all([logos.find(), logos.find(), logos.find()])
    logos.wait(23)
    expect([...found, await logos.find()].map((image) => image?.length)).toEqual([8, 8, 8, 8])
    expect(host.asked(address)).toBe(1)
    logos.wait(2)
    await logos.find()
    expect(host.asked(address)).toBe(2)
  })

  it('is another one as soon as its document names another, and the old one is not shown in its place', async () => {
    const logos = logosOf(picture())
    expect(await logos.find()).not.toBeNull()
    logos.name(picture(PNG, 'image/png', 500))
    expect(await logos.find()).toBeNull()
    logos.name(picture(Buffer.concat([PNG, PNG])))
    expect((await logos.find())?.length).toBe(16)
  })

  it('goes on while its host is down', async () => {
    let isDown = false
    const logos = logosOf(
      host.serve((_, response) =>
        response.writeHead(isDown ? 503 : 200, { 'content-type': 'image/png' }).end(PNG),
      ),
    )
    await logos.find()
    isDown = true
    logos.wait(25)
    expect(await logos.find()).not.toBeNull()
  })

  it('cannot be made to ask our own network: by its address, or by a redirect', async () => {
    const internal = picture()
    const forbidden = logosOf(internal, false)
    const redirected = logosOf(picture(PNG, 'image/png', 302, { location: internal }))
    const metadata = logosOf('https://169.254.169.254/latest/meta-data')
    expect([await forbidden.find(), await redirected.find(), await metadata.find()]).toEqual([
      null,
      null,
      null,
    ])
    expect(host.asked(internal)).toBe(0)
  })

  it('is not decoded when it is of another type, or too large, and is not asked for again within an hour', async () => {
    const addresses = [
      picture(Buffer.from('<svg/>'), 'image/svg+xml'),
      picture(PNG, 'text/html'),
      picture(Buffer.alloc(300_000)),
    ]
    for (const address of addresses) {
      const logos = logosOf(address)
      expect(await logos.find()).toBeNull()
      logos.wait(0.9)
      expect(await logos.find()).toBeNull()
      expect([logos.decoded.length, host.asked(address)]).toEqual([0, 1])
    }
  })
})
