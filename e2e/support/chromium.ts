import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

/** How to launch Chromium: the one that an npm package carries, or the system's. */
export type Chromium = { readonly executablePath: string; readonly env: Record<string, string> }

const SYSTEM_NAMES = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
]

/**
 * Finds a Chromium: `CHROMIUM_PATH`, `@sparticuz/chromium` on Linux x64, which brings the libraries that it needs, or the
 * system's. The package has the shell without windows, which takes half of the CPU for the same tests, and is of the same
 * version everywhere.
 *
 * @throws Error saying how to get one
 */
export function findChromium(): Chromium {
  const named = process.env.CHROMIUM_PATH
  if (named) return { executablePath: named, env: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return unpack()
  for (const folder of process.env.PATH?.split(path.delimiter) ?? [])
    for (const name of SYSTEM_NAMES)
      if (existsSync(path.join(folder, name))) return { executablePath: path.join(folder, name), env: {} }
  throw new Error(
    'No Chromium was found. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.',
  )
}

/** Unpacked once into the project's cache; the package's own function uses a fixed path that other versions share. */
function unpack(): Chromium {
  const folder = path.resolve('node_modules/.cache/chromium')
  const executablePath = path.join(folder, 'chromium')
  if (!existsSync(executablePath)) {
    const packed = path.resolve('node_modules/@sparticuz/chromium/bin')
    const read = (name: string) => brotliDecompressSync(readFileSync(path.join(packed, name)))
    mkdirSync(folder, { recursive: true })
    for (const name of ['al2023.tar.br', 'fonts.tar.br'])
      execFileSync('tar', ['-x', '-C', folder], { input: read(name) })
    const draft = `${executablePath}.${process.pid}`
    writeFileSync(draft, read('chromium.br'), { mode: 0o755 })
    renameSync(draft, executablePath)
  }
  return { executablePath, env: { LD_LIBRARY_PATH: path.join(folder, 'lib') } }
}
