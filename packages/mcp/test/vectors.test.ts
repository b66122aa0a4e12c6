import { describe, expect, it, vi } from 'vitest'
import { AccessError, createVerifier, protect, Unavailable } from '../src/index'
import { playedIssuer } from './played-issuer'
import { vectors } from './vectors'

const outcome = (verified: Promise<unknown>) =>
  verified.then(
    () => 'good',
    (error: unknown) => (error instanceof AccessError ? `${error.status} ${error.code}` : error),
  )

describe('tokens', () => {
  it.each(vectors.tokens.filter(({ user }) => user))('$name is good', async ({ token, user }) => {
    const { verifier } = playedIssuer()
    expect(await verifier().verify(token)).toMatchObject(user ?? {})
  })

  it.each(vectors.tokens.filter(({ user }) => !user))('$name is not', async ({ token }) => {
    const { verifier } = playedIssuer()
    expect(await outcome(verifier().verify(token))).toBe('401 invalid_token')
  })

  it('are what the vectors have of both kinds', () => {
    expect(vectors.tokens.filter(({ user }) => user).length).toBeGreaterThan(10)
    expect(vectors.tokens.filter(({ user }) => !user).length).toBeGreaterThan(60)
  })
})

describe('published keys', () => {
  it.each(vectors.unusable)('of which one is $name say nothing about a token', async ({ key, token }) => {
    const { verifier } = playedIssuer({ jwks: { keys: [key] } })
    expect(await outcome(verifier().verify(token))).toBeInstanceOf(Unavailable)
  })
})

describe('introspection', () => {
  it.each(vectors.introspection)('of $name', async ({ answer, isGood }) => {
    const { verifier } = playedIssuer({ introspection: answer })
    const verified = verifier({ credentials: { secret: 'vst_rs_1' } }).verify('vst_at_1')
    expect(await outcome(verified)).toBe(isGood ? 'good' : '401 invalid_token')
  })
})

describe('requests', () => {
  it.each(vectors.requests)('$name', async ({ authorization, message, status, challenge }) => {
    const { verifier } = playedIssuer()
    const handle = protect(verifier(), () => new Response('served'))
    const response = await handle(
      new Request(vectors.resource, {
        method: 'POST',
        headers: authorization === undefined ? {} : { authorization },
        body: JSON.stringify(message),
      }),
    )
    expect(response.status).toBe(status)
    const said = response.headers.get('www-authenticate') ?? ''
    const { error_description: _, ...parameters } = Object.fromEntries(
      [...said.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    )
    const resource_metadata = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'
    expect(parameters).toEqual(challenge ? { ...challenge, resource_metadata } : {})
  })
})

describe('metadata', () => {
  it.each(vectors.metadata)('of $resource', async ({ resource, url, document }) => {
    const { issuer, scopes, tools } = vectors
    const verifier = createVerifier({ issuer, resource, scopes, tools })
    const response = await protect(verifier, () => new Response('served'))(new Request(url))
    expect(verifier.metadataUrl).toBe(url)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toEqual(document)
  })
})

describe('the revocation feed', () => {
  const { tokens, steps, bad, alone, waits } = vectors.feed
  const over = async (verifier: ReturnType<ReturnType<typeof playedIssuer>['verifier']>) => {
    const refused: string[] = []
    for (const [name, token] of Object.entries(tokens)) {
      const said = await outcome(verifier.verify(token))
      if (said !== 'good') expect(said).toBe('401 invalid_token')
      if (said !== 'good') refused.push(name)
    }
    return refused
  }

  /** The feed's next answer, which requests wait for. */
  const play = ({ clock, state }: ReturnType<typeof playedIssuer>, document: string) => {
    clock.now += 5_000
    state.feed = document
  }

  it('is followed step by step', async () => {
    const issuer = playedIssuer()
    const verifier = issuer.verifier()
    for (const { name, document, over: expected } of steps) {
      play(issuer, document)
      expect(await over(verifier), name).toEqual(expected)
    }
  })

  it.each(bad)('is not there when it is $name, of which nothing is taken', async ({ document }) => {
    const issuer = playedIssuer()
    const verifier = issuer.verifier({ revocations: 'refuse' })
    for (const step of steps.slice(0, 3)) {
      play(issuer, step.document)
      await over(verifier)
    }
    play(issuer, document)
    expect(await outcome(verifier.verify(tokens.later ?? ''))).toBeInstanceOf(Unavailable)
    play(issuer, steps[3]?.document ?? '')
    expect(await over(verifier)).toEqual(steps[3]?.over)
  })

  it.each(waits)(
    'is asked for another version than that of $name',
    async ({ document, question, prefer }) => {
      const issuer = playedIssuer({ feed: document })
      const verifier = issuer.verifier()
      const asked = () => issuer.requests.filter(({ url }) => url.startsWith(vectors.feed.uri))
      await verifier.verify(tokens.second ?? '')
      issuer.clock.now += 1_000
      await verifier.verify(tokens.second ?? '')
      await vi.waitFor(() => expect(asked()).toHaveLength(2), { timeout: 30_000, interval: 5 })
      const [first, second] = asked().map(({ url, init }) => [url, new Headers(init.headers).get('prefer')])
      expect(first).toEqual([vectors.feed.uri, null])
      expect(second).toEqual([`${vectors.feed.uri}?${question}`, prefer ?? null])
    },
  )

  it.each(alone)('says that $name', async ({ document, over: expected }) => {
    const { verifier } = playedIssuer({ feed: document })
    expect(await over(verifier())).toEqual(expected)
  })
})
