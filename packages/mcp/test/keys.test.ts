import { describe, expect, it } from 'vitest'
import { createVerifier } from '../src/index'
import { networkFails, playedIssuer } from './played-issuer'
import { outcome, signingIssuer } from './signing-issuer'
import { vectors } from './vectors'

const UNAVAILABLE = /^Unavailable: /
const tokenNamed = (name: string) => vectors.tokens.find((one) => one.name === name)?.token ?? ''
const GOOD = tokenNamed('a token')

describe('the keys of an issuer', () => {
  it('are not fetched again for every key that an attacker makes up', async () => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier({ revocations: 'ignore' })
    const forged = await Promise.all(
      Array.from({ length: 50 }, (_, i) => issuer.accessToken({}, `forged-${i}`)),
    )
    await verifier.verify(await issuer.accessToken())
    await Promise.all(forged.map((token) => outcome(verifier.verify(token))))
    issuer.clock.now += 29_000
    await Promise.all(forged.map((token) => outcome(verifier.verify(token))))
    expect(issuer.count('/keys')).toBe(1)
    issuer.clock.now += 2_000
    await Promise.all(forged.map((token) => outcome(verifier.verify(token))))
    for (const token of forged) expect(await outcome(verifier.verify(token))).toMatch('unknown key')
    expect(issuer.count('/keys')).toBe(2)
  })

  it('are fetched again for a new one, after half a minute at the latest', async () => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier({ revocations: 'ignore' })
    await verifier.verify(await issuer.accessToken())
    await issuer.addKey('k2')
    const token = await issuer.accessToken({}, 'k2')
    expect(await outcome(verifier.verify(token))).toMatch('unknown key')
    issuer.clock.now += 30_000
    expect(await outcome(verifier.verify(token))).toBe('good')
  })

  it('are not good any more ten minutes after they were withdrawn', async () => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier({ revocations: 'ignore' })
    const token = await issuer.accessToken()
    await verifier.verify(token)
    await issuer.addKey('k2')
    issuer.dropKey('k1')
    issuer.clock.now += 600_000
    expect(await outcome(verifier.verify(token))).toMatch('unknown key')
  })

  it('are good for an hour without the issuer, and then nothing is known of tokens', async () => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier({ revocations: 'ignore' })
    const token = await issuer.accessToken({ exp: 2_000_000_000 })
    await verifier.verify(token)
    issuer.down.add('/keys')
    issuer.clock.now += 3_599_000
    expect(await outcome(verifier.verify(token))).toBe('good')
    issuer.clock.now += 2_000
    expect(await outcome(verifier.verify(token))).toMatch(UNAVAILABLE)
    issuer.down.clear()
    issuer.clock.now += 1_000
    expect(await outcome(verifier.verify(token))).toBe('good')
  })

  it('are asked for once by requests at the same time, and once a second while they cannot be had', async () => {
    const played = playedIssuer({ jwks: networkFails })
    const verifier = played.verifier({ revocations: 'ignore' })
    const all = await Promise.all(Array.from({ length: 20 }, () => outcome(verifier.verify(GOOD))))
    expect(new Set(all)).toEqual(new Set(['Unavailable: the authorization server cannot be reached']))
    await outcome(verifier.verify(GOOD))
    expect(played.count('jwks')).toBe(1)
    played.clock.now += 1_000
    await outcome(verifier.verify(GOOD))
    expect(played.count('jwks')).toBe(2)
  })

  it.each([
    ['no answer', { jwks: networkFails }],
    ['500', { jwks: 500 }],
    ['a redirect', { jwks: 302 }],
    ['a list', { jwks: [] }],
    ['no list of keys', { jwks: { keys: 'none' } }],
    ['no JSON', { jwks: '<html>' }],
    ['metadata of another issuer', { metadata: { ...vectors.serverMetadata, issuer: `${vectors.issuer}/` } }],
    ['metadata without keys', { metadata: { issuer: vectors.issuer } }],
    ['metadata that are nothing', { metadata: 'null' }],
  ])('that are %s refuse no token as bad', async (_, state) => {
    const played = playedIssuer()
    Object.assign(played.state, state)
    const verifier = played.verifier({ revocations: 'ignore' })
    for (const token of [GOOD, tokenNamed('a token naming an unknown key')])
      expect(await outcome(verifier.verify(token))).toMatch(UNAVAILABLE)
  })

  it.each(['jwks', 'metadata'])('are not taken from an answer that says something else: %s', async (name) => {
    const played = playedIssuer()
    const document = name === 'jwks' ? vectors.jwks : vectors.serverMetadata
    for (const status of [203, 206, 302, 404, 500]) {
      played.state[name] = async () => Response.json(document, { status })
      const verifier = played.verifier({ revocations: 'ignore' })
      expect(await outcome(verifier.verify(GOOD))).toMatch(UNAVAILABLE)
    }
  })

  it('and everything else that is asked for, are taken from nowhere that a redirect leads to', async () => {
    const played = playedIssuer({ feed: 404, introspection: { active: false } })
    const verifier = played.verifier({ credentials: { secret: 'secret' } })
    await outcome(verifier.verify(GOOD))
    await outcome(verifier.verify('opaque'))
    expect(['metadata', 'jwks', 'feed', 'introspection'].map(played.count)).not.toContain(0)
    expect(new Set(played.requests.map(({ init }) => init.redirect))).toEqual(new Set(['manual']))
  })

  it.each([
    ['keys', 'jwks_uri', 'http://auth.example.com/keys'],
    ['keys', 'jwks_uri', 'http://auth.example.com/keys?https:'],
    ['keys', 'jwks_uri', 'data:application/json,{"keys":[]}'],
    ['answers', 'introspection_endpoint', 'http://auth.example.com/introspect'],
    ['tokens', 'token_endpoint', 'HTTP://auth.example.com/token'],
    ['revocations', 'revocations_uri', 'file:///etc/revocations'],
  ])('and %s are not asked for in clear text: %s is %s', async (_, name, place) => {
    const played = playedIssuer()
    played.state.metadata = { ...vectors.serverMetadata, [name]: place }
    const verifier = played.verifier({ credentials: { secret: 'secret' } })
    for (const token of [GOOD, 'opaque'])
      expect(await outcome(verifier.verify(token))).toMatch('the metadata of')
    expect(played.count('elsewhere')).toBe(played.requests.length - played.count('metadata'))
    expect(played.requests.filter(({ url }) => !url.includes('/.well-known/'))).toEqual([])
  })

  it.each(['jwks', 'metadata', 'introspection', 'feed'])(
    'and other answers fill no memory when they do not end: %s',
    async (name) => {
      const played = playedIssuer()
      let sent = 0
      const endless = () =>
        new ReadableStream({
          pull(controller) {
            sent += 65_536
            controller.enqueue(new Uint8Array(65_536).fill(0x20))
          },
        })
      played.state[name] = async () => new Response(endless())
      const verifier = played.verifier({ revocations: 'refuse', credentials: { secret: 'secret' } })
      expect(await outcome(verifier.verify(name === 'introspection' ? 'opaque' : GOOD))).toMatch(UNAVAILABLE)
      expect(sent).toBeLessThan(5_000_000)
    },
  )

  it('are not asked for about tokens that cannot be good', async () => {
    const played = playedIssuer()
    const verifier = played.verifier()
    for (const name of [
      'with alg none',
      'signed HS256 with an empty secret',
      'in two parts',
      'that is encrypted',
    ])
      await outcome(verifier.verify(tokenNamed(`a token ${name}`)))
    await outcome(verifier.verify(`${'a'.repeat(20_000)}.b.c`))
    expect(played.requests).toEqual([])
  })

  it('are found by a document of OpenID Connect Discovery, where there is no other', async () => {
    const played = playedIssuer()
    const { issuer, resource } = vectors
    const place = `${issuer}/.well-known/openid-configuration`
    const fetch: typeof played.fetch = async (url, init) => {
      if (url.startsWith('https://auth.example.com/.well-known/')) return new Response(null, { status: 404 })
      return url === place ? Response.json(vectors.serverMetadata) : played.fetch(url, init)
    }
    const verifier = createVerifier({ issuer, resource, fetch, now: () => played.clock.now })
    expect(await outcome(verifier.verify(GOOD))).toBe('good')
  })

  it('are not needed where all tokens are opaque', async () => {
    const played = playedIssuer({ introspection: vectors.introspection[0]?.answer ?? 404 })
    played.state.metadata = { ...vectors.serverMetadata, jwks_uri: undefined }
    const verifier = played.verifier({ credentials: { secret: 'secret' } })
    expect(await outcome(verifier.verify('opaque'))).toBe('good')
    expect(await outcome(verifier.verify(GOOD))).toMatch(UNAVAILABLE)
  })
})

