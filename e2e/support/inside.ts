import { type OperatorAuth, operatorAuth } from '@/lib/accounts/operator-auth'
import { readConfig } from '@/lib/config'
import { applyConfiguration } from '@/lib/configuration/apply'
import { developmentKeys, keyring } from '@/lib/crypto/keyring'
import { sealer } from '@/lib/crypto/seal'
import { closeDatabase, type Database, openDatabase } from '@/lib/store/database/database'

/** A running installation, past its front door: for what a test needs before it begins. */
export type Inside = {
  readonly db: Database
  readonly auth: OperatorAuth
  /** Applies a configuration, as the command line does, without a process of its own. */
  readonly apply: (yaml: string) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Opens the database of an installation with the keys in its data directory.
 *
 * @param env where `env:NAME` references of configurations look
 */
export function openInside(
  place: { readonly publicUrl: string; readonly databaseUrl: string; readonly dataDir: string },
  env: Readonly<Record<string, string>>,
): Inside {
  const { publicUrl, databaseUrl, dataDir } = place
  const config = readConfig({ PUBLIC_URL: publicUrl, DATA_DIR: dataDir })
  const db = openDatabase(databaseUrl)
  const keys = keyring(developmentKeys(dataDir))
  return {
    db,
    auth: operatorAuth({ publicUrl, db, keyring: keys, rateLimits: false }),
    async apply(yaml) {
      await applyConfiguration(yaml, { file: '-', env, config, db, sealer: sealer(keys) })
    },
    close: () => closeDatabase(db),
  }
}
