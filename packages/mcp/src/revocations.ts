import { type JWTPayload, jwtVerify } from 'jose'
import { ALGORITHMS } from './access-token'
import { type AuthorizationServer, ask, readText, type Surroundings } from './authorization-server'
import { invalidToken, Unavailable } from './errors'
import { age } from './kept'
import { isMoment, type RevocationList, revocationList } from './revocation-list'
import { singleFlight } from './single-flight'

/** What to do while the feed cannot be reached; `ignore` never asks for it. */
export type WithoutFeed = 'accept' | 'refuse' | 'ignore'

/** Milliseconds after which a request waits until the feed was asked. */
const LATEST = 3_000

/** Milliseconds without an answer after which `refuse` refuses. */
const PATIENCE = 5_000

/** Milliseconds between two attempts, and that an answer may take, besides what the issuer holds it. */
const PAUSE = 1_000
const TIMEOUT = 2_000

/** Milliseconds by which an answer that is held is there before requests would wait for it. */
const SPARE = 500

/** Milliseconds for which nothing is held any more after that has failed: proxies may cut what is silent. */
const WARY = 60_000

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
 * to be verified, and while it can be reached no token is let in by a state older than three seconds. Where the issuer
 * says what version its documents have, a question waits there for another one, beside requests that go on: decision
 * 0148.
 */
export function revocations(
  { issuer, without, leeway, tell }: Rules,
  server: AuthorizationServer,
  { fetch, now }: Surroundings,
): Revocations {
  const list = revocationList()
  const feed = feedReader(issuer, server, fetch, () => now() / 1000, leeway)
  let reachedAt: number | undefined
  let triedAt: number | undefined
  let failure: unknown
  let held: { readonly until: number } | undefined
  let cutOffAt: number | undefined

  const update = singleFlight(async () => {
    const at = now()
    triedAt = at
    try {
      const { revocationsUri } = await server.metadata()
      if (revocationsUri) await feed.read(revocationsUri, list.add)
      else if (without === 'refuse') throw new Unavailable(`${issuer} publishes no revocations`)
      reachedAt = at
      failure = undefined
    } catch (error) {
      failure = error
      tell(error instanceof Unavailable ? error : cannotFetch(error))
    }
  }, TIMEOUT)

  /** Has the next question held for so many seconds. Nobody waits for it, and that it fails says nothing of the feed. */
  async function follow(seconds: number): Promise<void> {
    const at = now()
    triedAt = at
    const mine = { until: at + seconds * 1000 + TIMEOUT }
    held = mine
    try {
      const { revocationsUri = '' } = await server.metadata()
      const wasHeld = await feed.read(revocationsUri, list.add, seconds)
      reachedAt = wasHeld ? now() : at
    } catch {
      cutOffAt = now()
    }
    if (held === mine) held = undefined
  }

  /** Once it has failed, only those wait for the next attempt who must not go on without it. */
  async function bringUpToDate(): Promise<void> {
    const known = age(reachedAt, now())
    const hasFailed = failure !== undefined
    // On Cloudflare Workers it never ends when the request that began it does.
    if (held && now() < held.until && known < LATEST) return
    if (age(triedAt, now()) >= PAUSE || (!hasFailed && known >= LATEST)) {
      const seconds = Math.floor((LATEST - SPARE - known) / 1000)
      if (seconds > 0 && !hasFailed && feed.hasVersion() && age(cutOffAt, now()) >= WARY) follow(seconds)
      else {
        const updated = update()
        if (known >= LATEST && (without === 'refuse' || !hasFailed)) await updated
      }
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

type FeedReader = {
  /** Whether the last document has a version, so that the next one can be waited for. */
  readonly hasVersion: () => boolean
  /**
   * Reads on where the last document ended that was taken over.
   *
   * @param wait seconds that the answer may be held for another version
   * @returns whether it was
   */
  readonly read: (uri: string, take: RevocationList['add'], wait?: number) => Promise<boolean>
}

function feedReader(
  issuer: string,
  { keys }: AuthorizationServer,
  fetch: Surroundings['fetch'],
  now: () => number,
  leeway: number,
): FeedReader {
  let last: { readonly to: string; readonly iat: number; readonly version: string | undefined } | undefined

  function question(uri: string, wait: number): string {
    if (!last) return uri
    const after = `${uri}${uri.includes('?') ? '&' : '?'}after=${encodeURIComponent(last.to)}`
    return wait > 0 ? `${after}&version=${encodeURIComponent(last.version ?? '')}` : after
  }

  async function read(uri: string, take: RevocationList['add'], wait = 0): Promise<boolean> {
    const asked = last
    const prefer = wait > 0 ? { prefer: `wait=${wait}` } : {}
    const response = await ask(fetch, question(uri, wait), TIMEOUT + wait * 1000, prefer)
    const { payload } = await jwtVerify(await readText(response), keys, {
      issuer,
      subject: uri,
      typ: 'revocations+jwt',
      algorithms: [...ALGORITHMS],
      clockTolerance: leeway,
      currentDate: new Date(now() * 1000),
    })
    const { from, to, iat, version, revoked } = payload
    const isVersion = version === undefined || typeof version === 'string'
    if (typeof to !== 'string' || !isMoment(iat) || !isVersion)
      throw new Unavailable('the revocations are malformed')
    if (from !== undefined && from !== asked?.to) throw new Unavailable('the revocations begin elsewhere')
    // After it, every true document would be old. Tokens of such a clock are refused, too.
    if (iat > now() + leeway + CLOCKS) throw new Unavailable('the revocations are of the future')
    // Not by the clock here, which may be off.
    if (last && iat < last.iat - CLOCKS) throw new Unavailable('the revocations are old')
    // Not by the clock here alone: should that be ahead for a while, what it has forgotten is not told again.
    take(revoked, Math.min(now(), iat) - leeway)
    last = { to, iat, version }
    // What a cache repeats while the issuer is away: nothing is lost by it, but it is not the feed.
    if (iat < now() - leeway - CLOCKS) throw new Unavailable('the revocations are no longer renewed')
    // RFC 7240 §3. Otherwise it may be as old as the question.
    return response.headers.has('preference-applied')
  }

  return { read, hasVersion: () => last?.version !== undefined }
}
