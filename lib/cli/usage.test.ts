import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import packageJson from '@/package.json'
import { run } from './run'

/** Runs a command that must not get as far as the database. */
async function vestibule(...args: readonly string[]) {
  const printed = { out: '', err: '' }
  const code = await run(args, {
    env: {},
    directory: '.',
    out: (line) => {
      printed.out += `${line}\n`
    },
    err: (line) => {
      printed.err += `${line}\n`
    },
    open: () => Promise.reject(new Error('the database was opened')),
    locate: () => Promise.reject(new Error('the database was opened')),
    start: () => Promise.reject(new Error('the server was started')),
  })
  return { code, ...printed }
}

describe('the command line', () => {
  it.each([
    [['aply', '-f', 'x'], "unknown command 'aply'\n(Did you mean apply?)"],
    [['servers', 'lst', 'acme'], "unknown command 'lst'\n(Did you mean list?)"],
    [['keys', 'destroy', 'acme'], "unknown command 'destroy'"],
    [['export', '--outptu', 'x'], "unknown option '--outptu'\n(Did you mean --output?)"],
    [['apply', '--fiel', 'x'], "unknown option '--fiel'\n(Did you mean --file?)"],
    [['diff', '--flie=x'], "unknown option '--flie=x'\n(Did you mean --file?)"],
    [['work', '--wathc'], "unknown option '--wathc'\n(Did you mean --watch?)"],
    [['audit', 'verify', 'x', '--kyes', 'y'], "unknown option '--kyes'\n(Did you mean --keys?)"],
    [['organizations', 'create', 'x', '--nmae', 'y'], "unknown option '--nmae'\n(Did you mean --name?)"],
    [['installation-keys', 'create', '--nmea', 'y'], "unknown option '--nmea'\n(Did you mean --name?)"],
    [['keys', 'rotate', 'acme', '--nwo'], "unknown option '--nwo'\n(Did you mean --now?)"],
    [['apply'], "required option '-f, --file <file>' not specified"],
    [['apply', 'vestibule.yaml', '-f', 'x'], "too many arguments for 'apply'"],
    [['apply', '-f'], "option '-f, --file <file>' argument missing"],
    [['diff', '-f', 'x', '-o', 'y'], "unknown option '-o'"],
    [['export', '-f', 'x'], "unknown option '-f'"],
    [['timeline'], "missing required argument 'reference'"],
    [['timeline', 'A', 'B'], 'too many arguments'],
    [['events', 'acme', '--json'], "unknown option '--json'"],
    [['clean-up', 'now'], 'too many arguments'],
    [['keys', 'list', 'acme', '--now'], "unknown option '--now'"],
    [['servers'], "missing required argument 'organization'"],
    [['servers', 'put', 'acme', 'x'], "required option '-f, --file <file>' not specified"],
    [['servers', 'get', 'acme', 'x', '--name', 'x'], "unknown option '--name'"],
    [['organizations', 'create', 'x'], "required option '--name <name>' not specified"],
    [['api-keys', 'create', '--installation'], "required option '--name <name>' not specified"],
    [['api-keys', 'create', '--installation', '--name', 'x', '--role', 'god'], 'Allowed choices are owner'],
    [['api-keys', 'create', '--installation', '--name', 'x', '--expires', 'soon'], '2027-01-31'],
    [['api-keys', 'revoke', '--installation'], "missing required argument 'id'"],
    [['completion', 'fish'], "value 'fish' is invalid for argument 'shell'. Allowed choices are bash, zsh"],
  ])('refuses %j in three lines at most, with the exit code 2', async (args, message) => {
    const { code, out, err } = await vestibule(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
    expect(err).not.toContain('command-argument')
    expect(err).toMatch(/^[^\n]+\n(\(Did you mean [^\n]+\)\n)?\(--help tells how\)\n$/)
  })

  it('accepts options before the command, and list left out', async () => {
    for (const args of [
      ['--file=missing.yaml', 'diff'],
      ['-f', 'missing.yaml', 'apply'],
    ])
      expect((await vestibule(...args)).err).toBe('missing.yaml does not exist\n')
    for (const args of [
      ['keys', '--now', 'rotate', 'acme'],
      ['api-keys', '--installation'],
      ['doctor', '--json', 'acme'],
    ])
      expect((await vestibule(...args)).err).toBe('the database was opened\n')
    expect((await vestibule('start')).err).toBe('the server was started\n')
    expect((await vestibule('organizations', '--json')).err).toContain('VESTIBULE_API_KEY')
  })

  it('shows its version, and help without a command', async () => {
    expect(await vestibule('--version')).toEqual({ code: 0, out: `${packageJson.version}\n`, err: '' })
    const help = await vestibule('--help')
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toMatch(/^ {2}help \[command] +shows the help of a command$/m)
    expect(await vestibule()).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: ') })
  })

  it('has help with an example for every command', async () => {
    const all = await commands([])
    expect(all.length).toBeGreaterThan(60)
    for (const words of all) {
      const { code, out } = await vestibule(...words, '--help')
      expect({ words, code }).toEqual({ words, code: 0 })
      expect(out).toContain(`Usage: vestibule ${words.join(' ')} `)
      expect(out).toContain(`Examples:\n  vestibule ${words.join(' ')}`)
    }
    for (const args of [['help'], ['help', 'apply'], ['-h'], ['clients', '-h']])
      expect((await vestibule(...args)).code).toBe(0)
  })
})

/** Every command that has no further commands, found in the help as an operator finds it. */
async function commands(path: readonly string[]): Promise<readonly (readonly string[])[]> {
  const { out } = await vestibule(...path, '--help')
  const [, listed] = out.split('\nCommands:\n')
  if (listed === undefined) return [path]
  const names = [...listed.matchAll(/^ {2}(?!help )([a-z]\S*)/gm)].map(([, name]) => name ?? '')
  return (await Promise.all(names.map((name) => commands([...path, name])))).flat()
}

describe.each(['bash', 'zsh'] as const)('completion in %s', (shell) => {
  const isThere = spawnSync(shell, ['-c', ':']).status === 0

  async function complete(...typed: readonly string[]): Promise<readonly string[]> {
    const { out } = await vestibule('completion', shell)
    const words = ['vestibule', ...typed].map((word) => `'${word}'`).join(' ')
    const script =
      shell === 'bash'
        ? `${out}\nCOMP_WORDS=(${words}); COMP_CWORD=${typed.length}; _vestibule; printf '%s\\n' "\${COMPREPLY[@]}"`
        : `compdef() { :; }; _files() { :; }; compadd() { shift; print -l -- \${(M)@:#$current*}; }
           ${out}\nwords=(${words}); CURRENT=${typed.length + 1}; _vestibule`
    const { stdout, stderr } = spawnSync(shell, ['-c', script], { encoding: 'utf8' })
    expect(stderr).toBe('')
    return stdout.split('\n').filter(Boolean)
  }

  it.skipIf(!isThere)('offers commands, verbs, options, and otherwise files', async () => {
    expect(await complete('ser')).toEqual(['servers'])
    expect(await complete('')).toEqual(expect.arrayContaining(['apply', 'installation-keys', 'grants']))
    expect(await complete('servers', '')).toEqual([
      'list',
      'get',
      'put',
      'delete',
      'try-access',
      'examine',
      'registration-token',
      'no-registration-token',
      'help',
    ])
    expect(await complete('keys', 'rotate', 'acme', '--n')).toEqual(['--now'])
    expect(await complete('apply', '-')).toEqual(['-f', '--file', '--allow-lock-out', '-h', '--help'])
    expect(await complete('apply', '-f', 'x')).toEqual([])
    expect(await complete('completion', 'z')).toEqual(['zsh'])
  })
})
