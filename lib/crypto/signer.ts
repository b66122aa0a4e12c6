import {
  calculateJwkThumbprint, compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  SignJWT,
} from 'jose'
import type { PublicJwk, TokenSigner } from '@/lib/oauth/ports'
import { processOnce } from '@/lib/process-once'

type PrivateKey = Awaited<ReturnType<typeof importJWK>>
type PrivateJwk = Readonly<Record<string, string>>
type StoredKey = { readonly kid: string; readonly publicJwk: PublicJwk; readonly privateJwk: PrivateJwk }

/** Where signing keys are kept, sealed. */
type KeyStore = {
  findCurrent(serverId: string): Promise<StoredKey | null>
  list(serverId: string): Promise<readonly { readonly kid: string; readonly publicJwk: PublicJwk }[]>
  insertIfNone(serverId: string, key: StoredKey): Promise<StoredKey>
}

const ALGORITHM = 'ES256'
const TYPE = 'at+jwt'

/** How long a server's current key is used without looking again, in milliseconds. */
const KEY_CACHE = 60_000

type CachedKey = { readonly kid: string; readonly key: PrivateKey; readonly until: number }

/** Signs access tokens with the server's own ES256 key, which is made at its first use (RFC 9068 §2.1). */
export function tokenSigner(keys: KeyStore): TokenSigner {
  const cache = processOnce('signing-keys', () => new Map<string, Promise<CachedKey>>())

  async function load(serverId: string): Promise<CachedKey> {
    const stored = (await keys.findCurrent(serverId)) ?? (await keys.insertIfNone(serverId, await newKey()))
    const key = await importJWK(stored.privateJwk, ALGORITHM)
    return { kid: stored.kid, key, until: Date.now() + KEY_CACHE }
  }

  async function current(serverId: string): Promise<CachedKey> {
    const cached = await cache.get(serverId)?.catch(() => undefined)
    if (cached && cached.until > Date.now()) return cached
    const loading = load(serverId)
    cache.set(serverId, loading)
    return loading
  }

  return {
    async sign(serverId, claims) {
      const { kid, key } = await current(serverId)
      return new SignJWT(claims as JWTPayload)
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
        .sign(key)
    },
    async verify(serverId, token) {
      const known = await keys.list(serverId)
      const find = async ({ kid }: { kid?: string }) => {
        const key = known.find((candidate) => candidate.kid === kid)
        if (!key) throw new Error('not a key of this server')
        return importJWK(key.publicJwk, ALGORITHM)
      }
      try {
        const { payload, protectedHeader } = await compactVerify(token, find, { algorithms: [ALGORITHM] })
        return protectedHeader.typ === TYPE ? JSON.parse(new TextDecoder().decode(payload)) : null
      } catch {
        return null
      }
    },
    async publicKeys(serverId) {
      if ((await keys.list(serverId)).length === 0) await keys.insertIfNone(serverId, await newKey())
      return (await keys.list(serverId)).map(({ kid, publicJwk }) => ({
        ...publicJwk,
        kid,
        alg: ALGORITHM,
        use: 'sig',
      }))
    },
  }
}

async function newKey(): Promise<StoredKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const publicJwk = (await exportJWK(publicKey)) as PublicJwk
  const privateJwk = (await exportJWK(privateKey)) as PrivateJwk
  return { kid: await calculateJwkThumbprint(publicJwk), publicJwk, privateJwk }
}
