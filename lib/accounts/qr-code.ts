import { encode } from 'uqr'

/** A QR code as the `d` of one SVG path, a unit per module, and the length of its side in modules. */
export function qrCode(text: string): { readonly path: string; readonly side: number } {
  const { data, size } = encode(text)
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return { path: dark.join(''), side: size }
}
