import { createServer } from 'node:http'
import { createServer as createTlsServer, type Server } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '@/lib/config'
import { certificateEndsFor, fetchFor } from '@/lib/connections/internal-hosts'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import { upstreamHttp } from '@/lib/upstream/upstream-http'
import { webhookSender } from '@/lib/webhooks/send'
import { certificateEnds } from './certificate-ends'
import { type OutgoingProxy, proxyFor } from './proxy'
import { publicFetch } from './public-fetch'
import { limitedFetcher } from './safe-fetch-limits'

const NAME = 'login.corp.example'
const authority = makeAuthority()
const ENDS = new Date(Math.floor(Date.now() / 1000) * 1000 + 9 * 86_400_000)
let site: Server
let port: number
let proxy: OutgoingProxy
let closeProxy: () => void
/** What the proxy was asked to connect to, and with which credentials. */
let asked: { readonly to: string | undefined; readonly by: string | undefined }[] = []
let answer = 200

const listening = async (server: Server | ReturnType<typeof createServer>) => {
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  site = createTlsServer(authority.issue({ hosts: [NAME], notAfter: ENDS }), (request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ host: request.headers.host }))
  })
  port = await listening(site)
  const relay = createServer()
  relay.on('connect', (request, socket) => {
    asked.push({ to: request.url, by: request.headers['proxy-authorization'] })
    if (answer !== 200) return socket.end(`HTTP/1.1 ${answer} No\r\n\r\n`)
    // Whatever the name: it leads to the only site there is.
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  proxy = { url: `http://us%3Aer:pass@127.0.0.1:${await listening(relay)}`, except: [] }
  closeProxy = () => relay.close()
})
afterAll(() => {
  closeProxy()
  site.close()
})
beforeEach(() => {
  asked = []
  answer = 200
})

const PUBLIC = '198.41.0.4'
const url = () => new URL(`https://${NAME}:${port}/a`)
const POLICY = { allowLoopback: false, listed: [], authorities: authority.cert }

describe('through a proxy', () => {
  it('a host that a customer chose is resolved here, and the checked address is what the proxy connects to', async () => {
    const response = await publicFetch({ ...POLICY, proxy, resolve: async () => [PUBLIC] })(url(), {})
    expect(await response.json()).toEqual({ host: url().host })
    expect(asked).toEqual([
      { to: `${PUBLIC}:${port}`, by: `Basic ${Buffer.from('us:er:pass').toString('base64')}` },
    ])
  })

  it.each([
    ['by a name that leads there', ['10.0.0.1']],
    ['by one of several addresses', [PUBLIC, '169.254.169.254']],
  ])('no customer reaches a private address: %s', async (_, addresses) => {
    const ask = publicFetch({ ...POLICY, proxy, resolve: async () => addresses })
    await expect(ask(url(), {})).rejects.toMatchObject({ code: 'ENOTPUBLIC' })
    expect(asked).toEqual([])
  })

  it.each(['https://10.0.0.1/', 'https://[fd00::1]/', 'https://0x7f000001/', 'https://localhost/'])(
    'no stranger reaches %s, by a document or a webhook, also where no proxy is wanted for it',
    async (address) => {
      for (const except of [[], ['*'], ['10.0.0.0/8', 'localhost', 'fd00::/8']]) {
        const policy = {
          allowLoopback: false,
          proxy: { ...proxy, except },
          resolve: async () => ['10.0.0.1'],
        }
        const fetched = await limitedFetcher(policy).fetchJson(address, 100)
        expect(fetched).toMatchObject({ outcome: 'failed', failure: 'host_not_public' })
        const sent = await webhookSender(policy)(address, { id: 'a', at: new Date(), body: '{}' }, [])
        expect(sent.status).toBeUndefined()
      }
      expect(asked).toEqual([])
    },
  )

  it('a document of a client and a webhook go to the address that was checked', async () => {
    const policy = { allowLoopback: false, proxy, resolve: async () => [PUBLIC] }
    const fetched = await limitedFetcher(policy).fetchJson(url().href, 100)
    // The site's authority is nobody's here.
    expect(fetched).toMatchObject({ failure: 'certificate' })
    await webhookSender(policy)(url().href, { id: 'a', at: new Date(), body: '{}' }, [])
    expect(asked.map(({ to }) => to)).toEqual([`${PUBLIC}:${port}`, `${PUBLIC}:${port}`])
  })

  it('the provider that the installation itself entered is resolved by the proxy', async () => {
    const config = {
      loopback: false,
      internalHosts: { rule: 'operator', listed: [] },
      outgoingProxy: proxy,
    } as const
    const own = fetchFor(config)({
      organizationId: 'acme',
      mayBeInternal: true,
      certificateAuthorities: authority.cert,
    })
    const http = upstreamHttp({ allowLoopback: false, timeout: 5_000, way: own })
    expect((await http.request('metadata', url().href)).status).toBe(200)
    expect(asked.map(({ to }) => to)).toEqual([url().host])
  })

  it.each([
    ['by the name that the installation itself entered', true, () => url().host],
    ['by the address that was checked', false, () => `${PUBLIC}:${port}`],
  ])('the look when a certificate ends goes there, too: %s', async (_, anywhere, to) => {
    const look = certificateEnds({ ...POLICY, anywhere, proxy, resolve: async () => [PUBLIC] })
    expect(await look(url().origin)).toEqual(ENDS)
    expect(asked.map((each) => each.to)).toEqual([to()])
    answer = 407
    expect(await look(url().origin)).toBeUndefined()
  })

  it('a provider’s certificate is looked at through the proxy of the installation', async () => {
    const config = { loopback: false, internalHosts: { rule: 'operator', listed: [] } } as const
    const look = certificateEndsFor({ ...config, outgoingProxy: proxy })({
      organizationId: 'acme',
      mayBeInternal: true,
    })
    expect(await look(url().origin)).toEqual(ENDS)
    expect(asked.map(({ to }) => to)).toEqual([url().host])
  })

  it('one that refuses is said to be what is in the way', async () => {
    answer = 407
    const ask = fetchFor({
      loopback: false,
      internalHosts: { rule: 'allow', listed: [] },
      outgoingProxy: proxy,
    })({ organizationId: 'acme' })
    const http = upstreamHttp({ allowLoopback: false, timeout: 5_000, way: ask })
    await expect(http.request('metadata', url().href)).rejects.toMatchObject({
      reason: 'upstream_unreachable',
      detail: expect.stringContaining('HTTPS_PROXY'),
    })
  })

  it('goes nothing of this machine, nor what NO_PROXY lists', () => {
    const some = { ...proxy, except: ['corp.example', '.svc', '10.0.0.0/8', '2001:db8::1'] }
    const goes = (address: string) => proxyFor(some, new URL(address)) !== undefined
    const direct = [
      'https://corp.example',
      'https://a.corp.example',
      'https://x.svc',
      'https://10.1.2.3',
      'https://[2001:db8::1]',
    ]
    for (const address of [
      ...direct,
      'https://localhost',
      'https://127.0.0.1',
      'https://[::1]',
      'http://a.example',
    ])
      expect([address, goes(address)]).toEqual([address, false])
    for (const address of ['https://evilcorp.example', 'https://svc.example', 'https://11.0.0.1'])
      expect([address, goes(address)]).toEqual([address, true])
    expect(proxyFor({ ...proxy, except: ['*'] }, new URL('https://a.example'))).toBeUndefined()
  })
})

