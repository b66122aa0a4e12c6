import { createHash } from 'node:crypto'
import type { Server } from '../model'
import type { Ports } from '../ports/ports'
import type { Ended } from '../ports/revocations'
import { CLOCK_TOLERANCE, FEED_LIMIT, FEED_MEMORY, FEED_OVERLAP, FEED_STEP } from '../protocol/lifetimes'
import { endpointUrl } from '../protocol/urls'

type RevocationFeedPorts = Pick<Ports, 'clock' | 'revocations' | 'signer'>

/** Bytes of the digests that things are named by. */
const DIGEST = 12

/**
 * Where a follower goes on: the `to` of the document that it had last, in seconds since 1970. Undefined for anything
 * else, and for what is too old or of the future: then everything is told.
 */
export function feedStart(after: string | null, now: Date): number | undefined {
  if (!/^\d{1,12}$/.test(after ?? '')) return undefined
  const start = Number(after)
  const seconds = now.getTime() / 1000
  const isKnown = start % FEED_STEP === 0 && start <= seconds + CLOCK_TOLERANCE
  return isKnown && start > seconds - FEED_MEMORY ? start : undefined
}

/**
 * The version of the document that a follower has, who waits for another one. Undefined for who does not follow closely:
 * of each server, there are three documents that can be waited for.
 */
export function knownVersion(asked: URLSearchParams, now: Date): string | undefined {
  const start = feedStart(asked.get('after'), now)
  const isClose = start !== undefined && start > now.getTime() / 1000 - 2 * FEED_STEP
  return isClose ? (asked.get('version') ?? undefined) : undefined
}

/**
 * A document of the revocation feed: a JWT whose `revoked` says, by digests of `claim:value`, which access tokens are
 * over: those issued until the first number; the second says when that can be forgotten. It tells what ended since
 * `from`, or all that a token that is still alive could meet. Its `version` changes with what it tells, and is the same at
 * every instance. Decision 0068, and for the version decision 0148.
 *
 * @param from seconds since 1970
 * @throws StoreUnavailable
 */
export async function revocationFeed(
  server: Server,
  from: number | undefined,
  ports: RevocationFeedPorts,
): Promise<{ readonly jwt: string; readonly version: string }> {
  const now = ports.clock()
  const iat = Math.floor(now.getTime() / 1000)
  const lifetime = await ports.revocations.tokenLifetime(server, now)
  const earliest = iat - lifetime - FEED_OVERLAP
  const since = Math.max(from === undefined ? 0 : from - FEED_OVERLAP, earliest)
  const ended = await ports.revocations.list(server, new Date(since * 1000), FEED_LIMIT)
  const revoked = Object.fromEntries(ended.map((one) => entryOf(one, lifetime)).concat(rest(ended, lifetime)))
  const version = digestOf(JSON.stringify(revoked))
  const signer = await ports.signer.ready(server.id)
  const jwt = await signer.revocations({
    iss: server.issuer,
    sub: endpointUrl(server.issuer, 'revocations'),
    iat,
    ...(from !== undefined && { from: String(from) }),
    to: String(iat - (iat % FEED_STEP)),
    version,
    revoked,
  })
  return { jwt, version }
}

type Entry = readonly [digest: string, [before: number, until: number]]

/** A grant or token never lives again; who was kept out may come back, with tokens that are issued later. */
function entryOf({ claim, value, at }: Ended, lifetime: number): Entry {
  const until = untilOf(at, lifetime)
  const returns = claim === 'sub' || claim === 'client_id'
  const before = returns ? Math.ceil(at.getTime() / 1000) + CLOCK_TOLERANCE : until
  return [digestOf(`${claim}:${value}`), [before, until]]
}

/** Where there are too many to list, all tokens are over that were issued before the earliest one. */
function rest(ended: readonly Ended[], lifetime: number): readonly Entry[] {
  const earliest = ended.at(-1)
  if (!earliest || ended.length < FEED_LIMIT) return []
  return [['*', [Math.ceil(earliest.at.getTime() / 1000), untilOf(earliest.at, lifetime)]]]
}

/** When the last token that was issued before is over for every verifier, also one whose clock is off. */
const untilOf = (at: Date, lifetime: number) =>
  Math.ceil(at.getTime() / 1000) + lifetime + 2 * CLOCK_TOLERANCE

const digestOf = (name: string) =>
  createHash('sha256').update(name).digest().subarray(0, DIGEST).toString('base64url')
