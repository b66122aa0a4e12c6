import { createHash } from 'node:crypto'
import {
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose'
import type { VerifierOptions } from '../src/types'
import { createVerifier } from '../src/verifier'

const ISSUER = 'https://issuer.example'
export const RESOURCE = 'https://mcp.example/mcp'

const METADATA = {
  issuer: ISSUER,
  jwks_uri: `${ISSUER}/keys`,
  revocations_uri: `${ISSUER}/revocations`,
}

type Ended = { readonly at: number; readonly name: string; readonly until: number }

/** An issuer in memory that signs what a test wants, and publishes what it has ended. It has a clock of its own. */
export async function signingIssuer() {
  const clock = { now: 1_800_000_000_000 }
  const keys = new Map([['k1', await generateKeyPair('ES256')]])
  const [ended, asked]: [Ended[], URL[]] = [[], []]
  const metadata: { revocations_uri?: string | undefined } = { ...METADATA }
  const down = new Set<string>()
  const held = new Map<string, Promise<void>>()
  const room = waitingRoom()
  const state = { hasVersions: false, holds: true }
  const seconds = () => Math.floor(clock.now / 1000)

  const sign = (typ: string, claims: Record<string, unknown>, kid = 'k1') =>
    signedBy(keys.get(kid), { alg: 'ES256', typ, kid }, claims)

  const feed = (after: string | null) =>
    sign('revocations+jwt', {
      ...{ iss: ISSUER, sub: metadata.revocations_uri },
      ...told(ended, seconds(), after),
      ...(state.hasVersions && { version: String(ended.length) }),
    })

  async function answerFeed({ searchParams }: URL, prefer: string | null): Promise<Response> {
    const isHeld = state.holds && prefer !== null && searchParams.get('version') === String(ended.length)
    if (isHeld) await room.enter()
    if (down.has('/revocations')) throw new TypeError('fetch failed')
    const headers = new Headers(isHeld ? { 'preference-applied': prefer } : {})
    return new Response(await feed(searchParams.get('after')), { headers })
  }

  async function answer(url: URL, prefer: string | null): Promise<Response> {
    switch (url.pathname) {
      case '/.well-known/oauth-authorization-server':
        return Response.json(metadata)
      case '/keys':
        return Response.json(await jwksOf(keys))
      case '/revocations':
        return answerFeed(url, prefer)
      default:
        return new Response(null, { status: 404 })
    }
  }

  return {
    ...{ issuer: ISSUER, metadata, clock, down, state },
    /** How many questions are held, and what answers them. */
    ...{ waiting: room.count, letGo: room.letGo },
    /** Lets nobody have the document at this path until what is returned is called. */
    hold(path: string): () => void {
      let release = () => {}
      held.set(path, new Promise((resolve) => (release = resolve)))
      return release
    },
    count: (path: string) => asked.filter(({ pathname }) => pathname === path).length,
    /** With what a document was asked for, each time. */
    searches: (path: string) => asked.flatMap(({ pathname, search }) => (pathname === path ? [search] : [])),
    addKey: async (kid: string) => void keys.set(kid, await generateKeyPair('ES256')),
    dropKey: (kid: string) => void keys.delete(kid),
    accessToken: (claims: Record<string, unknown> = {}, kid = 'k1') =>
      sign('at+jwt', { ...claimsAt(seconds()), ...claims }, kid),
    endGrant: (grant: string) => {
      ended.push({ at: seconds(), name: digestOf(`gid:${grant}`), until: seconds() + 3600 })
    },
    /** A verifier whose clock may differ from the issuer's by so many seconds. */
    verifier: (more: Partial<VerifierOptions> = {}, clockOff = 0) =>
      createVerifier({
        issuer: ISSUER,
        resource: RESOURCE,
        now: () => clock.now + clockOff * 1000,
        fetch: async (address, { headers }) => {
          const url = new URL(address)
          asked.push(url)
          await held.get(url.pathname)
          if (down.has(url.pathname)) throw new TypeError('fetch failed')
          return answer(url, new Headers(headers).get('prefer'))
        },
        ...more,
      }),
  }
}

const jwksOf = async (keys: ReadonlyMap<string, GenerateKeyPairResult>) => ({
  keys: await Promise.all(
    [...keys].map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid })),
  ),
})

const digestOf = (name: string) =>
  createHash('sha256').update(name).digest().subarray(0, 12).toString('base64url')

/** Where questions wait for another version. */
function waitingRoom() {
  const waiting: (() => void)[] = []
  return {
    enter: () => new Promise<void>((resolve) => waiting.push(resolve)),
    count: () => waiting.length,
    letGo: () => {
      for (const goOn of waiting.splice(0)) goOn()
    },
  }
}

const claimsAt = (iat: number) => ({
  ...{ iss: ISSUER, aud: RESOURCE, sub: 'user-1', client_id: 'client-1', gid: 'grant-1' },
  ...{ scope: 'read', iat, exp: iat + 3600, jti: crypto.randomUUID() },
})

/** What has ended, from the minute `after` on and a little before, or all of it. */
function told(ended: readonly Ended[], now: number, after: string | null) {
  const to = String(Math.floor(now / 60) * 60)
  const from = after !== null && Number(after) <= Number(to) ? after : undefined
  const entries = ended.filter(({ at }) => from === undefined || at >= Number(from) - 120)
  const revoked = Object.fromEntries(entries.map(({ name, until }) => [name, [until, until]]))
  return { iat: now, ...(from && { from }), to, revoked }
}

async function signedBy(
  key: GenerateKeyPairResult | undefined,
  header: JWTHeaderParameters,
  claims: Record<string, unknown>,
): Promise<string> {
  const { privateKey } = key ?? (await generateKeyPair('ES256'))
  return new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
}

/** What came of a verification, as a word. */
export const outcome = (verified: Promise<unknown>): Promise<string> =>
  verified.then(
    () => 'good',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  )
