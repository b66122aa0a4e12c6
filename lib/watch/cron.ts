import { readConfig } from '@/lib/config'
import { log } from '@/lib/log'
import { equalSecrets } from '@/lib/oauth/protocol/secret-hash'
import { openInstallation } from '@/lib/services/installation'
import { backgroundRound } from './background'

/** Milliseconds that a round may take: the platform ends the whole function a little later. */
const LONGEST = 50_000

/** What came of a call: nothing, where there is no such address, or the names of the parts that failed. */
export type CronRound = 'absent' | 'refused' | { readonly failed: readonly string[] }

/**
 * Does background work once, for who knows `CRON_SECRET`. Decision 0123.
 *
 * @param authorization the header of that name
 */
export async function cronRound(authorization: string | null): Promise<CronRound> {
  const config = readConfig()
  if (!config.cronSecret) return 'absent'
  const [, token = ''] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  if (!equalSecrets(token, config.cronSecret)) return 'refused'
  const installation = await openInstallation(config)
  return { failed: await backgroundRound(config, installation, log, AbortSignal.timeout(LONGEST)) }
}
