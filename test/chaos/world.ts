import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Redis } from 'ioredis'
import {
  type MisbehavingProvider,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { freePort } from '../free-port'
import { type OwnPostgres, startOwnPostgres } from '../own-postgres'
import { startRedis } from '../redis-server'
import { type LoadBalancer, startLoadBalancer } from './load-balancer'

const INSTANCES = 3

export const RESOURCE_SECRET = `vst_rs_${randomBytes(32).toString('base64url')}`

/** One process of Vestibule. */
export type Instance = {
  readonly port: number
  /** @param ahead seconds that its clock is wrong by; `directory`: of the built version, otherwise the world's */
  start(ahead?: number, directory?: string): Promise<void>
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): Promise<void>
  isReady(): Promise<boolean>
}

export type ChaosRedis = {
  readonly url: string
  restart(): Promise<void>
  freeze(): void
  thaw(): void
  /** Another takes over that has what this one had before the work. */
  failOver(work: () => Promise<void>): Promise<void>
}

/** Three instances behind a proxy, on one PostgreSQL and one Redis, with two identity providers. */
export type ChaosWorld = {
  readonly publicUrl: string
  /** The issuers of two servers: the first one's tokens are signed, the second one's opaque. */
  readonly issuers: readonly [string, string]
  readonly instances: readonly Instance[]
  readonly postgres: OwnPostgres
  readonly redis: ChaosRedis
  readonly providers: readonly [MisbehavingProvider, MisbehavingProvider]
  readonly printed: () => string
  close(): Promise<void>
}

/**
 * @param walDisk see `startOwnPostgres`; `collects`: instances collect garbage and say what is left, on SIGUSR2;
 *   `directory`: of the built version that all of them are of
 */
export async function startChaosWorld({
  walDisk = false,
  collects = false,
  directory = '.',
} = {}): Promise<ChaosWorld> {
  const [postgres, proxy, redis] = await Promise.all([
    startOwnPostgres('', { walDisk }),
    startLoadBalancer(),
    startChaosRedis(),
  ])
  const providers = [await startMisbehavingProvider(), await startMisbehavingProvider()] as const
  for (const provider of providers) behave(provider)
  const publicUrl = `http://localhost:${proxy.port}`
  const env = environment({ publicUrl, postgres, redis, providers })
  const output: string[] = []
  const instances = await Promise.all(
    Array.from({ length: INSTANCES }, () => newInstance(env, output, collects, directory)),
  )
  for (const instance of instances) await instance.start()
  await apply(env, configuration(providers), directory)
  proxy.lead(instances.map(({ port }) => port))
  return {
    publicUrl,
    issuers: [publicUrl, `${publicUrl}/s/second`],
    instances,
    postgres,
    redis,
    providers,
    printed: () => output.join(''),
    close: () => closeAll({ instances, proxy, postgres, redis, providers }),
  }
}

type Behaviour = Parameters<MisbehavingProvider['misbehave']>[0]

/** As a provider should: with a scope, so that tokens can be exchanged; what it does wrong, it does besides. */
export const behave = (provider: MisbehavingProvider, wrong: Behaviour = {}) =>
  provider.misbehave({ tokenAnswer: { scope: 'openid email', expires_in: 86_400 }, ...wrong })

type Closable = { close(): Promise<void> }

type Parts = {
  readonly instances: readonly Instance[]
  readonly proxy: LoadBalancer
  readonly postgres: OwnPostgres
  readonly redis: Closable
  readonly providers: readonly MisbehavingProvider[]
}

async function closeAll({ instances, proxy, postgres, redis, providers }: Parts): Promise<void> {
  await proxy.close()
  for (const instance of instances) await instance.signal('SIGKILL')
  await Promise.all([postgres.close(), redis.close(), ...providers.map((provider) => provider.stop())])
}

type Environment = Readonly<Record<string, string>>

function environment({
  publicUrl,
  postgres,
  redis,
  providers,
}: Pick<ChaosWorld, 'publicUrl' | 'providers' | 'postgres'> & {
  readonly redis: { readonly url: string }
}): Environment {
  const { PATH = '', HOME = '' } = process.env
  return {
    PATH,
    HOME,
    PUBLIC_URL: publicUrl,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    DATA_DIR: mkdtempSync(path.join(tmpdir(), 'vestibule-chaos-')),
    VESTIBULE_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    SANDBOX: '0',
    RATE_LIMITS: '0',
    FIRST_SECRET: providers[0].clientSecret,
    SECOND_SECRET: providers[1].clientSecret,
    RESOURCE_SECRET,
  }
}

