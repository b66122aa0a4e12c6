import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { beforeAll, expect, it } from 'vitest'
import { withLock } from './lock'
import { processMark } from './process'

const root = mkdtempSync(path.join(tmpdir(), 'vestibule-lock-'))
const program = path.join(root, 'contender.mjs')

// Counts up in a file without any protection but the lock, or holds the lock until it is killed.
const PROGRAM = `
  import { readFileSync, writeFileSync } from 'node:fs'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { withLock } from './lock'
  const [, , directory, turns] = process.argv
  for (let turn = 0; turn < Number(turns); turn++) {
    await withLock(directory, async () => {
      const count = Number(readFileSync(directory + '/count', 'utf8'))
      await sleep(1)
      writeFileSync(directory + '/count', String(count + 1))
    })
  }
  if (turns === '0') await withLock(directory, () => { console.log('held'); return sleep(60_000) })
`

beforeAll(async () => {
  const stdin = { contents: PROGRAM, resolveDir: import.meta.dirname, loader: 'ts' } as const
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: program })
  return () => rmSync(root, { recursive: true, force: true })
})

it('lets one process at a time work, also when holders are killed', async () => {
  const directory = newDirectory()
  for (let round = 0; round < 3; round++) {
    const holder = contend(directory, 0)
    await once(holder.stdout!, 'data')
    const contenders = Array.from({ length: 5 }, () => contend(directory, 20))
    const exits = contenders.map((contender) => once(contender, 'exit'))
    holder.kill('SIGKILL')
    for (const [code] of await Promise.all(exits)) expect(code).toBe(0)
  }
  expect(readFileSync(path.join(directory, 'count'), 'utf8')).toBe('300')
})

it('lets one call at a time work inside one process, and frees the lock when the work fails', async () => {
  const directory = newDirectory()
  let inside = 0
  const calls = Array.from({ length: 10 }, (_, index) =>
    withLock(directory, async () => {
      inside++
      expect(inside).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 2))
      inside--
      if (index % 2 === 0) throw new Error('failed')
    }),
  )
  const outcomes = await Promise.allSettled(calls)
  expect(outcomes.map(({ status }) => status)).toEqual(
    calls.map((_, i) => (i % 2 ? 'fulfilled' : 'rejected')),
  )
})

it('does not honour the lock of an earlier process whose pid was reused', async () => {
  const directory = newDirectory()
  symlinkSync(processMark().replace(/-.*/, '-1'), path.join(directory, 'lock.7'))
  expect(await withLock(directory, async () => 'worked')).toBe('worked')
})

function newDirectory(): string {
  const directory = mkdtempSync(path.join(root, 'lock-'))
  writeFileSync(path.join(directory, 'count'), '0')
  return directory
}

function contend(directory: string, turns: number): ChildProcess {
  return spawn(process.execPath, [program, directory, String(turns)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}
