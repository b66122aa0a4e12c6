import { compactVerify, importJWK, type JWTPayload, SignJWT } from 'jose'
import type { TokenSigner } from '@/lib/oauth/ports/tokens'
import { SIGNING_KEY_CACHE } from '@/lib/oauth/protocol/lifetimes'
import { processOnce } from '@/lib/process-once'
import { inSeconds, type Scheduled, scheduleKeys } from './key-schedule'
import { newSigningKey, type PublicSigningKey, SIGNING_ALGORITHM, type SigningKeys } from './signing-key'

type PrivateKey = Awaited<ReturnType<typeof importJWK>>
type CachedKey = { readonly kid: string; readonly key: PrivateKey; readonly until: Date }

/** Each server's current key, by the server's id. */
type KeyCache = Map<string, Promise<CachedKey>>

/** The types tell tokens apart that are signed with the same keys (RFC 8725 §3.11). */
const ACCESS_TOKEN = 'at+jwt'
const ID_TOKEN = 'JWT'

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
    return { kid, key: await importJWK(stored.privateJwk, SIGNING_ALGORITHM), until }
  }

  async function current(serverId: string): Promise<CachedKey> {
    const cached = cache.get(serverId)
    const usable = await cached?.catch(() => undefined)
    if (usable && usable.until > clock()) return usable
    // Of those who waited here, one loads, and the others wait for that.
    const newer = cache.get(serverId)
    if (newer && newer !== cached) return newer
    const loading = load(serverId)
    cache.set(serverId, loading)
    return loading
  }

  /** Who looks at the keys anyway also sees whether the kept one has been replaced. */
  async function published(serverId: string): Promise<readonly PublicSigningKey[]> {
    const cached = cache.get(serverId)
    const scheduled = await schedule(serverId)
    const kept = await cached?.catch(() => undefined)
    if (kept && kept.kid !== kidOf(scheduled) && cache.get(serverId) === cached) cache.delete(serverId)
    return scheduled.filter(({ state }) => state !== 'expired')
  }

  async function sign(serverId: string, typ: string, claims: object): Promise<string> {
    const { kid, key } = await current(serverId)
    return new SignJWT(claims as JWTPayload)
      .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ, kid })
      .sign(key)
  }

  return {
    sign: (serverId, claims) => sign(serverId, ACCESS_TOKEN, claims),
    signIdToken: (serverId, claims) => sign(serverId, ID_TOKEN, claims),
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

function kidOf(scheduled: readonly Scheduled<PublicSigningKey>[]): string {
  const current = scheduled.find(({ state }) => state === 'current')
  if (!current) throw new Error('a server without a current signing key')
  return current.kid
}

async function verifyWith(known: readonly PublicSigningKey[], token: string) {
  const find = async ({ kid }: { kid?: string }) => {
    const key = known.find((candidate) => candidate.kid === kid)
    if (!key) throw new Error('not a key of this server')
    return importJWK(key.publicJwk, SIGNING_ALGORITHM)
  }
  try {
    const { payload, protectedHeader } = await compactVerify(token, find, { algorithms: [SIGNING_ALGORITHM] })
    return protectedHeader.typ === ACCESS_TOKEN ? JSON.parse(new TextDecoder().decode(payload)) : null
  } catch {
    return null
  }
}
