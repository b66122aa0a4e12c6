import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest()

/** Present, verified (PIN, finger). WebAuthn §6.1 */
const SEEN = 0b101
const WITH_CREDENTIAL = 0b1000000

/** CBOR of a text of less than 24 bytes. */
const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])

/** An authenticator with one passkey (ES256) for a console. */
export function authenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(16)
  const credentialId = id.toString('base64url')
  const coordinates = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'))
  // COSE (RFC 9053 §7.1): kty EC2, alg ES256, crv P-256, x, y.
  const key = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    coordinates[0] ?? Buffer.alloc(0),
    Buffer.from('225820', 'hex'),
    coordinates[1] ?? Buffer.alloc(0),
  ])
  const head = (flags: number) =>
    Buffer.concat([sha256(new URL(origin).hostname), Buffer.from([flags]), Buffer.alloc(4)])
  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const answer = (response: object) => ({
    response: {
      id: credentialId,
      rawId: credentialId,
      type: 'public-key',
      clientExtensionResults: {},
      response,
    },
  })
  return {
    credentialId,
    /** As the accounts library stores it. */
    publicKey: key.toString('base64'),

    /** The body of a registration. */
    register(challenge: string) {
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key])
      const data = Buffer.concat([head(SEEN | WITH_CREDENTIAL), credential])
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        ...[text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0]), text('authData')],
        ...[Buffer.from([0x58, data.length]), data],
      ])
      return answer({
        clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: [],
      })
    },

    /** The body of a sign-in. */
    signIn(challenge: string) {
      const [data, client] = [head(SEEN), clientData('webauthn.get', challenge)]
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      return answer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      })
    },
  }
}
