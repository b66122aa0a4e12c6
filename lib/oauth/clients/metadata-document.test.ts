import type { RequestListener } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientDocuments } from '@/drizzle/schema/client-documents'
import { limitedFetcher } from '@/lib/http/fetch/safe-fetch-limits'
import { clientDocumentStore } from '@/lib/store/oauth/client-documents'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, newClient, times } from '@/lib/store/test-support/store-under-test'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import type { ClientPolicy, Server } from '../model'
import { type FindClientPorts, findClient, findKnownClient } from './find-client'
import { findPublishedKeys } from './key-set'

const DAY = 24 * 3600

let store: PostgresUnderTest
let host: LoopbackServer
let server: Server
let ports: FindClientPorts
let seconds: number
let requests: number
let answer: RequestListener
let url: string

beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

/** A host with one document, a server on this machine, and a process that has not fetched anything yet. */
beforeEach(async () => {
  requests = 0
  seconds = 0
  host = await listenOnLoopback(0, () => (request, response) => {
    requests++
    answer(request, response)
  })
  url = `${host.origin}/client.json`
  publish()
  server = { ...(await store.newServer()), issuer: 'http://localhost:3000' }
  ports = process()
})
afterEach(() => host.close())

/** Another process on the same database. Of the ports only those that finding a client needs. */
const process = (): FindClientPorts => ({
  clients: store.clients,
  clientDocuments: clientDocumentStore(store.db),
  fetcher: limitedFetcher({ allowLoopback: true, now: () => seconds * 1000 }),
  clock: () => later(seconds),
})

function publish(changes: object = {}, headers: Record<string, string> = { 'cache-control': 'max-age=600' }) {
  const document = {
    client_id: url,
    client_name: 'Example',
    redirect_uris: ['http://127.0.0.1/callback'],
    ...changes,
  }
  answer = (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(document))
}

function fail(status = 404) {
  answer = (_, response) => response.writeHead(status).end()
}

const find = () => findClient(server, url, ports)
const allow = (clientPolicy: ClientPolicy) => {
  server = { ...server, clientPolicy }
}
const refused = (reason: string) => expect.objectContaining({ code: 'invalid_client', status: 400, reason })

describe('a client that is known by its address', () => {
  it('is what its document says, and keeps its row', async () => {
    const client = await find()
    expect(client).toMatchObject({
      clientId: url,
      kind: 'metadata_document',
      name: 'Example',
      redirectUris: ['http://127.0.0.1/callback'],
      tokenEndpointAuthMethod: 'none',
    })
    expect(await find()).toEqual(client)
    expect(await store.clients.findByRowId(client?.id ?? '')).toEqual(client)
  })

  it('is asked for once while its document is fresh, by all processes together [AS-12]', async () => {
    await find()
    seconds = 599
    ports = process()
    await find()
    expect(requests).toBe(1)
    publish({ client_name: 'Renamed' })
    seconds = 600
    expect((await find())?.name).toBe('Renamed')
    expect(requests).toBe(2)
  })

  it('is asked for once by any number of logins that begin together', async () => {
    const found = await Promise.all(times(20, find))
    expect(new Set(found.map((client) => client?.id)).size).toBe(1)
    expect(requests).toBe(1)
  })

  it('goes on for a week when its document cannot be fetched, and not longer', async () => {
    await find()
    fail(503)
    seconds = 7 * DAY - 1
    expect((await find())?.name).toBe('Example')
    seconds = 7 * DAY + 60
    await expect(find()).rejects.toThrow(refused('client_document_unreachable'))
  })

  it('ends at once when its document becomes unacceptable', async () => {
    await find()
    publish({ client_secret: 'oops' })
    seconds = 600
    await expect(find()).rejects.toThrow(refused('client_document_invalid'))
  })

  it('differs from an unknown one, whose document is not there', async () => {
    fail()
    await expect(find()).rejects.toThrow(refused('client_document_unreachable'))
    expect(await findClient(server, 'unknown', ports)).toBeNull()
    expect(await store.clients.find(server.id, url)).toBeNull()
  })

  it('can come back soon after a failure: failures are not stored [AS-12]', async () => {
    fail()
    await expect(find()).rejects.toThrow()
    publish()
    expect((await findClient(server, url, process()))?.name).toBe('Example')
    seconds = 60
    expect((await find())?.name).toBe('Example')
  })

  it('is not stored while its document is wrong [AS-12]', async () => {
    publish({ client_id: `${url}/` })
    await expect(find()).rejects.toThrow(refused('client_document_invalid'))
    publish()
    seconds = 1
    expect((await find())?.name).toBe('Example')
  })

  it('is let in from a copy of ours when it is well known and its host turns us away', async () => {
    const refusing = {
      fetchJson: async () =>
        ({ outcome: 'failed', failure: 'status', problem: 'its address answered 403' }) as const,
    }
    const pinned = await findClient(server, 'https://claude.ai/oauth/mcp-oauth-client-metadata', {
      ...ports,
      fetcher: refusing,
    })
    expect(pinned?.redirectUris).toContain('https://claude.ai/api/mcp/auth_callback')
    await expect(
      findClient(server, 'https://claude.ai/oauth/other', { ...ports, fetcher: refusing }),
    ).rejects.toThrow(refused('client_document_unreachable'))
  })
})

