import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds in a tick of the CPU times that Linux counts. */
const TICK = 10

type Process = {
  readonly pid: number
  readonly parent: number
  /** CPU time in milliseconds, with that of children that have ended. */
  readonly cpu: number
}

/** CPU time in milliseconds of a process and everything that it started. */
export function cpuOf(root: number): number {
  const processes = readProcesses()
  const isInside = (process: Process): boolean => {
    if (process.pid === root) return true
    const parent = processes.get(process.parent)
    return parent !== undefined && isInside(parent)
  }
  let sum = 0
  for (const process of processes.values()) if (isInside(process)) sum += process.cpu
  return sum
}

/** Resident memory of a process in megabytes, now. */
export function memoryOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

function readProcesses(): ReadonlyMap<number, Process> {
  const found = new Map<number, Process>()
  for (const name of readdirSync('/proc')) {
    const process = /^\d+$/.test(name) ? readProcess(Number(name)) : null
    if (process) found.set(process.pid, process)
  }
  return found
}

function readProcess(pid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [user, system, userOfChildren, systemOfChildren] = fields.slice(11, 15).map(Number)
    const ticks = (user ?? 0) + (system ?? 0) + (userOfChildren ?? 0) + (systemOfChildren ?? 0)
    return { pid, parent: Number(fields[1]), cpu: ticks * TICK }
  } catch {
    // It ended meanwhile.
    return null
  }
}
