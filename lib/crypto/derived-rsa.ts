import { checkPrime, createHmac, createPrivateKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

const isPrime = promisify(checkPrime)

const EXPONENT = 65537n
/** Bytes of each of the two primes: the key has 2048 bits. */
const HALF = 128

/**
 * An RSA key that is a matter of a secret alone: whoever has it makes the same key at any time. The primes are the first
 * ones in a sequence of numbers that HMAC-SHA-256 draws.
 *
 * @param secret 256 bits, for this purpose only
 * @param context what the key is for
 */
export async function deriveRsaKey(secret: Buffer, context: string): Promise<KeyObject> {
  const draw = numbersOf(secret, context)
  const one = await nextPrime(draw)
  const other = await nextPrime(draw)
  const [p, q] = one > other ? [one, other] : [other, one]
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n))
  const parts = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const encoded = Object.entries(parts).map(([name, value]) => [name, bytesOf(value).toString('base64url')])
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(encoded) }, format: 'jwk' })
}

/** Odd numbers of {@link HALF} bytes whose two highest bits are set, so that a product of two has all of its bits. */
function* numbersOf(secret: Buffer, context: string): Generator<bigint, never> {
  for (let count = 0; ; count++) {
    const blocks = [0, 1, 2, 3].map((block) =>
      createHmac('sha256', secret).update(`${context}\0${count}\0${block}`).digest(),
    )
    const number = BigInt(`0x${Buffer.concat(blocks).toString('hex')}`)
    yield number | (3n << BigInt(8 * HALF - 2)) | 1n
  }
}

async function nextPrime(draw: Generator<bigint, never>): Promise<bigint> {
  for (;;) {
    const { value } = draw.next()
    // The exponent needs an inverse.
    if ((value - 1n) % EXPONENT !== 0n && (await isPrime(value))) return value
  }
}

/** Of a number, by the extended Euclidean algorithm. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [number % modulus, modulus, 1n, 0n]
  while (a > 1n) {
    const quotient = a / b
    ;[a, b, x, y] = [b, a - quotient * b, y, x - quotient * y]
  }
  return ((x % modulus) + modulus) % modulus
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}
