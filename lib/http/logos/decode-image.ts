import { spawn } from 'node:child_process'
import path from 'node:path'
import { logoTypeOf } from './logo-type'

/** Milliseconds from the start of the process to its last byte. */
const TIMEOUT = 5_000

/** More than a PNG of 128 × 128 pixels can have. */
const MAX_BYTES = 72 * 1024

const PROGRAM = path.resolve('lib/http/logos/decoder.mjs')

/**
 * A small PNG of what a picture shows, made by a process of its own, without our environment, that is killed when it
 * takes too long. Decision 0109.
 *
 * @returns null for what is no PNG, JPEG or WebP, has too many pixels, cannot be decoded in time, and without sharp
 */
export function decodeImage(bytes: Uint8Array, program = PROGRAM): Promise<Uint8Array | null> {
  if (!logoTypeOf(bytes)) return Promise.resolve(null)
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--max-old-space-size=64', program], {
      env: { NODE_ENV: 'production' },
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
    })
    const chunks: Buffer[] = []
    let size = 0
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_BYTES) child.kill('SIGKILL')
      else chunks.push(chunk)
    })
    child.on('error', () => resolve(null))
    child.on('close', (code) => {
      const picture = Buffer.concat(chunks)
      resolve(code === 0 && logoTypeOf(picture) === 'image/png' ? picture : null)
    })
    // It may end before it has read everything.
    child.stdin.on('error', () => {})
    child.stdin.end(bytes)
  })
}
