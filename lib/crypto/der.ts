/** A small writer of DER (X.690), for no module of Node's makes certificates. */

export function tagged(tag: number, content: Buffer): Buffer {
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

export const sequence = (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts))
export const integer = (value: Buffer) => tagged(0x02, value)
export const bits = (value: Buffer) => tagged(0x03, Buffer.concat([Buffer.from([0]), value]))
export const octets = (value: Buffer) => tagged(0x04, value)
export const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))

export const nameOf = (commonName: string) =>
  sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(commonName)))))

export const time = (date: Date) =>
  tagged(
    0x18,
    Buffer.from(
      `${date
        .toISOString()
        .replace(/[-:T]/g, '')
        .replace(/\.\d+Z$/, '')}Z`,
    ),
  )
