import { createECDH, createHash, createHmac } from 'node:crypto'
import type { Keyring } from './keyring'

/** A key that we sign with at an identity provider, in whole (RFC 7517). */
export type ConnectionKey = {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly alg: 'ES256'
  readonly use: 'sig'
  readonly kid: string
  readonly x: string
  readonly y: string
  /** The private half. */
  readonly d: string
}

/** Milliseconds that a key signs. */
const PERIOD = 90 * 24 * 3600_000

export type ConnectionKeys = {
  /** What signs now. */
  signing(connectionId: string, now: Date): ConnectionKey
  /** The public halves of what signs now and next, under every key of the installation. */
  published(connectionId: string, now: Date): readonly Omit<ConnectionKey, 'd'>[]
}

/**
 * The keys of our client at each connection's identity provider (`private_key_jwt`). They are derived from the keys of the
 * installation, so that none is stored, all instances have the same, and they change by themselves. Decision 0118.
 */
export function connectionKeys(keyring: Keyring): ConnectionKeys {
  const keyOf = (keyId: string, connectionId: string, period: number) =>
    makeKey(keyring.derive(keyId, 'connection-key'), `${connectionId}\0${period}`)
  const periodOf = (now: Date) => Math.floor(now.getTime() / PERIOD)
  return {
    signing: (connectionId, now) => keyOf(keyring.currentId, connectionId, periodOf(now)),
    published: (connectionId, now) =>
      keyring.ids
        .flatMap((id) => [0, 1].map((later) => keyOf(id, connectionId, periodOf(now) + later)))
        .map(({ d: _, ...published }) => published),
  }
}

function makeKey(secret: Buffer, context: string, attempt = 0): ConnectionKey {
  const d = createHmac('sha256', secret).update(`${context}\0${attempt}`).digest()
  const curve = createECDH('prime256v1')
  try {
    curve.setPrivateKey(d)
  } catch {
    // One number in four billion is no private key.
    return makeKey(secret, context, attempt + 1)
  }
  const point = curve.getPublicKey()
  const kid = createHash('sha256').update(point).digest('base64url').slice(0, 22)
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  return {
    kty: 'EC',
    crv: 'P-256',
    alg: 'ES256',
    use: 'sig',
    kid,
    x: x ?? '',
    y: y ?? '',
    d: d.toString('base64url'),
  }
}
