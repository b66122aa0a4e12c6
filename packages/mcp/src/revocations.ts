import { type JWTPayload, jwtVerify } from 'jose'
import { ALGORITHMS } from './access-token'
import { type AuthorizationServer, ask, readText, type Surroundings } from './authorization-server'
import { invalidToken, Unavailable } from './errors'
import { age } from './kept'
import { isMoment, revocationList } from './revocation-list'
import { singleFlight } from './single-flight'

/** What to do while the feed cannot be reached; `ignore` never asks for it. */
export type WithoutFeed = 'accept' | 'refuse' | 'ignore'

/** Milliseconds after which the feed is asked again beside a request, and after which a request waits for it. */
const FRESH = 1_000
const LATEST = 3_000

/** Milliseconds without an answer after which `refuse` refuses. */
const PATIENCE = 5_000

/** Milliseconds between two attempts, and that an answer may take. */
const PAUSE = 1_000
const TIMEOUT = 2_000

/** Seconds that the clocks of the authorization server's instances may differ. */
const CLOCKS = 60

/** Refuses tokens that the issuer has ended before their time. */
export type Revocations = {
  /**
   * @throws AccessError `invalid_token` when the token, its grant, its user or its client was ended
   * @throws Unavailable when that cannot be known and must be
   */
  readonly check: (claims: JWTPayload) => Promise<void>
}

type Rules = {
  readonly issuer: string
  readonly without: WithoutFeed
  readonly leeway: number
  /** Called with each attempt that failed; does not throw. */
  readonly tell: (error: Unavailable) => void
}

/**
 * Follows the issuer's revocation feed, where its metadata names one (`revocations_uri`). It is asked when a token is
 * to be verified, and while it can be reached no token is let in by a state older than three seconds. No connection is
 * held for it: decision 0146.
 */
export function revocations(
  { issuer, without, leeway, tell }: Rules,
  server: AuthorizationServer,
  { fetch, now }: Surroundings,
): Revocations {
  const list = revocationList(() => now() / 1000 - leeway)
  const readOn = feedReader(issuer, server, fetch, () => now() / 1000, leeway)
  let reachedAt: number | undefined
  let triedAt: number | undefined
  let failure: unknown

  const update = singleFlight(async () => {
    const at = now()
    triedAt = at
    try {
      const { revocationsUri } = await server.metadata()
      if (revocationsUri) await readOn(revocationsUri, list.add)
      else if (without === 'refuse') throw new Unavailable(`${issuer} publishes no revocations`)
      reachedAt = at
      failure = undefined
    } catch (error) {
      failure = error
      tell(error instanceof Unavailable ? error : cannotFetch(error))
    }
  }, TIMEOUT)

  /** Once it has failed, only those wait for the next attempt who must not go on without it. */
  async function bringUpToDate(): Promise<void> {
    if (age(reachedAt, now()) < FRESH) return
    const hasFailed = failure !== undefined
    if (age(triedAt, now()) >= PAUSE || (!hasFailed && age(reachedAt, now()) >= LATEST)) {
      const updated = update()
      if (age(reachedAt, now()) >= LATEST && (without === 'refuse' || !hasFailed)) await updated
    }
    if (without === 'refuse' && age(reachedAt, now()) >= PATIENCE) throw cannotFetch(failure)
  }

  return {
    async check(claims) {
      if (without === 'ignore') return
      await bringUpToDate()
      if (await list.has(claims)) throw invalidToken('the token was revoked')
    },
  }
}

const cannotFetch = (cause: unknown) => new Unavailable('the revocations cannot be fetched', { cause })

/** Reads on where the last document ended that was taken over. */
function feedReader(
  issuer: string,
  { keys }: AuthorizationServer,
  fetch: Surroundings['fetch'],
  now: () => number,
  leeway: number,
): (uri: string, take: (revoked: unknown) => void) => Promise<void> {
  let last: { readonly to: string; readonly iat: number } | undefined
  return async (uri, take) => {
    const url = last ? `${uri}${uri.includes('?') ? '&' : '?'}after=${encodeURIComponent(last.to)}` : uri
    const response = await ask(fetch, url, TIMEOUT)
    const { payload } = await jwtVerify(await readText(response), keys, {
      issuer,
      subject: uri,
      typ: 'revocations+jwt',
      algorithms: [...ALGORITHMS],
      clockTolerance: leeway,
      currentDate: new Date(now() * 1000),
    })
    const { from, to, iat, revoked } = payload
    if (typeof to !== 'string' || !isMoment(iat)) throw new Unavailable('the revocations are malformed')
    if (from !== undefined && from !== last?.to) throw new Unavailable('the revocations begin elsewhere')
    // After it, every true document would be old. Tokens of such a clock are refused, too.
    if (iat > now() + leeway + CLOCKS) throw new Unavailable('the revocations are of the future')
    // Not by the clock here, which may be off.
    if (last && iat < last.iat - CLOCKS) throw new Unavailable('the revocations are old')
    take(revoked)
    last = { to, iat }
    // What a cache repeats while the issuer is away: nothing is lost by it, but it is not the feed.
    if (iat < now() - leeway - CLOCKS) throw new Unavailable('the revocations are no longer renewed')
  }
}
