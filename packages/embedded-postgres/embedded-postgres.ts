import { existsSync } from 'node:fs'
import { findNative, prepareBinaries } from './binaries'
import { prepareCluster } from './cluster'
import { withLock } from './lock'
import { findPlaces, prepareHome } from './places'
import { stopServer } from './postmaster'
import { attachOrStart, connectionUrl } from './server'
import { addUser, countUsers, removeUser } from './users'

/**
 * A real PostgreSQL that lives in `dataDir` and needs no installation: its programs come from npm. Processes on the
 * same directory share one server: the first one starts it, the last one that closes stops it. One that dies without
 * closing leaves nothing that blocks the next: a server still running is taken over.
 *
 * The server listens on 127.0.0.1 at a free port and lets in one role, with a random password (SCRAM). Under root it
 * runs as an unprivileged user. Decision 0003.
 *
 * @param dataDir `DATA_DIR`; made when missing. One machine's: it must not be shared between containers
 * @returns the connection string, which holds the password and must not be logged; and `close`, which may be called
 *   more than once
 * @throws Error that names the remedy, when there are no programs for this platform, or the server does not start
 */
export async function openEmbeddedPostgres(
  dataDir: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  // Before anything is written: is there a PostgreSQL for this platform at all?
  findNative()
  const home = prepareHome(dataDir)
  const opened = await withLock(home, () => join(home))
  let closing: Promise<void> | undefined
  return {
    url: opened.url,
    close() {
      closing ??= leave(home, opened)
      return closing
    },
  }
}

type Opened = {
  readonly url: string
  readonly user: string
  readonly cluster: string
  readonly serverPid: number
}

async function join(home: string): Promise<Opened> {
  const places = findPlaces(home)
  const binaries = await prepareBinaries(places.base, places.account)
  const password = await prepareCluster(places, binaries)
  const user = addUser(home)
  try {
    const hasOtherUsers = () => countUsers(home) > 1
    const server = await attachOrStart({ places, binaries, password, hasOtherUsers })
    return {
      url: connectionUrl(password, server.port),
      user,
      cluster: places.cluster,
      serverPid: server.pid,
    }
  } catch (error) {
    removeUser(home, user)
    throw error
  }
}

async function leave(home: string, { user, cluster, serverPid }: Opened): Promise<void> {
  // The whole directory was deleted while we ran: no process is left to share the server with.
  if (!existsSync(home)) return stopServer(cluster, serverPid)
  await withLock(home, async () => {
    removeUser(home, user)
    if (countUsers(home) === 0) await stopServer(cluster)
  })
}
