import { closeSync, openSync, readSync, statSync } from 'node:fs'

/**
 * What is in a file that a configuration file names. A device never ends, and a pipe that nothing writes to never begins:
 * neither is read. Secrets alone may come by a pipe, as shells make them.
 *
 * @param most bytes
 * @returns null when it is larger
 * @throws an error with a `code`
 */
export function readNamedFile(file: string, most: number, { pipes = false } = {}): Buffer | null {
  const stat = statSync(file)
  if (!stat.isFile() && !stat.isDirectory() && !(pipes && stat.isFIFO()))
    throw Object.assign(new Error('not a file'), { code: 'not a file' })
  const opened = openSync(file, 'r')
  try {
    const content = Buffer.alloc(most + 1)
    let length = 0
    for (let read = -1; read !== 0 && length <= most; length += read)
      read = readSync(opened, content, length, most + 1 - length, null)
    return length > most ? null : content.subarray(0, length)
  } finally {
    closeSync(opened)
  }
}
