import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { checks } from '../checks.mjs'

export type CheckName = keyof typeof checks

export type Verdict = { readonly clean: boolean; readonly output: string }

/** A copy of this project's sources that a test may spoil. */
export type ProjectCopy = {
  write(file: string, content: string): void
  /** Changes a file that is there. */
  change(file: string, edit: (content: string) => string): void
  /** Runs one check of `npm run lint`. */
  run(check: CheckName): Promise<Verdict>
  remove(): void
}

/** What is made, and not written. */
const LEFT_OUT = [
  '.git',
  '.next',
  '.data',
  'dist',
  'coverage',
  'node_modules',
  'playwright-report',
  'test-results',
]

/** What sharing the packages takes. */
const FURTHER: Partial<Record<CheckName, readonly string[]>> = {
  // Its cache lies beside the packages.
  types: ['--incremental', 'false'],
  // Packages are found where the copy has them, as in the project.
  'dependency law': ['--preserve-symlinks'],
  'folder cycles': ['--preserve-symlinks'],
}

/** Copies everything that is written by hand; the packages are shared. */
export function copyProject(): ProjectCopy {
  const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-law-'))
  const root = process.cwd()
  cpSync(root, directory, {
    recursive: true,
    filter: (source) => !LEFT_OUT.includes(path.relative(root, source)) && !source.endsWith('/next-env.d.ts'),
  })
  symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'))
  const write = (file: string, content: string) => {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true })
    writeFileSync(path.join(directory, file), content)
  }
  return {
    write,
    change: (file, edit) => write(file, edit(readFileSync(path.join(directory, file), 'utf8'))),
    async run(check) {
      const [command, ...args] = checks[check]
      const child = spawn(command, [...args, ...(FURTHER[check] ?? [])], {
        cwd: directory,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
      })
      const [output, errors, [status]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ])
      return { clean: status === 0, output: output + errors }
    },
    remove: () => rmSync(directory, { recursive: true }),
  }
}
