/** A sign-in that is under way at an identity provider: sealed, in a cookie of the browser that began it. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Sealer } from '@/lib/crypto/seal'
import { type Cookie, readCookie } from '@/lib/http/cookies'
import { equalSecrets } from '@/lib/oauth/protocol/secret-hash'

/** Seconds: a password and a second factor there have to fit. */
const LIFETIME = 600

const Purpose = z.discriminatedUnion('kind', [
  /** The invitation is only the destination; it does not authenticate. */
  z.object({ kind: z.literal('sign_in'), invitation: z.string().optional() }),
  z.object({ kind: z.literal('connect'), operatorId: z.string() }),
  z.object({ kind: z.literal('join'), invitation: z.string() }),
])

/** What the attempt is for. */
export type Purpose = z.infer<typeof Purpose>

const Attempt = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  purpose: Purpose,
  /** Milliseconds. */
  expiresAt: z.number(),
})

export type Attempt = z.infer<typeof Attempt>

const CONTEXT = 'operator sign-in at a provider'

const random = () => randomBytes(32).toString('base64url')

const cookieOf = (state: string) => `vst_operator_attempt_${state.split('.')[0]}`

export function newAttempt(provider: string, purpose: Purpose, now: Date): Attempt {
  const state = `${randomBytes(9).toString('base64url')}.${random()}`
  const expiresAt = now.getTime() + LIFETIME * 1000
  return { provider, purpose, state, nonce: random(), codeVerifier: random(), expiresAt }
}

export function attemptCookie(attempt: Attempt, sealer: Sealer): Cookie {
  const value = sealer.seal(JSON.stringify(attempt), CONTEXT)
  return { name: cookieOf(attempt.state), value, maxAge: LIFETIME }
}

const STATE = /^[\w-]{12}\.[\w-]{43}$/

/** The cookies to take away once the provider has answered. */
export function endedAttempts(query: URLSearchParams): readonly Cookie[] {
  const state = query.get('state') ?? ''
  return STATE.test(state) ? [{ name: cookieOf(state), value: '', maxAge: 0 }] : []
}

/** The attempt that this browser made at this provider with this state; null when there is none, or it is too old. */
export function attemptOf(
  request: Pick<Request, 'headers'>,
  {
    provider,
    state,
    publicUrl,
    now,
  }: { provider: string; state: string | null; publicUrl: string; now: Date },
  sealer: Sealer,
): Attempt | null {
  if (!state || !STATE.test(state)) return null
  const sealed = readCookie(request, publicUrl, cookieOf(state))
  if (!sealed) return null
  try {
    const attempt = Attempt.parse(JSON.parse(sealer.open(sealed, CONTEXT)))
    const isThis = equalSecrets(attempt.state, state) && attempt.provider === provider
    return isThis && attempt.expiresAt > now.getTime() ? attempt : null
  } catch {
    // Made up, or sealed with a key that is gone.
    return null
  }
}
