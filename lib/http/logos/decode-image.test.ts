import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImage } from './decode-image'

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: '#ff000080' } })

const shapeOf = async (bytes: Uint8Array | null) => {
  const { format, width, height, hasAlpha } = await sharp(bytes ?? Buffer.alloc(0)).metadata()
  return { format, width, height, hasAlpha }
}

const OURS = { format: 'png', width: 128, height: 128, hasAlpha: false }

describe('a logo of an untrusted host', () => {
  it('becomes a small PNG of ours, whatever it was, without what else its file said', async () => {
    const [png, jpeg, webp] = await Promise.all([
      picture(900, 20)
        .withMetadata({ exif: { IFD0: { Copyright: 'tracking-mark' } } })
        .png()
        .toBuffer(),
      picture(300, 300).jpeg().toBuffer(),
      picture(16, 16).webp().toBuffer(),
    ])
    const made = await Promise.all([png, jpeg, webp].map((bytes) => decodeImage(bytes)))
    expect(await Promise.all(made.map(shapeOf))).toEqual([OURS, OURS, OURS])
    expect(Buffer.from(png).includes('tracking-mark')).toBe(true)
    expect(Buffer.from(made[0] ?? []).includes('tracking-mark')).toBe(false)
  })

  it('is nothing when it is an SVG with a script, or something else under the first bytes of a picture', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    const posing = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), svg])
    const gif = await picture(10, 10).gif().toBuffer()
    const made = await Promise.all([svg, posing, gif, Buffer.alloc(0)].map((bytes) => decodeImage(bytes)))
    expect(made).toEqual([null, null, null, null])
  })

  it('is nothing when it is a bomb: 10,000 × 10,000 pixels in a few kilobytes, or cut off', async () => {
    const bomb = await sharp({
      create: { width: 10_000, height: 10_000, channels: 3, background: '#ffffff' },
    })
      .png({ compressionLevel: 9, palette: false })
      .toBuffer()
    const whole = await picture(400, 400).png().toBuffer()
    expect(bomb.length).toBeLessThan(400_000)
    const made = await Promise.all([bomb, whole.subarray(0, 60)].map((bytes) => decodeImage(bytes)))
    expect(made).toEqual([null, null])
  })

  it('is nothing when its decoder crashes, says something else or too much, and waits for no such process', async () => {
    const png = await picture(10, 10).png().toBuffer()
    const programs = ['crashes', 'lies', 'floods'].map((name) => `lib/http/logos/test-support/${name}.mjs`)
    expect(await Promise.all(programs.map((program) => decodeImage(png, program)))).toEqual([
      null,
      null,
      null,
    ])
  })
})
