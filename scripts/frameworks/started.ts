import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Project } from '@/packages/mcp/test/installed-package'

/** Where an example runs: a project with the tarball installed, a port, and what the example reads. */
export type Place = {
  readonly project: Project
  readonly port: number
  readonly env: Readonly<Record<'ISSUER' | 'RESOURCE', string>>
}

export type Started = { readonly stop: () => Promise<void> }

/** Runs a program until something answers at the port; throws with what it printed when it ends before. */
export async function listening(
  program: string,
  args: readonly string[],
  { project, port, env }: Place,
): Promise<Started> {
  const child = spawn(program, args, { cwd: project.folder, env: { ...process.env, ...env } })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      printed += chunk
    })
  const ended = once(child, 'exit')
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(printed)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { stop: () => stop(child, ended) }
}

const answers = (port: number) =>
  fetch(`http://localhost:${port}/`).then(
    () => true,
    () => false,
  )

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null) child.kill()
  await ended
}
