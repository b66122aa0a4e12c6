import { after } from 'next/server'
import { type Config, ConfigError, readConfig } from './lib/config'
import { missingForNextAlone } from './lib/config-next-alone'
import { MissingKey, WrongKey } from './lib/crypto/keyring'
import { describeError, log } from './lib/log'
import { enterNextAlone } from './lib/next-alone'
import { StoreUnavailable } from './lib/oauth/ports/ports'
import { hasOwnServer } from './lib/own-server'
import { openInstallation } from './lib/services/installation'
import { explainUnavailable } from './lib/services/unavailable'
import { NotMigrated } from './lib/store/database/migration-state'

const ALONE = `This is Next alone: start Vestibule with npm start, or give what it needs without its own server (docs/deployment.md, "Serverless"). Otherwise clients could forge their address, and limits would not hold.`

/** Without our own server, this process begins here: it needs more settings, and a database that is migrated. */
async function startAlone(config: Config): Promise<void> {
  const missing = missingForNextAlone(config)
  if (missing.length > 0) throw new ConfigError(missing)
  enterNextAlone({ addressHeader: config.clientAddressHeader ?? '', after })
  await openInstallation(config)
}

function explain(error: unknown): string {
  if (error instanceof StoreUnavailable) return explainUnavailable(error)
  return error instanceof Error ? error.message : String(error)
}

try {
  const config = readConfig()
  if (!hasOwnServer()) await startAlone(config)
} catch (error) {
  const expected = [ConfigError, StoreUnavailable, MissingKey, WrongKey, NotMigrated]
  if (!expected.some((kind) => error instanceof kind)) log.error('start failed', describeError(error))
  if (error instanceof ConfigError && !hasOwnServer()) process.stderr.write(`${ALONE}\n`)
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
}
