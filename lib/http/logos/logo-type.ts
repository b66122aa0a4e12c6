import type { LogoType } from '@/lib/oauth/ports/brand'

/** Bytes. */
export const LOGO_MAX_BYTES = 100 * 1024

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const JPEG = [0xff, 0xd8, 0xff]
const RIFF = [0x52, 0x49, 0x46, 0x46]
const WEBP = [0x57, 0x45, 0x42, 0x50]

/** What an image is by its first bytes; null for everything that is not one of ours. */
export function logoTypeOf(bytes: Uint8Array): LogoType | null {
  const has = (expected: readonly number[], at = 0) => expected.every((byte, i) => bytes[at + i] === byte)
  if (has(PNG)) return 'image/png'
  if (has(JPEG)) return 'image/jpeg'
  return has(RIFF) && has(WEBP, 8) ? 'image/webp' : null
}
