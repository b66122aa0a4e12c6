import { describe, expect, it } from 'vitest'
import { type Ports, StoreUnavailable } from '@/lib/oauth/ports/ports'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { SignalError } from '@/lib/oauth/protocol/security-event-token'
import { createLimits } from '../limits'
import { providerEndpoint } from './provider-endpoint'

const ORIGIN = 'https://auth.example'

/** An endpoint whose work ends so; it never gets as far as a store. */
function endpoint(work: (connectionId: string) => Promise<number | null>) {
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const limits = createLimits({ ceilings: { failuresOfAddress: { burst: 3, perSecond: 1 } }, now: () => 0 })
  const context = async () => ({ publicUrl: ORIGIN, ports: {} as Ports, log, limits })
  const handle = providerEndpoint(context, ({ connectionId }) => work(connectionId))
  return (path = '/oauth/backchannel-logout/okta', host = 'auth.example') =>
    handle(new Request(`http://localhost${path}`, { method: 'POST', headers: { host } }))
}

const failing = (error: Error) => endpoint(() => Promise.reject(error))
const refused = new OAuthError('invalid_request', 'the token is not acceptable')

describe('what an identity provider sends by itself', () => {
  it('is for the connection in the path, and its answer is kept nowhere', async () => {
    const asked: string[] = []
    const send = endpoint(async (id) => {
      asked.push(id)
      return 200
    })
    const answer = await send()
    expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([
      200,
      'no-store',
      '',
    ])
    expect((await send('/signals/%zz')).status).toBe(200)
    expect(asked).toEqual(['okta', '%zz'])
  })

  it('is taken on the public URL alone, and for connections that exist', async () => {
    const send = endpoint(async (id) => (id === 'okta' ? 202 : null))
    expect((await send('/signals/okta')).status).toBe(202)
    expect((await send('/signals/other')).status).toBe(404)
    expect((await send('/signals/okta', 'acme.example')).status).toBe(404)
  })

  it('is refused in the words of its protocol', async () => {
    expect(await (await failing(refused)()).json()).toEqual({
      error: 'invalid_request',
      error_description: 'the token is not acceptable',
    })
    const answer = await failing(new SignalError('invalid_audience', 'for another receiver'))()
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([400, 'no-store'])
    expect(await answer.json()).toEqual({ err: 'invalid_audience', description: 'for another receiver' })
  })

  it.each([refused, new SignalError('invalid_key', 'not signed')])(
    'is 429 where an attacker keeps trying (%s), and what is sound still counts',
    async (error) => {
      let sound = false
      const send = endpoint(async () => {
        if (sound) return 200
        throw error
      })
      const statuses: number[] = []
      for (let i = 0; i < 5; i++) statuses.push((await send()).status)
      expect(statuses).toEqual([400, 400, 400, 429, 429])
      sound = true
      expect((await send()).status).toBe(200)
    },
  )

  it('may be sent again where the trouble is ours, however often', async () => {
    const send = failing(new StoreUnavailable('postgres'))
    for (let i = 0; i < 5; i++) {
      const answer = await send()
      expect([answer.status, answer.headers.has('retry-after')]).toEqual([503, true])
    }
  })
})
