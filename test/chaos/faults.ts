import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import { REDIS_LOSES } from './login'
import { pick } from './random'
import { behave, type ChaosWorld } from './world'

/** Something that goes wrong. It is over when `inject` has ended. */
export type Fault = {
  readonly name: string
  /** @param seconds how long it lasts, where that can be chosen */
  inject(world: ChaosWorld, seconds: number, random: () => number): Promise<void>
}

const TABLES = [
  'refresh_tokens',
  'access_tokens',
  'grants',
  'authorization_requests',
  'instances',
  'clients',
  'servers',
  'users',
] as const

/** Statements by the administrator, on a connection of their own. */
async function administer(world: ChaosWorld, ...statements: readonly string[]): Promise<void> {
  const sql = postgres(world.postgres.url, { max: 1, onnotice: () => {} })
  try {
    for (const statement of statements) await sql.unsafe(statement)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const SIXTEEN_MEGABYTES = "insert into hoard select repeat('x', 32000) from generate_series(1, 500)"

/** Until it succeeds: the server may be recovering, or stop yet. */
async function insistOn(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const done = await work().then(
      () => true,
      () => false,
    )
    if (done) return
    await wait(200)
  }
  throw new Error('PostgreSQL does not come back')
}

/** Only root can have it: the WAL gets a file system of its own. */
export const WAL_IS_FULL = 'the disk of the WAL is full'

const CUT = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'vestibule'"

const misbehaving =
  (how: Parameters<typeof behave>[1]): Fault['inject'] =>
  async ({ providers: [, provider] }, seconds) => {
    // A request that is just being answered is answered right.
    behave(provider, how)
    await wait(seconds * 1_000)
    behave(provider)
  }

export const FAULTS: readonly Fault[] = [
  {
    name: 'an instance is killed',
    async inject({ instances }, seconds, random) {
      const instance = pick(random, instances)
      await instance.signal('SIGKILL')
      await wait(seconds * 200)
      await instance.start()
    },
  },
  {
    name: 'an instance is frozen',
    async inject({ instances }, seconds, random) {
      const instance = pick(random, instances)
      await instance.signal('SIGSTOP')
      await wait(seconds * 1_000)
      await instance.signal('SIGCONT')
    },
  },
  { name: 'PostgreSQL is killed', inject: ({ postgres }) => postgres.restart() },
  {
    name: 'PostgreSQL is away',
    async inject({ postgres }, seconds) {
      await postgres.kill()
      await wait(seconds * 1_000)
      await postgres.start()
    },
  },
  {
    name: 'PostgreSQL is frozen',
    async inject({ postgres }, seconds) {
      postgres.freeze()
      await wait(seconds * 1_000)
      postgres.thaw()
    },
  },
  {
    name: 'connections are cut',
    async inject(world, seconds) {
      for (let cuts = 0; cuts < seconds * 2; cuts++) {
        await administer(world, CUT)
        await wait(500)
      }
    },
  },
  {
    name: 'PostgreSQL is read-only',
    async inject(world, seconds) {
      await administer(world, 'alter role current_user set default_transaction_read_only = on', CUT)
      await wait(seconds * 1_000)
      const writable = 'set default_transaction_read_only = off'
      await administer(world, writable, 'alter role current_user reset default_transaction_read_only', CUT)
    },
  },
  {
    name: 'PostgreSQL is out of connections',
    async inject(world, seconds) {
      const hoard = postgres(world.postgres.url, { max: 90, idle_timeout: 0, onnotice: () => {} })
      await Promise.allSettled(Array.from({ length: 90 }, () => hoard`select pg_sleep(0.2)`))
      await administer(world, CUT).catch(() => {})
      await Promise.allSettled(Array.from({ length: 90 }, () => hoard`select pg_sleep(0.2)`))
      await wait(seconds * 1_000)
      await hoard.end({ timeout: 1 })
    },
  },
  {
    name: 'a table is locked',
    async inject(world, seconds, random) {
      const table = pick(random, TABLES)
      await administer(
        world,
        `begin; lock table ${table} in access exclusive mode; select pg_sleep(${seconds}); commit`,
      )
    },
  },
  { name: REDIS_LOSES.restart, inject: ({ redis }) => redis.restart() },
  {
    name: 'Redis is frozen',
    async inject({ redis }, seconds) {
      redis.freeze()
      await wait(seconds * 1_000)
      redis.thaw()
    },
  },
  {
    name: REDIS_LOSES.flush,
    async inject({ redis }) {
      const client = new Redis(redis.url)
      await client.flushall()
      client.disconnect()
    },
  },
  {
    name: REDIS_LOSES.failover,
    inject: ({ redis }, seconds) => redis.failOver(() => wait(seconds * 1_000)),
  },
  {
    name: 'PostgreSQL is restarted twenty times',
    async inject({ postgres }) {
      for (let times = 0; times < 20; times++) {
        await postgres.restart()
        await wait(250)
      }
    },
  },
  {
    name: WAL_IS_FULL,
    async inject(world, seconds) {
      await administer(world, 'create table hoard (x text)', 'alter table hoard alter x set storage external')
      await world.postgres.whileWalIsFull?.(async () => {
        const deadline = Date.now() + seconds * 1_000
        while (Date.now() < deadline) {
          await administer(world, SIXTEEN_MEGABYTES).catch(() => {})
          await wait(100)
        }
      })
      await insistOn(async () => {
        await world.postgres.revive()
        await administer(world, 'drop table if exists hoard')
      })
    },
  },
  {
    name: 'a provider hangs',
    inject: misbehaving({ answers: { token: { hang: true }, refresh: { hang: true } } }),
  },
  { name: 'a provider answers garbage', inject: misbehaving({ answers: { token: { body: '<html>' } } }) },
  {
    name: 'a provider answers too much',
    inject: misbehaving({ answers: { token: { body: 'x'.repeat(2_000_000) } } }),
  },
  {
    name: 'the clock of an instance is wrong',
    async inject({ instances }, seconds, random) {
      const instance = pick(random, instances)
      await instance.signal('SIGKILL')
      await instance.start(pick(random, [-90, 90]))
      await wait(seconds * 1_000)
      await instance.signal('SIGKILL')
      await instance.start()
    },
  },
]
