import path from 'node:path'
import type { Config } from '@/lib/config'
import type { Sealer } from '@/lib/crypto/seal'
import { configurationStore } from '@/lib/store/configuration'
import type { Database } from '@/lib/store/database'
import { newId } from '@/lib/store/ids'
import type { Plan } from './draft'
import { planConfiguration } from './plan'
import { readConfiguration } from './read-configuration'

export type ApplyOptions = {
  /** The file's name, for messages; `file:` references are relative to its directory. */
  readonly file: string
  /** Where `env:NAME` references look. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly config: Pick<Config, 'publicUrl' | 'loopback' | 'serversDomain'>
  readonly db: Database
  readonly sealer: Sealer
  /** Only says what would change. */
  readonly dryRun?: boolean
}

/**
 * Makes the database agree with a configuration file: creates or updates what the file names and leaves everything
 * else alone. All or nothing; applying the same file again changes nothing.
 *
 * @param text the YAML
 * @returns what changed, or would change
 * @throws ConfigurationMistakes when the file is wrong or contradicts what is stored
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function applyConfiguration(text: string, options: ApplyOptions): Promise<Plan> {
  const { file, env, config, db, sealer, dryRun = false } = options
  const { configuration, refuse } = readConfiguration(text, {
    file,
    env,
    directory: path.dirname(path.resolve(file)),
    loopback: config.loopback,
  })
  const store = configurationStore(db, sealer)
  const clientIds = configuration.organizations
    .flatMap(({ servers }) => servers)
    .flatMap(({ clients }) => clients.map(({ clientId }) => clientId))
  const decide = (stored: Awaited<ReturnType<typeof store.read>>) => {
    const { publicUrl, serversDomain } = config
    const planned = planConfiguration(configuration, stored, { publicUrl, serversDomain, newId })
    if (planned.mistakes.length > 0) throw refuse(planned.mistakes)
    return { write: planned.write, result: planned.plan }
  }
  return dryRun ? decide(await store.read(clientIds)).result : store.change(clientIds, decide)
}
