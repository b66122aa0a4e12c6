import { describe, expect, it } from 'vitest'
import type { LogFields } from '@/lib/log'
import type { Server } from '@/lib/oauth/model'
import { type Ports, StoreUnavailable } from '@/lib/oauth/ports/ports'
import { BearerError } from '@/lib/oauth/protocol/bearer-error'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import type { HttpContext } from './context'
import { type Call, type JsonAnswer, jsonEndpoint, originEndpoint } from './json-endpoint'
import { createLimits } from './limits'

const PUBLIC_URL = 'https://auth.example.com'

type Logged = { readonly level: string; readonly event: string; readonly fields: LogFields }

/** The composition root of one server, and what was logged. */
function scene(findByIssuer: Ports['servers']['findByIssuer'] = known) {
  const logged: Logged[] = []
  const write =
    (level: string) =>
    (event: string, fields: LogFields = {}) => {
      logged.push({ level, event, fields })
    }
  const context: HttpContext = {
    publicUrl: PUBLIC_URL,
    ports: { servers: { findByIssuer } } as Ports,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
  }
  return { logged, getContext: async () => context }
}

async function known(issuer: string): Promise<Server | null> {
  return issuer === PUBLIC_URL ? ({ id: 's1', issuer } as Server) : null
}

const request = (init: RequestInit = {}, host = 'auth.example.com') => {
  const made = new Request('http://localhost/oauth/token?code=S3CR3T', { method: 'POST', ...init })
  made.headers.set('host', host)
  return made
}

async function answer(handle: (call: Call) => Promise<JsonAnswer>, asked = request()) {
  const { logged, getContext } = scene()
  const response = await jsonEndpoint(getContext, handle)(asked)
  return { response, body: await response.json(), logged }
}

const failing = (error: unknown) => async () => {
  throw error
}

describe('a good answer', () => {
  it('is JSON that any origin may read and no cache may store (RFC 6749 §5.1) [RFC-22]', async () => {
    const { response, body, logged } = await answer(async ({ server }) => ({ body: { of: server.issuer } }))
    expect([response.status, body]).toEqual([200, { of: PUBLIC_URL }])
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('pragma')).toBe('no-cache')
    expect(logged).toEqual([])
  })

  it('has the status and the age that the endpoint gives it', async () => {
    const { response } = await answer(async () => ({ body: {}, status: 201, maxAge: 300 }))
    expect(response.status).toBe(201)
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(response.headers.get('pragma')).toBeNull()
  })

  it('never lets a browser send its cookies [H-59]', async () => {
    const { response } = await answer(async () => ({ body: {} }))
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })
})

