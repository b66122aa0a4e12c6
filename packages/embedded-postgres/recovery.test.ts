import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openEmbeddedPostgres } from './embedded-postgres'
import { runningServer } from './postmaster'
import {
  asRoot,
  children,
  clusterOf,
  directoryOf,
  homeOf,
  kill,
  launch,
  NOBODY,
  newDataDir,
  preparedDataDir,
  run,
  serverPid,
  setUpEmbeddedPostgres,
  start,
} from './test-support/embedded-postgres'

setUpEmbeddedPostgres()

describe('after a violent end', () => {
  it('takes over the server of a killed process, with its rows', async () => {
    const dataDir = preparedDataDir()
    const killed = await start(dataDir)
    await run(killed.url, 'create table note (text text)', "insert into note values ('kept')")
    const server = serverPid(dataDir)
    await kill(killed.child)

    const { url, close } = await openEmbeddedPostgres(dataDir)
    expect(serverPid(dataDir)).toBe(server)
    expect(await run(url, 'select text from note')).toEqual([{ text: 'kept' }])
    await close()
    expect(runningServer(clusterOf(dataDir))).toBeUndefined()
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s to our process group does not reach the server',
    async (signal) => {
      const dataDir = preparedDataDir()
      const { child } = await start(dataDir)
      const server = serverPid(dataDir)
      process.kill(-child.pid!, signal)
      await once(child, 'exit')
      const { url, close } = await openEmbeddedPostgres(dataDir)
      expect(serverPid(dataDir)).toBe(server)
      expect(await run(url, 'select 1 as one')).toEqual([{ one: 1 }])
      await close()
    },
  )

  it('recovers when the server was killed too, at the same address', async () => {
    const dataDir = preparedDataDir()
    const killed = await start(dataDir)
    await run(killed.url, 'create table note (text text)', "insert into note values ('acknowledged')")
    process.kill(serverPid(dataDir), 'SIGKILL')
    await kill(killed.child)

    const { url, close } = await openEmbeddedPostgres(dataDir)
    expect(url).toBe(killed.url)
    expect(await run(url, 'select text from note')).toEqual([{ text: 'acknowledged' }])
    await close()
  })

  it('waits for its address, where what the server was just forking outlives it', async () => {
    const dataDir = preparedDataDir()
    const killed = await start(dataDir)
    process.kill(serverPid(dataDir), 'SIGKILL')
    await kill(killed.child)
    const port = Number(new URL(killed.url).port)
    const outliving = createServer().listen(port, '127.0.0.1')
    await once(outliving, 'listening')

    const opened = openEmbeddedPostgres(dataDir)
    await sleep(300)
    outliving.close()
    const { url, close } = await opened
    expect(url).toBe(killed.url)
    await close()
  })

  it('starts anew beside its own server that was killed and not yet collected', async () => {
    const dataDir = preparedDataDir()
    const first = await openEmbeddedPostgres(dataDir)
    process.kill(serverPid(dataDir), 'SIGKILL')
    const second = await openEmbeddedPostgres(dataDir)
    expect(await run(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await Promise.all([first.close(), second.close()])
    expect(runningServer(clusterOf(dataDir))).toBeUndefined()
  })

  it('begins again after a first start that was cut short', async () => {
    const dataDir = newDataDir()
    const child = launch(dataDir)
    while (
      !existsSync(homeOf(dataDir)) ||
      !readdirSync(homeOf(dataDir)).some((name) => name.startsWith('cluster.new-'))
    ) {
      await sleep(5)
    }
    await sleep(100)
    await kill(child)
    expect(existsSync(clusterOf(dataDir))).toBe(false)
    const { url, close } = await openEmbeddedPostgres(dataDir)
    expect(await run(url, 'select 1 as one')).toEqual([{ one: 1 }])
    await close()
    expect(readdirSync(homeOf(dataDir)).filter((name) => name.startsWith('cluster.new-'))).toEqual([])
  })

  it('clears a stale postmaster.pid whose pid belongs to an unrelated process, or that is empty', async () => {
    const dataDir = preparedDataDir()
    const cluster = clusterOf(dataDir)
    // An unrelated process under the server's own account, which PostgreSQL alone would take for a live server.
    const stranger = spawn('sleep', ['60'], { cwd: '/', ...(asRoot ? NOBODY : {}) })
    children.push(stranger)
    const claim = [stranger.pid, cluster, 1, 5432, '', '127.0.0.1', '0 0', 'ready', ''].join('\n')
    for (const content of [claim, '']) {
      const file = path.join(cluster, 'postmaster.pid')
      writeFileSync(file, content)
      if (asRoot) chownSync(file, NOBODY.uid, NOBODY.gid)
      const { url, close } = await openEmbeddedPostgres(dataDir)
      expect(await run(url, 'select 1 as one')).toEqual([{ one: 1 }])
      await close()
    }
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  })
})

describe('the server of another directory', () => {
  it('is never attached to nor stopped, whatever our record says', async () => {
    const [ours, theirs] = [preparedDataDir(), preparedDataDir()]
    const other = await openEmbeddedPostgres(theirs)
    const record = path.join(clusterOf(ours), 'postmaster.pid')
    cpSync(path.join(clusterOf(theirs), 'postmaster.pid'), record)
    if (asRoot) chownSync(record, NOBODY.uid, NOBODY.gid)

    const own = await openEmbeddedPostgres(ours)
    expect(await directoryOf(own.url)).toBe(clusterOf(ours))
    await own.close()
    expect(await directoryOf(other.url)).toBe(clusterOf(theirs))
    await other.close()
  })

  it('is not taken for ours when the port of our live server was swapped, even with the same password', async () => {
    const [ours, theirs] = [preparedDataDir(), preparedDataDir()]
    const killed = await start(ours)
    await run(killed.url, 'create table note (text text)', "insert into note values ('ours')")
    await kill(killed.child)
    const other = await openEmbeddedPostgres(theirs)
    const record = path.join(clusterOf(ours), 'postmaster.pid')
    const lines = readFileSync(record, 'utf8').split('\n')
    lines[3] = new URL(other.url).port
    writeFileSync(record, lines.join('\n'))

    const own = await openEmbeddedPostgres(ours)
    expect(await directoryOf(own.url)).toBe(clusterOf(ours))
    expect(await run(own.url, 'select text from note')).toEqual([{ text: 'ours' }])
    await own.close()
    expect(await directoryOf(other.url)).toBe(clusterOf(theirs))
    await other.close()
  })
})
