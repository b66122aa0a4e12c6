import { randomBytes } from 'node:crypto'
import { readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, processMark } from './process'

const FREE = 'free'
const POLL_MS = 20
const GIVE_UP_MS = 120_000
/** How many spent locks stay behind, so that a slow reader of the directory never misses the newest one. */
const KEPT = 8

/**
 * Runs `work` while no other process runs its own for the same directory. The lock of a killed holder is free at once.
 * The locks are numbered symbolic links, `lock.1`, `lock.2`…, whose target names the holder: created with their content
 * in one atomic step, and the newest one is never removed. A single lock file would have to be deleted when its holder
 * is dead, and two processes that see the same dead holder could delete each other's fresh lock. Decision 0003.
 *
 * @throws Error when another live process holds the lock for two minutes
 */
export async function withLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const number = await acquire(directory)
  try {
    return await work()
  } finally {
    release(directory, number)
  }
}

async function acquire(directory: string): Promise<number> {
  const deadline = Date.now() + GIVE_UP_MS
  for (;;) {
    const newest = newestLock(directory)
    const holder = newest === 0 ? FREE : holderOf(directory, newest)
    if (holder !== undefined && (holder === FREE || !isRunning(holder)) && take(directory, newest + 1)) {
      return newest + 1
    }
    if (Date.now() > deadline) {
      throw new Error(`The embedded PostgreSQL in ${directory} is held by process ${holder ?? 'unknown'}`)
    }
    await sleep(POLL_MS)
  }
}

function take(directory: string, number: number): boolean {
  try {
    symlinkSync(processMark(), lockPath(directory, number))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  // Taken too late: others went on to higher numbers and cleared this one away in the meantime.
  if (newestLock(directory) !== number) {
    rmSync(lockPath(directory, number), { force: true })
    return false
  }
  for (const old of lockNumbers(directory)) {
    if (old < number - KEPT) rmSync(lockPath(directory, old), { force: true })
  }
  return true
}

function release(directory: string, number: number): void {
  const spent = path.join(directory, `lock-${randomBytes(6).toString('hex')}`)
  try {
    symlinkSync(FREE, spent)
    renameSync(spent, lockPath(directory, number))
  } catch (error) {
    // The whole directory was deleted under us: then there is no lock to release either.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function holderOf(directory: string, number: number): string | undefined {
  try {
    return readlinkSync(lockPath(directory, number))
  } catch {
    return undefined
  }
}

function newestLock(directory: string): number {
  return Math.max(0, ...lockNumbers(directory))
}

function lockNumbers(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => {
    const number = /^lock\.(\d+)$/.exec(name)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}

function lockPath(directory: string, number: number): string {
  return path.join(directory, `lock.${number}`)
}
