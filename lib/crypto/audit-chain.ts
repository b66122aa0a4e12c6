/** How the audit log is chained, and how the end of a chain is signed. Decisions 0040 and 0080. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { AuditEntry } from '@/lib/oauth/ports/events'
import { type Salts, withCommitments } from './audit-commitments'
import type { Keyring } from './keyring'

/** What the first entry of a chain follows. */
export const FIRST_HASH = '0'.repeat(64)

/** What an entry that signs the ones before it is called. */
export const CHECKPOINT = 'audit.checkpoint'

/**
 * An entry whose time may have more digits than a `Date` has. We write milliseconds: a row with more of them was
 * changed.
 */
export type HashedEntry = Omit<AuditEntry, 'at'> & Salts & { readonly at: Date | string }

/** SHA-256 (hex) over an entry, with commitments in the place of what it has salts for, and the hash of the one before it. */
export function hashEntry(previous: string, sequence: number, entry: HashedEntry): string {
  const { chain, at, actorKind, actorId, action, targetKind, targetId } = entry
  const { actorName, targetName, detail } = withCommitments(entry)
  const time = typeof at === 'string' ? at : at.toISOString()
  const fields = [chain, sequence, time, actorKind, actorId, actorName, action]
  const line = JSON.stringify([...fields, targetKind, targetId, targetName, canonical(detail)])
  return createHash('sha256').update(`${previous}\n${line}`).digest('hex')
}

/** Postgres keeps the keys of an object in an order of its own. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, canonical(item)])
}

/** That a chain had this entry at its end. */
export type Checkpoint = {
  readonly chain: string
  readonly sequence: number
  readonly hash: string
  /** ISO 8601. */
  readonly at: string
  /** The id of the key. */
  readonly key: string
  /** Ed25519, base64url. */
  readonly signature: string
}

/** A public key that verifies checkpoints (RFC 8037). */
export type CheckpointKey = {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
}

/** The 32 bytes of an Ed25519 key follow this in PKCS #8 (RFC 8410 §7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

const privateKeyOf = (keyring: Keyring, keyId: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([PKCS8, keyring.derive(keyId, 'audit checkpoints')]),
    format: 'der',
    type: 'pkcs8',
  })

/** The public keys of all keys of the ring, the current one first: to be kept where the database is not. */
export function checkpointKeys(keyring: Keyring): readonly CheckpointKey[] {
  return keyring.ids.map((kid) => {
    const { x = '' } = createPublicKey(privateKeyOf(keyring, kid)).export({ format: 'jwk' })
    return { kty: 'OKP', crv: 'Ed25519', x, kid }
  })
}

type Stated = Omit<Checkpoint, 'signature'>

const statement = ({ chain, sequence, hash, at, key }: Stated) =>
  Buffer.from(JSON.stringify(['vestibule audit checkpoint', chain, sequence, hash, at, key]))

/** Signs with the current key. */
export function signCheckpoint(keyring: Keyring, end: Omit<Stated, 'key'>): Checkpoint {
  const stated = { ...end, key: keyring.currentId }
  const signature = sign(null, statement(stated), privateKeyOf(keyring, stated.key)).toString('base64url')
  return { ...stated, signature }
}

/** Whether one of the keys has signed it. */
export function isSigned(checkpoint: Checkpoint, keys: readonly CheckpointKey[]): boolean {
  const { kty, crv, x } = keys.find(({ kid }) => kid === checkpoint.key) ?? {}
  if (kty === undefined || x === undefined || crv === undefined) return false
  const key = createPublicKey({ key: { kty, crv, x }, format: 'jwk' })
  return verify(null, statement(checkpoint), key, Buffer.from(checkpoint.signature, 'base64url'))
}
