import { expect, it } from 'vitest'
import { qrCode } from './qr-code'

it('draws a QR code with the three finder patterns inside its quiet zone', () => {
  const { path, side } = qrCode(
    'otpauth://totp/Vestibule:dana@example.com?secret=GEZDGNBVGY3TQOJQ&issuer=Vestibule',
  )
  const isDark = (x: number, y: number) => path.includes(`M${x} ${y}h`)
  const line = (y: number) => Array.from({ length: side }, (_, x) => (isDark(x, y) ? '#' : ' ')).join('')
  const top = line(1).trim()
  expect(top.startsWith('#######')).toBe(true)
  expect(top.endsWith('#######')).toBe(true)
  expect(
    line(side - 2)
      .trim()
      .startsWith('#######'),
  ).toBe(true)
  expect(line(0).trim()).toBe('')
})
