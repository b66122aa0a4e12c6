import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres, { type Sql } from 'postgres'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'
import { startRedis } from '@/test/redis-server'
import { openRespConnection } from '@/test/resp-connection'
import { cpuOf } from './process-usage'

/** One PostgreSQL and one Redis for all targets: each has a database of its own, and works alone. */
export type Stores = {
  /** An empty database. */
  database(name: string): Promise<string>
  /** The address of an unused database of the Redis. */
  redis(): string
  /** CPU time in milliseconds that both have used. */
  cpu(): number
  /** As they call themselves. */
  readonly versions: { readonly postgres: string; readonly redis: string }
  close(): Promise<void>
}

export async function startStores(): Promise<Stores> {
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-bench-'))
  // An unprivileged user may pass through: under root the cluster would otherwise live, and stay, outside.
  await chmod(directory, 0o711)
  const server = await openEmbeddedPostgres(directory)
  const redis = await startRedis()
  const administration = postgres(server.url, { max: 1, onnotice: () => {} })
  const facts = { postgres: await askPostgres(administration), redis: await askRedis(redis.url) }
  let databases = 0
  return {
    async database(name) {
      await administration.unsafe(`create database ${name}`)
      const url = new URL(server.url)
      url.pathname = `/${name}`
      return url.href
    },
    redis: () => `${redis.url}/${databases++}`,
    cpu: () => cpuOf(facts.postgres.pid) + cpuOf(facts.redis.pid),
    versions: { postgres: facts.postgres.version, redis: facts.redis.version },
    async close() {
      await administration.end()
      await redis.close()
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

type Facts = { readonly pid: number; readonly version: string }

/** The process is the one that started ours. */
async function askPostgres(sql: Sql): Promise<Facts> {
  const [row] = await sql`select pg_backend_pid() as pid, current_setting('server_version') as version`
  const stat = readFileSync(`/proc/${row?.pid}/stat`, 'utf8')
  return { pid: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), version: row?.version }
}

async function askRedis(url: string): Promise<Facts> {
  const connection = await openRespConnection(url)
  const [info] = await connection.send([['INFO', 'server']])
  connection.close()
  const value = (name: string) => new RegExp(`${name}:(.*)`).exec(String(info))?.[1]?.trim() ?? ''
  return { pid: Number(value('process_id')), version: value('redis_version') }
}
