import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { developmentKeys } from '@/lib/crypto/keyring'
import { freePort } from '@/test/free-port'
import { EDGE_HEADER, startEdge } from './edge'

type Environment = Readonly<Record<string, string>>

const NEXT = 'node_modules/next/dist/bin/next'

/** What Next alone is given beside what our own server is, and what it does without. */
function aloneEnvironment(environment: Environment, dataDir: string): Environment {
  const { METRICS_PORT: _, TRUSTED_PROXIES: __, HOST: ___, ...rest } = environment
  const keys = developmentKeys(dataDir).map(({ id, key }) => `${id}:${key.toString('base64')}`)
  return {
    VESTIBULE_KEYS: keys.join(','),
    CLIENT_ADDRESS_HEADER: EDGE_HEADER,
    NEXT_TELEMETRY_DISABLED: '1',
    // Limits have to be shared in one, so that there are none without.
    ...(!(environment.REDIS_URL ?? environment.UPSTASH_REDIS_REST_URL) && { RATE_LIMITS: '0' }),
    ...rest,
  }
}

/** Migrates, and starts `next start` with a platform's edge in front of it, which listens on `PORT`. */
export async function spawnNextAlone(
  environment: Environment,
  dataDir: string,
): Promise<{ readonly child: ReturnType<typeof spawnNext>; readonly env: Environment }> {
  const env = aloneEnvironment(environment, dataDir)
  const migrating = spawn(process.execPath, ['dist/cli.js', 'migrate'], { env: production(env) })
  let printed = ''
  for (const stream of [migrating.stdout, migrating.stderr]) stream.on('data', (chunk) => (printed += chunk))
  const [code] = await once(migrating, 'close')
  if (code !== 0) throw new Error(`vestibule migrate failed:\n${printed}`)
  const target = await freePort()
  const child = spawnNext(target, env)
  const port = Number(environment.PORT)
  const endEdge = await startEdge({ port, target, proxies: environment.TRUSTED_PROXIES ?? '' })
  child.once('exit', endEdge)
  return { child, env }
}

const spawnNext = (port: number, env: Environment) =>
  spawn(process.execPath, [NEXT, 'start', '-p', String(port), '-H', '127.0.0.1'], { env: production(env) })

const production = (env: Environment) => ({ ...env, NODE_ENV: 'production' as const })
