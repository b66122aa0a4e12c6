import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { limitedFetcher } from '@/lib/http/fetch/safe-fetch-limits'
import { clientDocumentStore } from '@/lib/store/oauth/client-documents'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later } from '@/lib/store/test-support/store-under-test'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { findIssuerKeys, type TrustedIssuerKeysPorts } from './trusted-issuer-keys'

let store: PostgresUnderTest
let host: LoopbackServer
let ports: TrustedIssuerKeysPorts
let seconds: number
let asked: string[]
let documents: Record<string, object | undefined>

beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

beforeEach(async () => {
  seconds = 0
  asked = []
  host = await listenOnLoopback(0, () => ({ url = '' }, response) => {
    asked.push(url)
    const body = documents[url]
    if (!body) response.writeHead(404).end()
    else
      response
        .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=600' })
        .end(JSON.stringify(body))
  })
  documents = {
    '/.well-known/openid-configuration': { issuer: host.origin, jwks_uri: `${host.origin}/keys` },
    '/keys': keySet('one'),
  }
  ports = {
    clientDocuments: clientDocumentStore(store.db),
    fetcher: limitedFetcher({ allowLoopback: true, now: () => seconds * 1000 }),
    clock: () => later(seconds),
  }
})
afterEach(() => host.close())

const keySet = (kid: string) => ({ keys: [{ kty: 'EC', crv: 'P-256', kid, x: 'x', y: 'y' }] })

const find = async (kid: string, issuer = {}) =>
  (
    await findIssuerKeys(
      { issuer: host.origin, publicClients: false, ...issuer },
      { alg: 'ES256', kid },
      ports,
    )
  ).map((key) => key.kid)

it('are found by discovery, once', async () => {
  expect(await find('one')).toEqual(['one'])
  expect(await find('one')).toEqual(['one'])
  expect(asked).toEqual(['/.well-known/openid-configuration', '/keys'])
})

it('are found where RFC 8414 has the metadata, too', async () => {
  documents['/.well-known/oauth-authorization-server'] = documents['/.well-known/openid-configuration']
  delete documents['/.well-known/openid-configuration']
  expect(await find('one')).toEqual(['one'])
})

it('are taken from where the operator says, without asking further', async () => {
  documents['/other'] = keySet('two')
  expect(await find('two', { jwksUri: `${host.origin}/other` })).toEqual(['two'])
  expect(asked).toEqual(['/other'])
})

it('are fetched again for a new key id, but not with every guess', async () => {
  await find('one')
  documents['/keys'] = keySet('two')
  seconds = 29
  expect(await find('two')).toEqual([])
  seconds = 31
  expect(await find('two')).toEqual(['two'])
  for (const guess of ['a', 'b', 'c']) expect(await find(guess)).toEqual([])
  expect(asked.filter((path) => path === '/keys')).toHaveLength(2)
})

it('do not outlive what their headers said, even if the issuer is down', async () => {
  await find('one')
  documents = {}
  seconds = 599
  expect(await find('one')).toEqual(['one'])
  seconds = 601
  await expect(find('one')).rejects.toMatchObject({ code: 'temporarily_unavailable', status: 503 })
})

it("are not taken from another issuer's metadata", async () => {
  documents['/.well-known/openid-configuration'] = {
    issuer: `${host.origin}/`,
    jwks_uri: `${host.origin}/keys`,
  }
  await expect(find('one')).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  expect(asked).not.toContain('/keys')
})

it.each([
  'https://10.0.0.1/keys',
  'https://[::ffff:169.254.169.254]/keys',
  'http://192.168.0.1/keys',
  'file:///keys',
])('are not fetched from %s, whatever the metadata says', async (jwks_uri) => {
  await expect(find('one', { jwksUri: jwks_uri })).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  documents['/.well-known/openid-configuration'] = { issuer: host.origin, jwks_uri }
  await expect(find('one')).rejects.toMatchObject({ code: 'temporarily_unavailable' })
})
