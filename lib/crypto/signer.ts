import type { KeyObject } from 'node:crypto'
import type { Claims } from '@/lib/oauth/model'
import type { ReadySigner, TokenSigner } from '@/lib/oauth/ports/tokens'
import { SIGNING_KEY_CACHE } from '@/lib/oauth/protocol/lifetimes'
import { processOnce } from '@/lib/process-once'
import { compactHeader, privateKeyOf, publicKeyOf, signCompact, verifyCompact } from './jws'
import { inSeconds, type Scheduled, scheduleKeys } from './key-schedule'
import { newSigningKey, type PublicSigningKey, SIGNING_ALGORITHM, type SigningKeys } from './signing-key'
import { type VerifiedToken, verifiedTokens } from './verified-tokens'

type CachedKey = { readonly kid: string; readonly signer: ReadySigner; readonly until: Date }

/** A key that is being loaded, and then is there. */
type Kept = { readonly loading: Promise<CachedKey>; key?: CachedKey }

/** Each server's current key, by the server's id. */
type KeyCache = Map<string, Kept>

/** The types distinguish tokens that are signed with the same keys (RFC 8725 §3.11). */
const ACCESS_TOKEN = 'at+jwt'
const ID_TOKEN = 'JWT'
const REVOCATIONS = 'revocations+jwt'

/**
 * Signs access tokens and ID tokens with the server's own ES256 key, which is made at its first use (RFC 9068 §2.1). A key is
 * kept for a minute, and never beyond the moment at which the next one takes over.
 *
 * @param cache one per process, unless a test plays several
 */
export function tokenSigner(
  keys: SigningKeys,
  clock: () => Date,
  cache: KeyCache = processOnce('signing-keys', () => new Map()),
): TokenSigner {
  async function schedule(serverId: string): Promise<readonly Scheduled<PublicSigningKey>[]> {
    const stored = await keys.list(serverId)
    return scheduleKeys(stored.length > 0 ? stored : await makeFirst(serverId), clock())
  }

  async function makeFirst(serverId: string): Promise<readonly PublicSigningKey[]> {
    const insert = { ...(await newSigningKey()), activatesAt: clock() }
    return keys.change(serverId, (stored) => (stored.length > 0 ? {} : { insert }))
  }

  async function load(serverId: string): Promise<CachedKey> {
    const now = clock()
    const scheduled = await schedule(serverId)
    const kid = kidOf(scheduled)
    const stored = await keys.find(serverId, kid)
    if (!stored) throw new Error(`the signing key ${kid} is gone`)
    const cacheEnd = inSeconds(now, SIGNING_KEY_CACHE)
    const successor = scheduled.find(({ state }) => state === 'next')
    const until = successor && successor.activatesAt < cacheEnd ? successor.activatesAt : cacheEnd
    return { kid, signer: signerWith(kid, privateKeyOf(stored.privateJwk)), until }
  }

  async function current(serverId: string): Promise<CachedKey> {
    const cached = cache.get(serverId)
    // One that is there is not waited for.
    const usable = cached?.key ?? (await cached?.loading.catch(() => undefined))
    if (usable && usable.until > clock()) return usable
    // Of those who waited here, one loads, and the others wait for that.
    const newer = cache.get(serverId)
    if (newer && newer !== cached) return newer.loading
    const kept: Kept = { loading: load(serverId) }
    cache.set(serverId, kept)
    kept.key = await kept.loading
    return kept.key
  }

  /** Who looks at the keys anyway also sees whether the kept one has been replaced, or will be sooner than was known. */
  async function published(serverId: string): Promise<readonly PublicSigningKey[]> {
    const cached = cache.get(serverId)
    const scheduled = await schedule(serverId)
    const kept = cached?.key ?? (await cached?.loading.catch(() => undefined))
    if (kept && isOutdated(kept, scheduled) && cache.get(serverId) === cached) cache.delete(serverId)
    return scheduled.filter(({ state }) => state !== 'expired')
  }

  return {
    ready: async (serverId) => (await current(serverId)).signer,
    verify: async (serverId, token) => verifyWith(await published(serverId), token),
    publicKeys: async (serverId) =>
      (await published(serverId)).map(({ kid, publicJwk }) => ({
        ...publicJwk,
        kid,
        alg: SIGNING_ALGORITHM,
        use: 'sig',
      })),
  }
}

function signerWith(kid: string, key: KeyObject): ReadySigner {
  const signing = (typ: string) => {
    const header = compactHeader({ typ, kid })
    return (claims: Claims) => signCompact(header, claims, key)
  }
  return {
    accessToken: signing(ACCESS_TOKEN),
    idToken: signing(ID_TOKEN),
    revocations: signing(REVOCATIONS),
  }
}

function isOutdated({ kid, until }: CachedKey, scheduled: readonly Scheduled<PublicSigningKey>[]): boolean {
  const successor = scheduled.find(({ state }) => state === 'next')
  return kid !== kidOf(scheduled) || (successor !== undefined && successor.activatesAt < until)
}

function kidOf(scheduled: readonly Scheduled<PublicSigningKey>[]): string {
  const current = scheduled.find(({ state }) => state === 'current')
  if (!current) throw new Error('a server without a current signing key')
  return current.kid
}

const verified = verifiedTokens()

function verifyWith(known: readonly PublicSigningKey[], token: string): Claims | null {
  const found = verified.find(token, () => accessTokenOf(known, token))
  return found && known.some(({ kid }) => kid === found.kid) ? found.claims : null
}

function accessTokenOf(known: readonly PublicSigningKey[], token: string): VerifiedToken | null {
  const jws = verifyCompact(token, (kid) => {
    const key = known.find((candidate) => candidate.kid === kid)
    return key && importedKey(key)
  })
  return jws?.typ === ACCESS_TOKEN ? { kid: jws.kid, claims: jws.payload } : null
}

/** Public keys by their name, which is their thumbprint: another key has another one. */
const imported = new Map<string, KeyObject>()

/** How many are kept: the keys of some hundred servers. */
const MAX_IMPORTED = 1_000

function importedKey({ kid, publicJwk }: PublicSigningKey): KeyObject {
  const kept = imported.get(kid)
  if (kept) return kept
  if (imported.size >= MAX_IMPORTED) imported.clear()
  const key = publicKeyOf(publicJwk)
  imported.set(kid, key)
  return key
}
