import path from 'node:path'
import type { Config } from '@/lib/config'
import type { Sealer } from '@/lib/crypto/seal'
import { configurationStore } from '@/lib/store/configuration/configuration'
import type { Database } from '@/lib/store/database/database'
import { newId } from '@/lib/store/database/ids'
import { readConfiguration } from './file'
import { planConfiguration } from './plan'
import type { Plan } from './planning'
import { displacedSandbox } from './sandbox-place'

export type ApplyOptions = {
  /** The file's name, for messages; `file:` references are relative to where it lies. */
  readonly file: string
  /** What the file's name is relative to; the process's own directory by default. */
  readonly directory?: string
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
  const { file, directory = '.', env, config, db, sealer, dryRun = false } = options
  const { organizations, refuse } = readConfiguration(text, {
    file,
    env,
    directory: path.dirname(path.resolve(directory, file)),
    loopback: config.loopback,
  })
  const store = configurationStore(db, sealer)
  const clientIds = organizations
    .flatMap(({ servers }) => servers)
    .flatMap(({ clients }) => clients.map(({ clientId }) => clientId))
  const decide = (stored: Awaited<ReturnType<typeof store.read>>) => {
    const { publicUrl, serversDomain } = config
    const moved = displacedSandbox(organizations, stored, publicUrl)
    const servers = stored.servers.map((server) => (server.id === moved?.id ? moved : server))
    const { mistakes, write, changes, warnings } = planConfiguration(
      organizations,
      { ...stored, servers },
      // Files are applied by those who run the installation.
      { publicUrl, serversDomain, newId, mayBeInternal: () => true },
      (i) => ['organizations', i],
    )
    if (mistakes.length > 0) throw refuse(mistakes)
    return { write, result: { changes, warnings }, ...(moved && { moved }) }
  }
  return dryRun ? decide(await store.read(clientIds)).result : store.change(clientIds, decide)
}
