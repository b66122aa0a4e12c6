import { randomBytes } from 'node:crypto'

/** How a provider refreshes. By default the refresh token stays as it is and may be used again. */
export type Refreshing = {
  /** Gives a new refresh token each time; an old one that comes back ends the family (RFC 9700 §4.14). */
  readonly rotate?: boolean
  /** Merged into the answer. */
  readonly answer?: object
  /** Sends an ID token with these claims changed. */
  readonly idTokenClaims?: Readonly<Record<string, unknown>>
  /** Gives the scope that is asked for, and says so. */
  readonly narrows?: boolean
  /** Refuses a refresh that asks for a scope. */
  readonly refusesScope?: boolean
  /** Refuses a refresh without a scope, with this code. */
  readonly wantsScope?: string
  /** Answers once this is settled. */
  readonly gate?: Promise<unknown>
}

type Family = { current: string; dead: boolean }

/** The refresh tokens of a provider for tests. */
export function refreshTokens() {
  const families = new Map<string, Family>()
  const issue = (family: Family) => {
    family.current = `refresh-${randomBytes(16).toString('hex')}`
    families.set(family.current, family)
    return family.current
  }
  return {
    first: () => issue({ current: '', dead: false }),
    /** Null when the token is not good any more. */
    refresh(body: URLSearchParams, { rotate, narrows }: Refreshing) {
      const presented = body.get('refresh_token') ?? ''
      const family = families.get(presented)
      if (family && family.current !== presented) family.dead = true
      if (!family || family.dead) return null
      const scope = body.get('scope')
      return {
        access_token: `access-${randomBytes(16).toString('hex')}`,
        token_type: 'Bearer',
        expires_in: 300,
        ...(rotate && { refresh_token: issue(family) }),
        ...(narrows && scope && { scope }),
      }
    },
  }
}
