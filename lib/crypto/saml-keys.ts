import { createHash, createPublicKey, sign } from 'node:crypto'
import { processOnce } from '@/lib/process-once'
import { bits, integer, nameOf, oid, sequence, tagged, time } from './der'
import { deriveRsaKey } from './derived-rsa'
import type { Keyring } from './keyring'

/** What signs requests to a SAML identity provider. */
export type SamlKey = {
  /** PKCS #8 in PEM. */
  readonly privateKey: string
  /** Base64 of DER. */
  readonly certificate: string
}

export type SamlKeys = {
  /** What signs now. */
  signing(connectionId: string, now: Date): Promise<SamlKey>
  /** The certificates of what signs now and next, under every key of the installation. */
  published(connectionId: string, now: Date): Promise<readonly string[]>
}

/** Milliseconds that a key signs. Many providers are given a certificate once, by hand. */
const PERIOD = 730 * 24 * 3600_000

/** Keys that are remembered at most: making one takes as long as a thousand requests. */
const KEPT = 4_000

/**
 * The keys that requests to SAML identity providers are signed with, one for each connection: derived, as those of
 * `connection-keys`, and RSA, for that is what SAML providers know. Decision 0127.
 */
export function samlKeys(keyring: Keyring): SamlKeys {
  const keyOf = (keyId: string, connectionId: string, period: number) => {
    const secret = keyring.derive(keyId, 'saml-key')
    const made = processOnce('saml-keys', () => new Map<string, Promise<SamlKey>>())
    const name = createHash('sha256').update(secret).update(`${connectionId}\0${period}`).digest('base64')
    const known = made.get(name)
    if (known) return known
    if (made.size >= KEPT) made.clear()
    const key = makeKey(secret, connectionId, period)
    made.set(name, key)
    return key
  }
  const periodOf = (now: Date) => Math.floor(now.getTime() / PERIOD)
  return {
    signing: (connectionId, now) => keyOf(keyring.currentId, connectionId, periodOf(now)),
    published: async (connectionId, now) => {
      const keys = keyring.ids.flatMap((id) =>
        [0, 1].map((later) => keyOf(id, connectionId, periodOf(now) + later)),
      )
      return (await Promise.all(keys)).map(({ certificate }) => certificate)
    },
  }
}

const SHA256_WITH_RSA = sequence(oid('2a864886f70d01010b'), tagged(0x05, Buffer.alloc(0)))

/** With a certificate that it signs itself (RFC 5280 §4.1): from a period before the one in which it signs to one after. */
async function makeKey(secret: Buffer, connectionId: string, period: number): Promise<SamlKey> {
  const key = await deriveRsaKey(secret, `${connectionId}\0${period}`)
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const serial = createHash('sha256').update(publicKey).digest().subarray(0, 15)
  const name = nameOf(`Vestibule ${connectionId}`.slice(0, 64))
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), serial])),
    SHA256_WITH_RSA,
    name,
    sequence(time(new Date((period - 1) * PERIOD)), time(new Date((period + 2) * PERIOD))),
    name,
    publicKey,
  )
  const certificate = sequence(body, SHA256_WITH_RSA, bits(sign('sha256', body, key)))
  return {
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: certificate.toString('base64'),
  }
}
