import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { isRunning, processMark } from './process'

/**
 * Who uses the server: one entry per open handle, named after its process. Entries of dead processes are swept, so
 * a process that was killed keeps no server alive. An entry points to the directory it was made for: one that came
 * here with a copy of `DATA_DIR` counts for the original only. To be called under the lock.
 */
export function addUser(home: string): string {
  mkdirSync(usersDirectory(home), { recursive: true })
  const name = `${processMark()}-${randomBytes(4).toString('hex')}`
  symlinkSync(home, path.join(usersDirectory(home), name))
  return name
}

/** Takes one entry away; harmless when it is gone already. */
export function removeUser(home: string, name: string): void {
  rmSync(path.join(usersDirectory(home), name), { force: true })
}

/** How many live handles there are, after sweeping the others. */
export function countUsers(home: string): number {
  const live = readdirSync(usersDirectory(home)).filter((name) => {
    const isOfHere = readlinkSync(path.join(usersDirectory(home), name)) === home
    const alive = isOfHere && isRunning(name.slice(0, name.lastIndexOf('-')))
    if (!alive) removeUser(home, name)
    return alive
  })
  return live.length
}

function usersDirectory(home: string): string {
  return path.join(home, 'users')
}
