/** The steps of a test login: every returned name and value except secrets. */
import type { StoredTestStep } from '@/drizzle/schema/connection-tests'
import type { Identity, UpstreamTokens } from '@/lib/oauth/model'
import type { UpstreamError } from '@/lib/oauth/ports/upstream'

type Step = StoredTestStep
type Facts = Step['facts']

/** Characters of one value. */
const LONGEST = 500

/** Claims that are shown at most. */
const MOST_CLAIMS = 60

/** What guards the login itself, and is nothing to compare. */
const UNSHOWN_PARAMETERS = new Set([
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'response_type',
])

/** Claims that carry, or are made from, what must not be shown. */
const SECRET_CLAIM = /token|secret|password|^(nonce|at_hash|c_hash|s_hash|sid|jti)$/i

export const done = (name: Step['name'], facts: Facts = {}): Step => ({ name, outcome: 'done', facts })

export const failedAt = (name: Step['name'], { reason, detail }: Pick<UpstreamError, 'reason' | 'detail'>) =>
  ({ name, outcome: 'failed', reason, detail, facts: {} }) satisfies Step

/** What the browser is sent to the identity provider with. */
export function requestFacts(location: string): Facts {
  const { origin, pathname, searchParams } = new URL(location)
  const sent = [...searchParams].filter(([name]) => !UNSHOWN_PARAMETERS.has(name))
  return {
    address: origin + pathname,
    ...Object.fromEntries(sent.map(([name, value]) => [name, short(value)])),
  }
}

/** What it came back with: names alone, for a code is a secret. */
export const answerFacts = (query: URLSearchParams): Facts => ({
  parameters: short([...new Set(query.keys())].join(', ')),
})

export function tokenFacts(tokens: UpstreamTokens, now: Date): Facts {
  const { expiresAt, scope } = tokens
  return {
    refresh_token: tokens.refreshToken === undefined ? 'no' : 'yes',
    id_token: tokens.idToken === undefined ? 'no' : 'yes',
    ...(expiresAt && { expires_in: String(Math.round((expiresAt.getTime() - now.getTime()) / 1000)) }),
    ...(scope !== undefined && { scope: short(scope) }),
  }
}

export function identityFacts({ subject, email, emailVerified, name }: Identity): Facts {
  return {
    subject: short(subject),
    ...(name !== undefined && { name: short(name) }),
    ...(email !== undefined && { email: short(email) }),
    ...(emailVerified !== undefined && { email_verified: emailVerified ? 'yes' : 'no' }),
  }
}

export function shownClaims({ claims }: Identity): readonly (readonly [string, string])[] {
  return Object.entries(claims)
    .filter(([name]) => !SECRET_CLAIM.test(name))
    .slice(0, MOST_CLAIMS)
    .map(([name, value]) => [short(name), short(typeof value === 'string' ? value : JSON.stringify(value))])
}

const short = (value: string) => (value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value)
