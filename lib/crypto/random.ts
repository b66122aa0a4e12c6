import { randomBytes } from 'node:crypto'

/** Random bytes are drawn for many at once: asking for them costs more than they do. */
const DRAWN = 4_096

let pool = Buffer.alloc(0)
let used = 0

/**
 * Random bytes of a pool that nobody else sees. No part of it is given out twice.
 *
 * @param read what is made of them, which must not keep the buffer
 */
function drawn<T>(bytes: number, read: (bytes: Buffer) => T): T {
  if (used + bytes > pool.length) {
    pool = randomBytes(Math.max(DRAWN, bytes))
    used = 0
  }
  const part = pool.subarray(used, used + bytes)
  used += bytes
  const made = read(part)
  // Whoever reads the memory later finds nothing that was given out.
  part.fill(0)
  return made
}

/** So many random bytes, in base64url. */
export const randomText = (bytes: number): string => drawn(bytes, (part) => part.toString('base64url'))

/** So many random bytes. */
export const randomBuffer = (bytes: number): Buffer => drawn(bytes, (part) => Buffer.from(part))
