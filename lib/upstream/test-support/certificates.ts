/**
 * TLS certificates made at run time: an authority, and what it issues, sound or not. A small writer of DER (X.690), for
 * no module of Node's makes certificates. For tests only.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

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

function tagged(tag: number, content: Buffer): Buffer {
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

const sequence = (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts))
const integer = (value: Buffer) => tagged(0x02, value)
const bits = (value: Buffer) => tagged(0x03, Buffer.concat([Buffer.from([0]), value]))
const octets = (value: Buffer) => tagged(0x04, value)
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))

const nameOf = (commonName: string) =>
  sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(commonName)))))

const time = (date: Date) =>
  tagged(
    0x18,
    Buffer.from(
      `${date
        .toISOString()
        .replace(/[-:T]/g, '')
        .replace(/\.\d+Z$/, '')}Z`,
    ),
  )

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
