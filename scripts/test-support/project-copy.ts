import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { checks, sources } from '../checks.mjs'

export type CheckName = keyof typeof checks

export type Verdict = { readonly clean: boolean; readonly output: string }

/** A copy of this project's sources that a test may spoil. */
export type ProjectCopy = {
  write(file: string, content: string): void
  /** Changes a file that is there. */
  change(file: string, edit: (content: string) => string): void
  /**
   * Runs one check of `npm run lint`.
   *
   * @param files the only ones that it looks at, where that saves most of its time; without them all
   */
  run(check: CheckName, files?: readonly string[]): Promise<Verdict>
  /** The files that the check of types looks at. */
  typed(): Promise<readonly string[]>
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

/** A configuration of the compiler that names files, beside the project's own. */
const NAMED_FILES = 'tsconfig.law.json'

/** A check's arguments, and those that keep it to files. */
function argumentsOf(check: CheckName, files: readonly string[] | undefined): readonly string[] {
  const [, ...all] = checks[check]
  const whole = [...all, ...(FURTHER[check] ?? [])]
  if (!files) return whole
  if (check === 'types') return [...whole, '--project', NAMED_FILES]
  const options = whole.filter((argument) => argument !== '.' && !sources.includes(argument))
  // What a file imports is looked at, as far as two that import each other need it, and not all behind it.
  return check === 'format and lint' ? [...options, ...files] : [...files, ...options, '--max-depth', '2']
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
  const execute = async (command: string, args: readonly string[]): Promise<Verdict> => {
    const child = spawn(command, args, {
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
  }
  const write = (file: string, content: string) => {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true })
    writeFileSync(path.join(directory, file), content)
  }
  return {
    write,
    change: (file, edit) => write(file, edit(readFileSync(path.join(directory, file), 'utf8'))),
    run(check, files) {
      if (check === 'types' && files)
        write(NAMED_FILES, JSON.stringify({ extends: './tsconfig.json', include: [], files }))
      return execute(checks[check][0], argumentsOf(check, files))
    },
    async typed() {
      const [command, compiler = ''] = checks.types
      const { output } = await execute(command, [compiler, '--showConfig'])
      return JSON.parse(output).files.map((file: string) => file.replace('./', ''))
    },
    remove: () => rmSync(directory, { recursive: true }),
  }
}