describe('options', () => {
  it('can narrow the algorithms, and never widen them', async () => {
    const { verifier } = playedIssuer()
    expect(await outcome(verifier({ algorithms: ['RS256'] }).verify(GOOD))).toMatch('AccessError')
    for (const name of ['with alg none', 'signed HS256 with the published symmetric key']) {
      const token = tokenNamed(`a token ${name}`)
      const verified = verifier({ algorithms: ['none', 'HS256', 'ES256'] }).verify(token)
      expect(await outcome(verified)).toMatch('AccessError')
    }
  })

  it('can read the claims into a type, and refuse others', async () => {
    const { issuer, resource } = vectors
    const played = playedIssuer()
    const { fetch, now } = { fetch: played.fetch, now: () => played.clock.now }
    const typed = createVerifier({ issuer, resource, fetch, now, claims: ({ jti = '' }) => ({ id: jti }) })
    expect((await typed.verify(GOOD)).claims.id).toBe('token-1')
    const later = createVerifier({
      issuer,
      resource,
      fetch,
      now,
      claims: async ({ jti = '' }) => ({ id: jti }),
    })
    expect((await later.verify(GOOD)).claims.id).toBe('token-1')
    const refuse = () => {
      throw new Error('no email')
    }
    for (const claims of [refuse, async () => refuse()])
      expect(await outcome(played.verifier({ claims }).verify(GOOD))).toBe(
        'AccessError: the claims are not as expected',
      )
  })

  it('are refused when they are no URLs', () => {
    expect(() => createVerifier({ issuer: vectors.issuer, resource: 'mcp' })).toThrow(TypeError)
    expect(() => createVerifier({ issuer: 'auth', resource: vectors.resource })).toThrow(TypeError)
  })

  it('that would let tokens in for ever are refused', () => {
    const { verifier } = playedIssuer()
    for (const leeway of [Number.NaN, Number.POSITIVE_INFINITY, -1, JSON.parse('"30"'), JSON.parse('null')])
      expect(() => verifier({ leeway }), leeway).toThrow(TypeError)
    for (const revocations of [JSON.parse('"Refuse"'), JSON.parse('""'), JSON.parse('true')])
      expect(() => verifier({ revocations }), revocations).toThrow(TypeError)
    for (const leeway of [0, 0.5, 300]) expect(() => verifier({ leeway })).not.toThrow()
    for (const revocations of ['accept', 'refuse', 'ignore'] as const)
      expect(() => verifier({ revocations })).not.toThrow()
  })
})