describe('forty made-up addresses of a host', () => {
  const makeUp = () =>
    Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        findClient(server, `${host.origin}/made-up/${i}.json`, ports).catch(() => null),
      ),
    )

  it('lock out no client of it that is known: its document is fetched when it has to be', async () => {
    await find()
    seconds = 601
    await makeUp()
    publish({ client_name: 'Renamed' })
    expect((await find())?.name).toBe('Renamed')
  })

  it('nor one whose stored document has gone meanwhile', async () => {
    await find()
    seconds = 601
    await makeUp()
    await store.db.delete(clientDocuments)
    expect((await find())?.name).toBe('Example')
  })

  it('lock out no keys of a client of it', async () => {
    const keySet = `${host.origin}/keys.json`
    answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[]}')
    await makeUp()
    const known = { isKnown: true }
    expect(await findPublishedKeys(keySet, { alg: 'ES256' }, ports, known)).toEqual([])
    await expect(
      findPublishedKeys(`${keySet}?of=a-registered-client`, { alg: 'ES256' }, ports, { isKnown: false }),
      'registered clients are strangers too',
    ).rejects.toThrow(refused('client_document_unreachable'))
  })
})

describe('a client that has been here before', () => {
  const findKnown = () => findKnownClient(server, url, ports)

  it('goes on when its document is gone for good, or wrong', async () => {
    const client = await find()
    fail(410)
    seconds = 30 * DAY
    expect(await findKnown()).toEqual(client)
    publish({ redirect_uris: [] })
    seconds += 60
    expect(await findKnown()).toEqual(client)
  })

  it('is not asked for more than daily [AS-18]', async () => {
    await find()
    publish({ client_name: 'Renamed' })
    seconds = DAY - 1
    expect((await findKnown())?.name).toBe('Example')
    seconds = DAY
    expect((await findKnown())?.name).toBe('Renamed')
    expect(requests).toBe(2)
  })

  it('is asked for as its own headers say when its keys are in the document', async () => {
    const keyed = (kid: string) => ({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid }] },
    })
    publish(keyed('old'))
    await find()
    publish(keyed('new'))
    seconds = 600
    expect((await findKnown())?.jwks?.keys[0]?.kid).toBe('new')
  })

  it('is null for an unknown client, without a fetch', async () => {
    expect(await findKnown()).toBeNull()
    expect(requests).toBe(0)
  })

  it('finds clients that are known in other ways', async () => {
    const registered = await store.clients.register(newClient(server.id))
    expect(await findKnownClient(server, registered.clientId, ports)).toEqual(registered)
  })
})

describe('whom the operator lets in', () => {
  it('is unknown by its address when that is off, whatever was before', async () => {
    await find()
    allow('off')
    seconds = 600
    await expect(find()).rejects.toThrow(refused('client_not_allowed'))
    expect(await findKnownClient(server, url, ports)).toBeNull()
    expect(requests).toBe(1)
  })

  it('is those of the listed hosts, and others are not even asked', async () => {
    allow({ hosts: ['claude.ai', 'localhost'] })
    await expect(find()).rejects.toThrow(refused('client_not_allowed'))
    expect(requests).toBe(0)
    allow({ hosts: [new URL(host.origin).host] })
    expect((await find())?.name).toBe('Example')
  })

  it('is never a client on this machine, unless the server is there too [AS-18]', async () => {
    server = { ...server, issuer: 'https://auth.example.com' }
    await expect(find()).rejects.toThrow(refused('client_document_invalid'))
    expect(requests).toBe(0)
  })
})
