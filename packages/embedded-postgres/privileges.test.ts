import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openEmbeddedPostgres } from './embedded-postgres'
import { runningServer } from './postmaster'
import { isRunning, processMark } from './process'
import {
  asRoot,
  baseOf,
  clusterOf,
  directories,
  directoryOf,
  finish,
  homeOf,
  NOBODY,
  newDataDir,
  newProject,
  preparedDataDir,
  run,
  serverPid,
  setUpEmbeddedPostgres,
  start,
} from './test-support/embedded-postgres'

setUpEmbeddedPostgres()

describe.runIf(asRoot)('privileges', () => {
  it('as root: the server runs as an unprivileged user and knows nothing of our environment', async () => {
    const dataDir = preparedDataDir()
    const { child } = await start(dataDir, { env: { ...process.env, VESTIBULE_KEYS: 'k1:very-secret' } })
    const server = serverPid(dataDir)
    expect(statSync(`/proc/${server}`).uid).toBe(NOBODY.uid)
    expect(readFileSync(`/proc/${server}/environ`, 'utf8')).not.toContain('very-secret')
    await finish(child)
  })

  it('as an ordinary user: works where the package is read-only, before and after a start with sudo', async () => {
    const project = newProject()
    const dataDir = newDataDir()
    chownSync(dataDir, NOBODY.uid, NOBODY.gid)
    for (const account of [{}, NOBODY, {}, NOBODY]) {
      const { child, url } = await start(dataDir, { cwd: project, ...account })
      await run(url, 'create table if not exists note (text text)', "insert into note values ('kept')")
      await finish(child)
    }
    const { url, child } = await start(dataDir, { cwd: project, ...NOBODY })
    expect(await run(url, 'select count(*)::int from note')).toEqual([{ count: 4 }])
    expect(statSync(clusterOf(dataDir)).uid).toBe(NOBODY.uid)
    await finish(child)
  })

  it('in a project that only root can enter: keeps the data in a private place, and finds it again', async () => {
    const hidden = newDataDir()
    chmodSync(hidden, 0o700)
    const project = newProject(hidden)
    const dataDir = path.join(project, '.data')
    directories.push(dataDir)
    const first = await start(dataDir, { cwd: project })
    await run(first.url, 'create table note (text text)', "insert into note values ('kept')")
    const outside = baseOf(dataDir)
    expect(outside.startsWith(hidden)).toBe(false)
    expect(statSync(clusterOf(dataDir))).toMatchObject({ uid: NOBODY.uid })
    expect(statSync(clusterOf(dataDir)).mode & 0o777).toBe(0o700)
    await finish(first.child)

    const second = await start(dataDir, { cwd: project })
    expect(baseOf(dataDir)).toBe(outside)
    expect(await run(second.url, 'select text from note')).toEqual([{ text: 'kept' }])

    await finish(second.child)

    const pointer = path.join(homeOf(dataDir), 'location')
    rmSync(outside, { recursive: true })
    await expect(openEmbeddedPostgres(dataDir)).rejects.toThrow(
      `Delete ${pointer} to begin with an empty database`,
    )
    rmSync(pointer)
  })

  it('a copy of a directory with its data outside neither works on the rows of the original nor stops it', async () => {
    const hidden = newDataDir()
    chmodSync(hidden, 0o700)
    const [original, copy] = [path.join(hidden, 'original'), path.join(hidden, 'copy')]
    directories.push(original, copy)
    const first = await start(original)
    await run(first.url, 'create table note (text text)', "insert into note values ('kept')")
    const server = serverPid(original)
    execFileSync('cp', ['-a', original, copy])

    const second = await start(copy)
    expect(await directoryOf(second.url)).toBe(clusterOf(copy))
    const serverOfCopy = processMark(serverPid(copy))
    await finish(second.child)
    expect(isRunning(serverOfCopy)).toBe(false)
    expect(serverPid(original)).toBe(server)
    expect(await run(first.url, 'select text from note')).toEqual([{ text: 'kept' }])
    await finish(first.child)
    expect(runningServer(clusterOf(original))).toBeUndefined()
  })
})
