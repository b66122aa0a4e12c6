import { describe, expect, it } from 'vitest'
import { Unconfirmed } from '@/lib/oauth/flow/unconfirmed'
import type { Server } from '@/lib/oauth/model'
import { type Ports, StoreUnavailable } from '@/lib/oauth/ports/ports'
import { BearerError } from '@/lib/oauth/protocol/bearer-error'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { type Call, type JsonAnswer, jsonEndpoint } from './json-endpoint'

const PUBLIC_URL = 'https://auth.example.com'
const known = async (issuer: string) => ({ id: 's1', issuer }) as Server
const failing = (error: unknown) => async () => {
  throw error
}

describe('an answer from memory', () => {
  /** A server that is remembered under version 1, and what was handled. */
  async function fromMemory(
    handle: (call: Call) => Promise<JsonAnswer>,
    fresh: Ports['servers']['findByIssuer'] = known,
  ) {
    const versions: (number | undefined)[] = []
    const forgotten: string[] = []
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const ports = { servers: { findByIssuer: fresh } } as Ports
    const findByIssuer: Ports['servers']['findByIssuer'] = async (issuer) =>
      ({ id: 's1', issuer, version: 1 }) as Server
    const remembered = {
      ports: { servers: { findByIssuer } } as Ports,
      forget: (server: Server, clientId: string) => void forgotten.push(`${server.id} ${clientId}`),
    }
    const endpoint = jsonEndpoint(
      async () => ({ publicUrl: PUBLIC_URL, ports, log, remembered }),
      (call) => {
        versions.push(call.server.version)
        return handle(call)
      },
      { fromMemory: true },
    )
    const body = new URLSearchParams({ client_id: 'c1', a: '1' })
    const response = await endpoint(
      new Request('http://localhost/', { method: 'POST', headers: { host: 'auth.example.com' }, body }),
    )
    return { response, versions, forgotten }
  }
  const onlyFresh = (call: Call) => {
    if (call.server.version !== undefined) throw new OAuthError('invalid_client', 'not known')
    return call.form().then((form) => ({ body: { a: form.get('a') } }))
  }

  it('is sent when it is a success', async () => {
    const { response, versions, forgotten } = await fromMemory(async () => ({ body: { good: true } }))
    expect([response.status, versions, forgotten]).toEqual([200, [1], []])
  })

  it('is no refusal: the request is handled again with what is read for it, and the memory is renewed', async () => {
    const { response, versions, forgotten } = await fromMemory(async (call) => onlyFresh(call))
    expect([response.status, versions, forgotten]).toEqual([200, [1, undefined], ['s1 c1']])
    expect(await response.json()).toEqual({ a: '1' })
  })

  it.each([new Unconfirmed(), new BearerError('invalid_token', 'x'), new OAuthError('invalid_grant', 'x')])(
    'is handled again after %s',
    async (error) => {
      const { versions } = await fromMemory(async ({ server }) => {
        if (server.version !== undefined) throw error
        return {}
      })
      expect(versions).toEqual([1, undefined])
    },
  )

  it('is not repeated when a store is down or something is broken: that says nothing of the memory', async () => {
    for (const error of [new StoreUnavailable('postgres'), new Error('broken')]) {
      const { response, versions } = await fromMemory(failing(error))
      expect(response.status).toBeGreaterThanOrEqual(500)
      expect(versions).toEqual([1])
    }
  })

  it('is 404 only when the server is not there any more', async () => {
    const { response } = await fromMemory(failing(new Unconfirmed()), async () => null)
    expect(response.status).toBe(404)
  })
})
