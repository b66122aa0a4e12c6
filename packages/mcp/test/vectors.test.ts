import { describe, expect, it } from 'vitest'
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
  const { tokens, steps, alone } = vectors.feed
  const over = async (verifier: ReturnType<ReturnType<typeof playedIssuer>['verifier']>) => {
    const refused: string[] = []
    for (const [name, token] of Object.entries(tokens)) {
      const said = await outcome(verifier.verify(token))
      if (said !== 'good') expect(said).toBe('401 invalid_token')
      if (said !== 'good') refused.push(name)
    }
    return refused
  }

  it('is followed step by step, and what is wrong with it changes nothing', async () => {
    const issuer = playedIssuer()
    const verifier = issuer.verifier()
    for (const { name, document, over: expected } of steps) {
      issuer.clock.now += 4_000
      issuer.state.feed = document
      // Where it failed before, requests do not wait for it.
      await over(verifier)
      await new Promise(setImmediate)
      expect(await over(verifier), name).toEqual(expected)
    }
  })

  it.each(steps.filter(({ isBad }) => isBad))('is not there when it is $name', async ({ document }) => {
    const issuer = playedIssuer()
    const verifier = issuer.verifier({ revocations: 'refuse' })
    issuer.state.feed = steps[0]?.document ?? ''
    expect(await outcome(verifier.verify(tokens.first ?? ''))).toBe('good')
    issuer.state.feed = document
    issuer.clock.now += 6_000
    expect(await outcome(verifier.verify(tokens.first ?? ''))).toBeInstanceOf(Unavailable)
  })

  it.each(alone)('says that $name', async ({ document, over: expected }) => {
    const { verifier } = playedIssuer({ feed: document })
    expect(await over(verifier())).toEqual(expected)
  })
})
