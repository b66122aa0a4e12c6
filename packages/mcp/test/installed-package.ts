import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

export const run = promisify(execFile)
export const root = path.resolve(import.meta.dirname, '../../..')

/** A project of a developer who installed the tarball. */
export type Project = {
  readonly folder: string
  /** Where the package is in it. */
  readonly installed: string
  /** Compiles a folder of it, as strictly as TypeScript can; throws with what the compiler says. */
  readonly compile: (folder: string) => Promise<void>
  readonly remove: () => Promise<void>
}

/** As strict as TypeScript can be. */
export const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  module: 'preserve',
  target: 'es2022',
  lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  types: ['node'],
  skipLibCheck: true,
  noEmit: true,
}

/** Packs the package as npm would publish it, and installs it beside our dependencies. */
export async function newProject(): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vestibule-package-'))
  // In a copy: others pack at the same time.
  const copy = path.join(folder, 'copy')
  await cp(path.join(root, 'packages/mcp'), path.join(copy, 'packages/mcp'), { recursive: true })
  for (const file of ['LICENSE', 'tsconfig.json']) await cp(path.join(root, file), path.join(copy, file))
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))
  await run('npm', ['pack', '--pack-destination', folder], { cwd: path.join(copy, 'packages/mcp') })
  await rm(copy, { recursive: true })
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''
  await run('tar', ['-xzf', path.join(folder, tarball), '-C', folder])
  const installed = path.join(folder, 'node_modules/@vestibule/mcp')
  await mkdir(path.dirname(installed), { recursive: true })
  await cp(path.join(folder, 'package'), installed, { recursive: true })
  for (const name of await readdir(path.join(root, 'node_modules')))
    if (!name.startsWith('.'))
      await symlink(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name))
  const compiler = path.join(root, 'node_modules/typescript-7/bin/tsc')
  return {
    folder,
    installed,
    compile: async (project) => {
      await run(process.execPath, [compiler, '-p', project]).catch(({ stdout }) => {
        throw new Error(stdout)
      })
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