it.each([
  ['this machine', (at: string) => at, true, ENDS],
  ['this machine, where we are not on it', (at: string) => at, false, undefined],
  ['a name that leads into our network', (at: string) => at.replace('localhost', NAME), true, undefined],
])(
  'an administrator of an organization learns of certificates of public hosts alone: %s',
  async (_, change, allowLoopback, ends) => {
    const look = certificateEnds({ allowLoopback, listed: [], resolve: async () => ['127.0.0.1'] })
    expect(await look(change(`https://localhost:${port}`))).toEqual(ends)
  },
)

describe('a private authority of a connection', () => {
  const reach = (certificateAuthorities?: string) =>
    fetchFor({ loopback: false, internalHosts: { rule: 'allow', listed: [] } })({
      organizationId: 'acme',
      ...(certificateAuthorities && { certificateAuthorities }),
    })
  const own = { ...POLICY, listed: [NAME], resolve: async () => ['127.0.0.1'] }

  it('counts for that connection alone', async () => {
    expect((await publicFetch(own)(url(), {})).status).toBe(200)
    for (const authorities of [undefined, makeAuthority().cert])
      await expect(publicFetch({ ...own, authorities })(url(), {})).rejects.toMatchObject({
        code: expect.stringMatching(/CERT|ISSUER|LEAF/),
      })
  })

  it('does not have a certificate count for another host', async () => {
    const other = new URL(url().href.replace(NAME, 'other.corp.example'))
    const ask = publicFetch({ ...own, listed: ['other.corp.example'] })
    await expect(ask(other, {})).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  it('keeps what it found apart from what others find at the same issuer', () => {
    const reaches = [reach(authority.cert), reach(makeAuthority().cert)].map((way) => way?.reach)
    expect(new Set([...reaches, 'anywhere']).size).toBe(3)
    expect(reach()).toBeUndefined()
  })
})

it('HTTPS_PROXY and NO_PROXY are read in either case, and a mistake does not quote a password', () => {
  const env = {
    PUBLIC_URL: 'http://localhost:3000',
    https_proxy: 'http://u:p@proxy:3128',
    NO_PROXY: 'A.example, 10.0.0.0/8',
  }
  expect(readConfig(env, false).outgoingProxy).toEqual({
    url: 'http://u:p@proxy:3128/',
    except: ['a.example', '10.0.0.0/8'],
  })
  expect(() => readConfig({ ...env, https_proxy: 'socks5://u:secret@proxy' }, false)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret') }),
  )
})
