// A process of its own, which turns a picture of an untrusted sender (stdin) into a small PNG of ours (stdout): what a
// decoder can be made to do ends with it, and it has none of our secrets. Decision 0109. It exits with 3 without sharp.
import process from 'node:process'

/** Pixels of the picture that comes in, and along the sides of what goes out. */
const MOST_PIXELS = 2048 * 2048
const SIDE = 128

const sharp = await import('sharp').then(
  (found) => found.default,
  () => process.exit(3),
)
// Decoders of other formats, SVG above all, are never reached, whatever the first bytes are taken for.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp'].map((format) => `VipsForeignLoad${format}Buffer`),
})
sharp.concurrency(1)
const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
// On white, as applications expect it; a fixed size, and nothing of what the file says beside its pixels.
const picture = await sharp(Buffer.concat(chunks), { limitInputPixels: MOST_PIXELS, pages: 1 })
  .timeout({ seconds: 3 })
  .rotate()
  .resize(SIDE, SIDE, { fit: 'contain', background: '#ffffff' })
  .flatten({ background: '#ffffff' })
  .png({ compressionLevel: 9 })
  .toBuffer()
process.stdout.write(picture)
