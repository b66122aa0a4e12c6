import type { Config } from '@/lib/config'
import { developmentKeys, type Keyring, keyring } from '@/lib/crypto/keyring'
import { type Sealer, sealer } from '@/lib/crypto/seal'
import { log } from '@/lib/log'
import { poolWatcher } from '@/lib/metrics/pool-watcher'
import { processOnce } from '@/lib/process-once'
import { keepClock } from '@/lib/store/database/clock'
import { closeDatabase, type Database, hasStatementLimit, openDatabase } from '@/lib/store/database/database'
import { migrate } from '@/lib/store/database/migrate'
import { requireMigrated } from '@/lib/store/database/migration-state'
import type { PoolWatcher } from '@/lib/store/database/pool-gate'
import { enterKeyring } from '@/lib/store/database/sealing-keys'
import { closeAnswers } from '@/lib/store/oauth/answers'
import { tracedPool } from '@/lib/tracing/traced-pool'
import { tracing } from '@/lib/tracing/tracing'

/** The database and the keys of this installation: what the server and the command line both stand on. */
export type Installation = {
  /** For logins and tokens. */
  readonly db: Database
  /** For console, API and background work: what waits there holds up no login. */
  readonly managementDb: Database
  /** A replica, for what is shown; absent: there is none. */
  readonly replica?: Database | undefined
  readonly keyring: Keyring
  readonly sealer: Sealer
  /** Closes the pool, and the embedded PostgreSQL unless another process uses it. */
  close(): Promise<void>
}

/** A database by the URL of a role that may do everything in it. */
export type Located = { readonly url: string; close(): Promise<void> }

/** Starts the embedded PostgreSQL in a data directory, or joins the one that runs there. */
export type OpenEmbedded = (dataDir: string) => Promise<Located>

/** The database that is configured: by its URL for migrations, or the embedded one. */
export async function locateDatabase(
  { databaseUrl, migrationUrl = databaseUrl, dataDir }: Config,
  openEmbedded: OpenEmbedded,
): Promise<Located> {
  return migrationUrl === undefined ? openEmbedded(dataDir) : { url: migrationUrl, close: async () => {} }
}

/**
 * Opens the installation once per process: starts the embedded PostgreSQL when no `DATABASE_URL` is given, applies
 * migrations, connects, and makes sure that no key is missing.
 *
 * @param openEmbedded given by our own programs. Next's bundles do without: inside one of them it is open already, and
 *   Next alone migrates nothing.
 * @throws NotMigrated for Next alone
 * @throws MissingKey or WrongKey when sealed data needs a key that is not configured, or is another one
 * @throws StoreUnavailable when the database cannot be reached
 */
export function openInstallation(config: Config, openEmbedded?: OpenEmbedded): Promise<Installation> {
  return processOnce('installation', () => open(config, openEmbedded))
}

/** What measures a pool: metrics, traces, both or nothing. */
function watcherOf({ metricsPort }: Config, name: string, connections: number): PoolWatcher | undefined {
  const counted = metricsPort ? poolWatcher(name, connections) : undefined
  const traces = tracing()
  return traces ? tracedPool(name, traces, counted) : counted
}

async function open(config: Config, openEmbedded: OpenEmbedded | undefined): Promise<Installation> {
  if (!config.databaseUrl && !openEmbedded) throw new Error('set DATABASE_URL, or start with npm start')
  const embedded = config.databaseUrl ? undefined : await openEmbedded?.(config.dataDir)
  const url = config.databaseUrl ?? embedded?.url ?? ''
  const forManagement = Math.floor(config.databaseConnections / 3)
  const pool = (name: string, connections: number) => ({
    connections,
    watcher: watcherOf(config, name, connections),
  })
  const db = openDatabase(url, pool('postgres', config.databaseConnections - forManagement))
  const managementDb = openDatabase(url, { ...pool('postgres_management', forManagement), clock: db.clock })
  const replica =
    config.readUrl === undefined
      ? undefined
      : openDatabase(config.readUrl, { ...pool('postgres_replica', forManagement), clock: db.clock })
  const close = async () => {
    await closeAnswers(db)
    const databases = [db, managementDb, ...(replica ? [replica] : [])]
    await Promise.all(databases.map((database) => closeDatabase(database)))
    await embedded?.close()
  }
  try {
    const migrationUrl = config.migrationUrl ?? url
    if (openEmbedded) await migrate(migrationUrl)
    else if (!(await requireMigrated(migrationUrl)))
      log.warn('this role of the database may not see whether it is migrated: vestibule migrate makes sure')
    await keepClock(db)
    if (!(await hasStatementLimit(db)))
      log.warn("statements have no time limit: alter role … set statement_timeout = '8s'")
    const keys = keyring(config.keys ?? developmentKeys(config.dataDir))
    await enterKeyring(db, keys)
    return { db, managementDb, replica, keyring: keys, sealer: sealer(keys), close }
  } catch (error) {
    await close()
    throw error
  }
}
