// Runs parts of `npm test`, one in the foreground and others beside it.
import { spawn } from 'node:child_process'

/** Runs a command whose output is seen as it comes. Resolves to whether it succeeded. */
export const inForeground = (name, command, args, env) => runPart(name, command, args, env, 'inherit')

/** Runs a command whose output is printed as a whole when it has ended. */
export const beside = (name, command, args, env) => runPart(name, command, args, env, 'pipe')

async function runPart(name, command, args, env, output) {
  if (output === 'inherit') console.log(`\n▸ ${name}`)
  const child = spawn(command, args, {
    stdio: ['ignore', output, output],
    shell: process.platform === 'win32',
    env: { ...process.env, ...env },
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed += chunk))
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (output === 'pipe') console.log(`\n▸ ${name}\n${printed}`)
  return code === 0
}
