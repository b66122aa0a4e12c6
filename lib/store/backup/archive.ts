import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'

/** A table, by whose line its rows follow in the text format of COPY, up to a line of {@link END_OF_ROWS}. */
const Table = z.strictObject({ table: z.string(), columns: z.array(z.string()) })
export type ArchivedTable = z.infer<typeof Table>

/** The first line. */
const Header = z.strictObject({
  format: z.literal('vestibule-backup-1'),
  /** The last migration of the schema: when it was made, in milliseconds, and its hash. */
  schema: z.strictObject({ at: z.number(), hash: z.string() }),
})
export type ArchiveHeader = z.infer<typeof Header>

export const END_OF_ROWS = '\\.'

/** The file is no backup, or not a whole one. */
export class BrokenArchive extends Error {
  constructor(file: string) {
    super(`${file} is no backup of Vestibule, or damaged: nothing was written.`)
    this.name = 'BrokenArchive'
  }
}

export const headerLine = (header: ArchiveHeader) => `${JSON.stringify(header)}\n`
export const tableLine = (table: ArchivedTable) => `${JSON.stringify(table)}\n`
const lastLine = (sha256: string) => JSON.stringify({ sha256 })

/** @throws ZodError or SyntaxError */
export const readHeader = (line: Buffer): ArchiveHeader => Header.parse(JSON.parse(line.toString()))
/** @throws ZodError or SyntaxError */
export const readTable = (line: Buffer): ArchivedTable => Table.parse(JSON.parse(line.toString()))

/**
 * Writes an archive: compressed, for its owner alone, with a hash at its end. It has its name only once it is whole.
 *
 * @throws Error when there is a file of that name
 */
export async function writeArchive(file: string, content: AsyncIterable<string | Uint8Array>): Promise<void> {
  if (existsSync(file)) throw new Error(`${file} exists already`)
  const partial = `${file}.partial`
  try {
    await pipeline(Readable.from(hashed(content)), createGzip(), createWriteStream(partial, { mode: 0o600 }))
    const handle = await open(partial)
    await handle.sync()
    await handle.close()
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

async function* hashed(content: AsyncIterable<string | Uint8Array>) {
  const hash = createHash('sha256')
  for await (const chunk of content) {
    hash.update(chunk)
    yield chunk
  }
  yield `${lastLine(hash.digest('hex'))}\n`
}

/**
 * The lines of an archive, without its last one.
 *
 * @throws BrokenArchive, at the latest after all of them
 */
export async function* readArchive(file: string): AsyncGenerator<Buffer, void> {
  const hash = createHash('sha256')
  let held: Buffer | undefined
  try {
    for await (const line of linesOf(file)) {
      if (held) {
        hash.update(held).update('\n')
        yield held
      }
      held = line
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^Z_/.test(String(error.code)))
      throw new BrokenArchive(file)
    throw error
  }
  if (held?.toString() !== lastLine(hash.digest('hex'))) throw new BrokenArchive(file)
}

async function* linesOf(file: string): AsyncGenerator<Buffer, void> {
  const unpacked = createGunzip()
  const packed = createReadStream(file).on('error', (error) => unpacked.destroy(error))
  let rest = Buffer.alloc(0)
  for await (const chunk of packed.pipe(unpacked)) {
    const bytes = Buffer.concat([rest, chunk])
    let begin = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, begin)) {
      yield bytes.subarray(begin, end)
      begin = end + 1
    }
    rest = bytes.subarray(begin)
  }
  if (rest.length > 0) yield rest
}
