import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { PublicJwk } from '@/lib/oauth/ports/tokens'
import type { KeyTimes } from './key-schedule'

export const SIGNING_ALGORITHM = 'ES256'

/** A key that a server signs with, named by its thumbprint (RFC 7638). */
export type SigningKey = {
  readonly kid: string
  readonly publicJwk: PublicJwk
  /** The private JWK (RFC 7517). */
  readonly privateJwk: Readonly<Record<string, string>>
}

/** The public half of a key, and its times. */
export type PublicSigningKey = KeyTimes & { readonly publicJwk: PublicJwk }

/** What to do with a server's keys, all of it or nothing. */
export type KeyChange = {
  readonly insert?: SigningKey & { readonly activatesAt: Date }
  /** These leave the key set at this time. */
  readonly withdraw?: { readonly kids: readonly string[]; readonly at: Date }
  /** These are forgotten, private half and all. */
  readonly remove?: readonly string[]
}

/** Where signing keys are kept, their private half sealed. */
export type SigningKeys = {
  /** All keys of a server, in the order in which they sign. */
  list(serverId: string): Promise<readonly PublicSigningKey[]>
  /** The whole key; null when this server has none of this name. */
  find(serverId: string, kid: string): Promise<SigningKey | null>
  /**
   * Calls `decide` with a server's keys and executes its decision. Callers queue, so each `decide` sees the result of
   * the one before. Returns the keys as they are then.
   */
  change(
    serverId: string,
    decide: (keys: readonly PublicSigningKey[]) => KeyChange,
  ): Promise<readonly PublicSigningKey[]>
}

/** Makes a key for ES256 (RFC 7518 §3.4). */
export async function newSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true })
  const publicJwk = (await exportJWK(publicKey)) as PublicJwk
  const privateJwk = (await exportJWK(privateKey)) as SigningKey['privateJwk']
  return { kid: await calculateJwkThumbprint(publicJwk), publicJwk, privateJwk }
}