async function newInstance(
  env: Environment,
  output: string[],
  collects: boolean,
  directory: string,
): Promise<Instance> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const isReady = async () => {
    const answer = fetch(`http://localhost:${port}/readyz`, { signal: AbortSignal.timeout(2_000) })
    return answer.then(({ ok }) => ok).catch(() => false)
  }
  return {
    port,
    isReady,
    async start(ahead = 0, cwd = directory) {
      const skew = [
        ...(ahead ? ['--import', skewedClock(ahead)] : []),
        ...(collects ? ['--import', COLLECTING] : []),
      ]
      const started = spawn(process.execPath, [...skew, 'dist/server.js'], {
        cwd,
        env: { ...env, PORT: String(port), NODE_ENV: 'production' },
      })
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (chunk) => output.push(String(chunk)))
      child = started
      // A run that is cut short leaves nothing behind.
      process.once('exit', () => started.kill('SIGKILL'))
      for (let tries = 0; tries < 600; tries++) {
        if (started.exitCode !== null) throw new Error(`an instance ended at its start:\n${output.join('')}`)
        if (await isReady()) return
        await wait(100)
      }
      throw new Error(`an instance is not ready after a minute:\n${output.join('')}`)
    },
    async signal(name) {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      child.kill(name)
      if (name === 'SIGKILL' || name === 'SIGTERM') await once(child, 'exit')
    },
  }
}

/** A module with which a process tells what it holds. */
const COLLECTING = pathToFileURL(path.resolve('test/collecting.mjs')).href

async function startChaosRedis(): Promise<ChaosRedis & Closable> {
  const port = await freePort()
  const dir = mkdtempSync(path.join(tmpdir(), 'vestibule-chaos-redis-'))
  const dump = path.join(dir, 'dump.rdb')
  const start = () => startRedis(port, { dir })
  let redis = await start()
  const { url } = redis
  return {
    url,
    async restart() {
      await redis.close()
      redis = await start()
    },
    freeze: () => redis.signal('SIGSTOP'),
    thaw: () => redis.signal('SIGCONT'),
    async failOver(work) {
      const client = new Redis(url)
      await client.save()
      client.disconnect()
      await work()
      await redis.close()
      redis = await start()
      rmSync(dump)
    },
    async close() {
      await redis.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A module that sets a process's clock wrong: whatever asks for the time is told another one. */
const skewedClock = (seconds: number) =>
  `data:text/javascript,${encodeURIComponent(`
    const Right = Date, now = Right.now.bind(Right), ahead = ${seconds * 1000}
    globalThis.Date = class extends Right {
      constructor(...parts) { parts.length ? super(...parts) : super(now() + ahead) }
      static now() { return now() + ahead }
    }`)}`

async function apply(env: Environment, yaml: string, cwd: string): Promise<void> {
  const child = spawn(process.execPath, ['dist/cli.js', 'apply', '-f', '-'], {
    cwd,
    env: { ...env, NODE_ENV: 'production' },
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk))
  child.stdin.end(yaml)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`apply failed: ${printed}`)
}

const configuration = ([first, second]: ChaosWorld['providers']) => `
organizations:
  - slug: chaos
    name: Chaos
    connections:
      - { slug: first, type: oidc, issuer: "${first.issuer}", client_id: "${first.clientId}", client_secret: "env:FIRST_SECRET" }
      - { slug: second, type: oidc, issuer: "${second.issuer}", client_id: "${second.clientId}", client_secret: "env:SECOND_SECRET" }
    servers:
      - slug: first
        name: First
        default: true
        resource: https://first.example/mcp
        connection: first
        resource_secret: env:RESOURCE_SECRET
        handoff_scopes: [openid, email]
        clients: [{ client_id: cli, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }]
      - slug: second
        name: Second
        resource: https://second.example/mcp
        connection: second
        resource_secret: env:RESOURCE_SECRET
        handoff_scopes: [openid, email]
        token_format: opaque
        clients: [{ client_id: cli, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }]
`
