import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'

export type Ended = {
  readonly code: number | null
  readonly output: string
  /** The mistakes of the configuration, one line each. */
  readonly mistakes: readonly string[]
}

/**
 * Runs one of the built programs with nothing but this environment until it ends by itself.
 *
 * @param args its own, such as the command of the command line
 */
export async function runToEnd(
  program: 'server' | 'cli' | 'next',
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Ended> {
  const { PATH = '' } = process.env
  const file = program === 'next' ? 'node_modules/next/dist/bin/next' : `dist/${program}.js`
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH, ...environment, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const late = setTimeout(() => child.kill('SIGKILL'), 45_000)
  const [code] = await once(child, 'close')
  clearTimeout(late)
  return { code, output, mistakes: output.split('\n').flatMap((line) => /^ {2}- (.*)/.exec(line)?.[1] ?? []) }
}

/** Whether anything listens on this port of loopback. */
export async function isListening(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
