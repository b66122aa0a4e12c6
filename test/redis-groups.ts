import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort, isFree } from './free-port'
import { answers, startRedis, type TestRedis } from './redis-server'
import { openRespConnection, type RespReply } from './resp-connection'

/** Several Redis servers that serve as one. */
export type TestRedisGroup = {
  readonly url: string
  /** Kills a master: of a cluster the last one, of a sentinel the only one. */
  killMaster(): Promise<void>
  close(): Promise<void>
}

/** Three masters, joined by `redis-cli --cluster create`. */
export async function startRedisCluster(): Promise<TestRedisGroup> {
  const settings = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '1000' }
  const nodes = await Promise.all([1, 2, 3].map(async () => startRedis(await clusterPort(), settings)))
  const hosts = nodes.map(({ url }) => new URL(url).host)
  await promisify(execFile)('redis-cli', ['--cluster', 'create', ...hosts, '--cluster-yes'])
  await Promise.all(
    nodes.map(({ url }) => until(url, ['CLUSTER', 'INFO'], (info) => /cluster_state:ok/.test(String(info)))),
  )
  return {
    url: `redis+cluster://${hosts.join(',')}`,
    killMaster: async () => nodes.at(-1)?.close(),
    close: async () => void (await Promise.all(nodes.map((node) => node.close()))),
  }
}

/** The nodes talk to one another at their port and 10,000, which no outgoing connection may have. */
async function clusterPort(): Promise<number> {
  const port = await freePort()
  return port < 22_000 && (await isFree(port + 10_000)) ? port : clusterPort()
}

/** A master with a replica, and one sentinel that makes the replica the master when the master is gone. */
export async function startRedisSentinel(): Promise<TestRedisGroup> {
  const master = await startRedis()
  const { port } = new URL(master.url)
  const replica = await startRedis(undefined, { replicaof: `127.0.0.1 ${port}` })
  const sentinel = await startSentinel(port)
  return {
    url: `redis+sentinel://127.0.0.1:${sentinel.port}/main`,
    killMaster: async () => {
      // What was written before this is on the replica by then, whoever wrote it.
      const connection = await openRespConnection(master.url)
      await connection.send([
        ['SET', 'last', ''],
        ['WAIT', '1', '0'],
      ])
      connection.close()
      await master.close()
    },
    close: async () => {
      await sentinel.close()
      await Promise.all([master.close(), replica.close()])
    },
  }
}

async function startSentinel(
  masterPort: string,
): Promise<{ readonly port: number } & Pick<TestRedis, 'close'>> {
  const port = await freePort()
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-sentinel-'))
  const file = path.join(directory, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor main 127.0.0.1 ${masterPort} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 2000',
  ]
  await writeFile(file, lines.join('\n'))
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  await answers(port)
  // One that has not seen the replica could not make it the master.
  const replicas = ['SENTINEL', 'replicas', 'main']
  await until(`redis://127.0.0.1:${port}`, replicas, (reply) =>
    /"master-link-status","ok"/.test(JSON.stringify(reply)),
  )
  return {
    port,
    async close() {
      process.off('exit', kill)
      if (kill()) await once(child, 'exit')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Asks until the reply is as it should be. */
async function until(
  url: string,
  command: readonly string[],
  isRight: (reply: RespReply) => boolean,
): Promise<void> {
  const connection = await openRespConnection(url)
  for (let tries = 0; tries < 400; tries++) {
    const [reply = null] = await connection.send([command])
    if (isRight(reply)) break
    await sleep(50)
  }
  connection.close()
}