describe('a call', () => {
  it('brings the header and reads the body only when asked', async () => {
    const body = new URLSearchParams({ grant_type: 'refresh_token' })
    const asked = request({ body, headers: { authorization: 'Basic eA==' } })
    const { body: answered } = await answer(
      async ({ authorization, form }) => ({ body: { authorization, form: (await form()).toString() } }),
      asked,
    )
    expect(answered).toEqual({ authorization: 'Basic eA==', form: 'grant_type=refresh_token' })
    expect((await answer(async () => ({ body: {} }), request({ body: 'not read' }))).response.status).toBe(
      200,
    )
  })

  it('is not made for an unknown host', async () => {
    let called = false
    const handle = async () => {
      called = true
      return { body: {} }
    }
    const { response, body } = await answer(handle, request({}, 'evil.example'))
    expect([response.status, body, called]).toEqual([404, { error: 'not_found' }, false])
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('an error', () => {
  it('of the protocol has the form of RFC 6749 §5.2, with CORS [RFC-29]', async () => {
    const { response, body, logged } = await answer(
      failing(new OAuthError('invalid_grant', 'the code is dead')),
    )
    expect([response.status, body]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'the code is dead' },
    ])
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(logged).toEqual([
      {
        level: 'info',
        event: 'request refused',
        fields: { path: '/oauth/token', error: 'invalid_grant', status: 400 },
      },
    ])
  })

  it('of a client that used the header names the scheme (RFC 6749 §5.2) [RFC-23]', async () => {
    const error = new OAuthError('invalid_client', 'the client secret is wrong')
    const withHeader = await answer(failing(error), request({ headers: { authorization: 'Basic eA==' } }))
    expect(withHeader.response.status).toBe(401)
    expect(withHeader.response.headers.get('www-authenticate')).toMatch(/^Basic /)
    const without = await answer(failing(error))
    expect([without.response.status, without.response.headers.get('www-authenticate')]).toEqual([401, null])
  })

  it('of an access token is a challenge that a page can read (RFC 6750 §3)', async () => {
    const error = new BearerError('insufficient_scope', 'more is needed', ['openid'])
    const { response, body } = await answer(failing(error))
    expect([response.status, body.error]).toEqual([403, 'insufficient_scope'])
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", error_description="more is needed", scope="openid"',
    )
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const bare = await answer(failing(new BearerError()))
    expect([bare.response.status, bare.response.headers.get('www-authenticate'), bare.body]).toEqual([
      401,
      'Bearer',
      {},
    ])
  })

  it.each(['postgres', 'challenges'] as const)(
    'of %s is 503 with Retry-After, never the client’s',
    async (store) => {
      const { response, body, logged } = await answer(
        failing(new StoreUnavailable(store, { cause: new Error('S3CR3T') })),
      )
      expect([response.status, body.error]).toEqual([503, 'temporarily_unavailable'])
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(logged[0]?.fields).toEqual({ path: '/oauth/token', store })
    },
  )

  it('that is unexpected is 500, and reveals nothing to the client and no values to the log', async () => {
    const { response, body, logged } = await answer(failing(new TypeError('params: S3CR3T')))
    expect([response.status, body]).toEqual([
      500,
      { error: 'server_error', error_description: 'unexpected condition' },
    ])
    expect(logged[0]).toMatchObject({ level: 'error', fields: { error: 'TypeError' } })
    expect(JSON.stringify([body, logged])).not.toContain('S3CR3T')
  })

  it('while looking for the server is answered in the same way', async () => {
    const { getContext } = scene(failing(new StoreUnavailable('postgres')))
    const response = await jsonEndpoint(getContext, async () => ({ body: {} }))(request())
    expect(response.status).toBe(503)
  })

  it('never puts the query into the log [H-50]', async () => {
    const { logged } = await answer(failing(new OAuthError('invalid_request', 'no')))
    expect(JSON.stringify(logged)).not.toContain('S3CR3T')
  })
})

describe('originEndpoint', () => {
  const ask = async (handle: Parameters<typeof originEndpoint>[1], host?: string) =>
    originEndpoint(scene().getContext, handle)(request({ method: 'GET' }, host))

  it('answers for the origin that was asked, for five minutes', async () => {
    const response = await ask(async (origin, pathname) => ({ origin, pathname }), 'mcp.example.com')
    expect(await response.json()).toEqual({ origin: 'https://mcp.example.com', pathname: '/oauth/token' })
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('is 404 where there is nothing, or the Host is malformed', async () => {
    expect((await ask(async () => null)).status).toBe(404)
    expect((await ask(async () => ({}), 'me@mcp.example.com')).status).toBe(404)
  })

  it('answers errors as every endpoint does', async () => {
    expect((await ask(failing(new StoreUnavailable('postgres')))).status).toBe(503)
  })
})

describe('a registration or a token that is managed by its holder', () => {
  it('may be answered without a body', async () => {
    const { getContext } = scene()
    const response = await jsonEndpoint(getContext, async () => ({}))(request())
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('is refused with a Bearer challenge that names the error (RFC 6750 §3)', async () => {
    const { response } = await answer(failing(new OAuthError('invalid_token', 'it is over')))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="it is over"',
    )
  })
})

describe('too many failures', () => {
  const ceiling = { burst: 2, perSecond: 1 }
  const limits = () =>
    createLimits({
      ceilings: { failuresOfClient: ceiling, failuresOfAddress: { burst: 5, perSecond: 1 } },
      now: () => 0,
    })

  /** Statuses of requests of these clients, of which all are refused but `right`. */
  async function statuses(clients: readonly string[]) {
    const { getContext } = scene()
    const context = { ...(await getContext()), limits: limits() }
    const endpoint = jsonEndpoint(
      async () => context,
      async ({ form }) => {
        if ((await form()).get('client_id') === 'right') return { body: {} }
        throw new OAuthError('invalid_client', 'wrong')
      },
    )
    const ask = (client_id: string) => endpoint(request({ body: new URLSearchParams({ client_id }) }))
    const answers: Response[] = []
    for (const client of clients) answers.push(await ask(client))
    return answers
  }

  it('of one client are answered with the time to wait, and no challenge', async () => {
    const answers = await statuses(['a', 'a', 'a', 'b', 'right', 'a'])
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 429, 401, 200, 429])
    expect(answers[2]?.headers.get('retry-after')).toBe('1')
    expect(answers[2]?.headers.get('www-authenticate')).toBeNull()
    expect(await answers[2]?.json()).toMatchObject({ error: 'temporarily_unavailable' })
  })

  it('under many names are limited together, and valid credentials pass', async () => {
    const answers = await statuses([...'abcdefgh', 'right'])
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 200])
  })
})
