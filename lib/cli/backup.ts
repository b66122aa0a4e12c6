import path from 'node:path'
import { COMMAND_LINE } from '@/lib/access'
import { installationEntry } from '@/lib/audit/audit'
import { readConfig } from '@/lib/config'
import type { Installation } from '@/lib/services/installation'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { backUp } from '@/lib/store/backup/backup'
import { restore } from '@/lib/store/backup/restore'
import type { Context, Surroundings } from './surroundings'

const NOT_IN_IT = 'VESTIBULE_KEYS (or development-key in DATA_DIR) and logins under way'

/** Copies the database into a file. */
export async function makeBackup(
  { config, directory, installation, locate, out }: Context,
  file: string,
): Promise<number> {
  await record(installation, 'installation.backed_up')
  const { url, close } = await locate(config)
  try {
    const tables = await backUp(url, path.resolve(directory, file))
    out(`${tables} tables in ${file}. Not in it: ${NOT_IN_IT}.`)
    return 0
  } finally {
    await close()
  }
}

/** Fills an empty database from such a file, and makes sure that the keys are those that it was sealed with. */
export async function restoreBackup(surroundings: Surroundings, file: string): Promise<number> {
  const { directory, env, locate, open, out } = surroundings
  const config = readConfig(env, true)
  const { url, close } = await locate(config)
  try {
    const tables = await restore(url, path.resolve(directory, file))
    out(`${tables} tables restored from ${file}.`)
    const installation = await open(config)
    try {
      await record(installation, 'installation.restored')
    } finally {
      await installation.close()
    }
    return 0
  } finally {
    await close()
  }
}

function record({ db }: Installation, action: 'installation.backed_up' | 'installation.restored') {
  const event = { action, targetKind: 'installation', targetName: 'installation' }
  return auditLogStore(db).append([installationEntry(COMMAND_LINE, db.clock.now(), event)])
}
