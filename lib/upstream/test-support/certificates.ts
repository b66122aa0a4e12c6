/**
 * TLS certificates made at run time: an authority, and what it issues, sound or not. For tests only.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { bits, integer, nameOf, octets, oid, sequence, tagged, time } from '@/lib/crypto/der'

export type Issued = { readonly key: string; readonly cert: string }

export type Authority = {
  /** Its own certificate, in PEM: who trusts it trusts what it issues. */
  readonly cert: string
  /** For `localhost` and 127.0.0.1 unless told otherwise; valid for a year, and already for an hour. */
  issue(terms?: {
    readonly notBefore?: Date
    readonly notAfter?: Date
    readonly hosts?: readonly string[]
    /** For what signs with RSA alone, as XML does here. */
    readonly isRsa?: boolean
  }): Issued
}

const DAY = 24 * 3600 * 1000

/** A private authority that is not trusted yet. */
export function makeAuthority(): Authority {
  const pair = makePair()
  const name = `Authority ${randomBytes(4).toString('hex')}`
  const soon = { notBefore: new Date(Date.now() - 900 * DAY), notAfter: new Date(Date.now() + 900 * DAY) }
  const own = { subject: name, publicKey: pair.publicKey, ...soon, extensions: [AUTHORITY] }
  const signer = { name, key: pair.privateKey }
  return {
    cert: certificate(own, signer),
    issue({
      notBefore = new Date(Date.now() - 3600_000),
      notAfter = new Date(Date.now() + 365 * DAY),
      hosts = ['localhost'],
      isRsa = false,
    } = {}) {
      const { publicKey, privateKey } = isRsa
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : makePair()
      const terms = { subject: 'leaf', publicKey, notBefore, notAfter, extensions: [alternativeNames(hosts)] }
      return {
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        cert: certificate(terms, signer),
      }
    },
  }
}

const makePair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

type Terms = {
  readonly subject: string
  readonly publicKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  readonly extensions: readonly Buffer[]
}

/** RFC 5280 §4.1. */
function certificate(terms: Terms, signer: { readonly name: string; readonly key: KeyObject }): string {
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    nameOf(signer.name),
    sequence(time(terms.notBefore), time(terms.notAfter)),
    nameOf(terms.subject),
    terms.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...terms.extensions)),
  )
  const whole = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, signer.key)))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))

/** `basicConstraints`, critical: it may sign others. */
const AUTHORITY = sequence(
  oid('551d13'),
  tagged(0x01, Buffer.from([0xff])),
  octets(sequence(tagged(0x01, Buffer.from([0xff])))),
)

const alternativeNames = (hosts: readonly string[]) =>
  sequence(
    oid('551d11'),
    octets(
      sequence(
        ...hosts.map((host) => tagged(0x82, Buffer.from(host))),
        ...(hosts.includes('localhost') ? [tagged(0x87, Buffer.from([127, 0, 0, 1]))] : []),
      ),
    ),
  )
