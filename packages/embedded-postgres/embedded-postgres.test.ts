import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { findNative } from './binaries'
import { openEmbeddedPostgres } from './embedded-postgres'
import { runningServer } from './postmaster'
import { isRunning, processMark } from './process'
import {
  clusterOf,
  finish,
  homeOf,
  kill,
  newDataDir,
  preparedDataDir,
  run,
  serverPid,
  setUpEmbeddedPostgres,
  start,
} from './test-support/embedded-postgres'

setUpEmbeddedPostgres()

describe('one process', () => {
  it('keeps its rows over a restart, and starts again quickly', async () => {
    const dataDir = newDataDir()
    const first = await openEmbeddedPostgres(dataDir)
    await run(first.url, 'create table note (text text)', "insert into note values ('kept')")
    const server = processMark(serverPid(dataDir))
    await Promise.all([first.close(), first.close()])
    expect(isRunning(server)).toBe(false)
    await first.close()

    const startedAt = performance.now()
    const second = await openEmbeddedPostgres(dataDir)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(await run(second.url, 'select text from note')).toEqual([{ text: 'kept' }])
    await second.close()
  })

  it('keeps what a test of production needs: UTF-8, durable writes, a role without superuser rights', async () => {
    const dataDir = preparedDataDir()
    const { url, close } = await openEmbeddedPostgres(dataDir)
    const [row] = await run(
      url,
      `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as commit, current_setting('listen_addresses') as address,
        current_setting('unix_socket_directories') as sockets, current_setting('is_superuser') as superuser`,
    )
    expect(row).toEqual({
      encoding: 'UTF8',
      fsync: 'on',
      commit: 'on',
      address: '127.0.0.1',
      sockets: '',
      superuser: 'off',
    })
    await close()
  })

  it('refuses logins without the password, and as the superuser', async () => {
    const dataDir = preparedDataDir()
    const { url, close } = await openEmbeddedPostgres(dataDir)
    const { port, password } = new URL(url)
    const passwordFile = path.join(homeOf(dataDir), 'password')
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600)
    expect(readFileSync(passwordFile, 'utf8')).toBe(password)
    expect(password).toHaveLength(43)
    expect(statSync(clusterOf(dataDir)).mode & 0o777).toBe(0o700)
    const at = (user: string, secret: string) => `postgres://${user}:${secret}@127.0.0.1:${port}/vestibule`
    await expect(run(at('vestibule', 'wrong'), 'select 1')).rejects.toThrow('password authentication failed')
    await expect(run(at('postgres', password), 'select 1')).rejects.toThrow('no pg_hba.conf entry')
    await close()
  })

  it('writes neither values nor statements into the log', async () => {
    const dataDir = preparedDataDir()
    const { url, close } = await openEmbeddedPostgres(dataDir)
    await run(url, 'create table secret (value text primary key)', "insert into secret values ('vst_at_one')")
    await expect(run(url, "insert into secret values ('vst_at_one')")).rejects.toThrow('duplicate key')
    const log = readFileSync(path.join(homeOf(dataDir), 'server.log'), 'utf8')
    expect(log).toContain('duplicate key')
    expect(log).not.toContain('vst_at_one')
    expect(log).not.toContain(new URL(url).password)
    await close()
  })

  it('stops its server even when the directory was deleted first', async () => {
    const dataDir = preparedDataDir()
    const { close } = await openEmbeddedPostgres(dataDir)
    const server = processMark(serverPid(dataDir))
    rmSync(dataDir, { recursive: true, force: true })
    await close()
    expect(isRunning(server)).toBe(false)
  })

  it('names the remedy on a platform without a package', () => {
    expect(() => findNative('sunos-x64')).toThrow(/no embedded PostgreSQL for sunos-x64.*set DATABASE_URL/)
  })

  it('refuses the data of another major version', async () => {
    const dataDir = preparedDataDir()
    writeFileSync(path.join(clusterOf(dataDir), 'PG_VERSION'), '17\n')
    await expect(openEmbeddedPostgres(dataDir)).rejects.toThrow(/PostgreSQL 17.*PostgreSQL 18.*DATABASE_URL/)
  })
})

describe('several processes on one directory', () => {
  it('share one server, also when all make it at once, and the last one stops it', async () => {
    const dataDir = newDataDir()
    const users = await Promise.all([start(dataDir), start(dataDir), start(dataDir)])
    expect(new Set(users.map(({ url }) => url)).size).toBe(1)
    const server = processMark(serverPid(dataDir))
    const [first, second, third] = users
    await finish(first!.child)
    await finish(second!.child)
    expect(isRunning(server)).toBe(true)
    expect(await run(third!.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await finish(third!.child)
    expect(isRunning(server)).toBe(false)
    expect(existsSync(path.join(clusterOf(dataDir), 'postmaster.pid'))).toBe(false)
  })

  it('do not wait for a user that was killed', async () => {
    const dataDir = preparedDataDir()
    const killed = await start(dataDir)
    const polite = await start(dataDir)
    const server = processMark(serverPid(dataDir))
    await kill(killed.child)
    await finish(polite.child)
    expect(isRunning(server)).toBe(false)
  })

  it('can open and close in turns without losing the server under anyone', async () => {
    const dataDir = preparedDataDir()
    const turns = Array.from({ length: 6 }, async (_, index) => {
      await sleep(index * 15)
      const { url, close } = await openEmbeddedPostgres(dataDir)
      const rows = await run(url, 'select 1 as one')
      await close()
      return rows
    })
    for (const rows of await Promise.all(turns)) expect(rows).toEqual([{ one: 1 }])
    expect(runningServer(clusterOf(dataDir))).toBeUndefined()
  })
})
