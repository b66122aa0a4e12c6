import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** A server under measurement, in a process of its own. */
export type Child = {
  readonly pid: number
  readonly port: number
  /** What it printed behind `ready`. */
  readonly said: string
  /** Seconds from its start. */
  readonly readyAfter: number
  stop(): Promise<void>
}

/** Milliseconds that a server may take to start. */
const START = 60_000
/** And to stop. */
const STOP = 5_000

export type Program = {
  /** The file that Node runs. */
  readonly file: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
  /** The line that says that it is ready; what it captures is kept. */
  readonly ready: RegExp
}

/** Starts a program of `bench/peers`, which prints `ready`. */
export function startPeer(
  program: string,
  port: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const file = path.resolve('bench/peers', `${program}.mjs`)
  return startProgram({ file, port, environment, ready: /^ready ?(.*)/ })
}

/**
 * Starts a server and waits until it is ready. It ends with us, however we end.
 *
 * @throws Error with what it printed, when it ends or takes too long
 */
export async function startProgram({ file, port, environment, ready }: Program): Promise<Child> {
  const { PATH = '' } = process.env
  const env = { PATH, NODE_ENV: 'production' as const, PORT: String(port), ...environment }
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const began = performance.now()
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    const late = setTimeout(kill, STOP)
    await exit
    clearTimeout(late)
  }
  try {
    const said = await untilReady(child, ready)
    return { pid: child.pid ?? 0, port, said, readyAfter: (performance.now() - began) / 1000, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function untilReady(child: ChildProcess, ready: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const fail = (reason: string) => reject(new Error(`a server ${reason}:\n${printed}`))
    const late = setTimeout(() => fail('takes too long to start'), START)
    const hear = (line: string) => {
      printed = `${printed}${line}\n`.slice(-4_000)
      const found = ready.exec(line)
      if (found) resolve(found[1] ?? '')
    }
    for (const input of [child.stdout, child.stderr]) if (input) createInterface({ input }).on('line', hear)
    child.once('exit', (code) => fail(`ended with ${code}`))
    child.once('exit', () => clearTimeout(late))
  })
}
