import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * When a process started, in the units of its system. Together with the pid it identifies one process for good: the
 * system reuses a pid, but not with the same start.
 *
 * @returns letters, digits and `_` only; `undefined` when there is no such process. A zombie does not count
 */
export function processStart(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const [state = '', ...start] = ps(pid, ['-o', 'state=', '-o', 'lstart=']).split(/\s+/)
    return state === '' || state.startsWith('Z') ? undefined : start.join('_').replace(/\W/g, '_')
  }
  const stat = readProc(pid, 'stat')
  // The second field is the program's name in brackets and may hold anything, so the count begins behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = 'X'] = fields
  return stat === '' || state === 'Z' || state === 'X' ? undefined : fields[19]
}

/**
 * A name for this process or another live one, `pid-start`, that no later process can have.
 *
 * @throws Error when the process cannot be seen
 */
export function processMark(pid = process.pid): string {
  const start = processStart(pid)
  if (start === undefined)
    throw new Error(`Process ${pid} cannot be seen: has it ended, or is /proc not mounted?`)
  return `${pid}-${start}`
}

/** Whether the process named by a {@link processMark} still runs. */
export function isRunning(mark: string): boolean {
  const pid = Number.parseInt(mark, 10)
  return pid > 0 && mark === `${pid}-${processStart(pid)}`
}

/** The command line of a process, joined by spaces; empty for a process that is gone. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, ['-ww', '-o', 'command='])
  return readProc(pid, 'cmdline').replaceAll('\0', ' ').trim()
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

function ps(pid: number, args: readonly string[]): string {
  try {
    // A fixed language and time zone: the start must read the same in every process that asks.
    const env = { LC_ALL: 'C', TZ: 'UTC' } as unknown as NodeJS.ProcessEnv
    return execFileSync('/bin/ps', [...args, '-p', String(pid)], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return ''
  }
}
