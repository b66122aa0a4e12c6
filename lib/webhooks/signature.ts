/** Signatures of the Standard Webhooks specification, version 1.0: HMAC-SHA256 with a secret that both sides have. */
import { createHmac, randomBytes } from 'node:crypto'

/** In front of a secret, so that secret scanners know it. */
const PREFIX = 'whsec_'

/** The specification wants 24 to 64. */
const SECRET_BYTES = 32

/** A new signing secret: `whsec_` and 32 random bytes in base64. */
export function newSigningSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

export type Message = {
  /** The same at every attempt. */
  readonly id: string
  /** Of this attempt. */
  readonly at: Date
  readonly body: string
}

/**
 * The headers that a receiver verifies a message by. While a secret is replaced there are two signatures; one that fits
 * is enough.
 *
 * @param secrets each as {@link newSigningSecret} made it
 */
export function signedHeaders({ id, at, body }: Message, secrets: readonly string[]) {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
