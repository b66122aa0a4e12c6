import type { Config } from '@/lib/config'
import type { Log } from '@/lib/log'
import { mailer } from '@/lib/mail/mailer'
import { metrics } from '@/lib/metrics/metrics'
import type { Installation } from '@/lib/services/installation'
import type { Work } from '@/lib/webhooks/worker'
import { sendAlerts } from './alerts'
import { certificateWatch } from './certificates'

/** Milliseconds between two looks. */
export const WATCH_INTERVAL = 600_000

/** Looks for what administrators should know: for the metrics, and for mails where they are configured. */
export function watchWork(
  config: Pick<Config, 'publicUrl' | 'loopback' | 'internalHosts' | 'metricsPort' | 'mail'>,
  { db, sealer }: Pick<Installation, 'db' | 'sealer'>,
  log: Log,
): Work {
  const { mail: settings, publicUrl, metricsPort } = config
  const certificates = certificateWatch(config, db, (connection, ends) => {
    if (!metricsPort) return
    const { certificateEnd, connectionLabel } = metrics()
    certificateEnd.set({ connection: connectionLabel(connection) }, ends.getTime() / 1000)
  })
  const sender = settings && mailer({ publicUrl, language: settings.language }, { db, sealer }, log)
  return {
    async prepare() {
      const ending = await certificates.look()
      if (sender) await sendAlerts({ db, mailer: sender, publicUrl }, ending)
    },
    next: async () => null,
  }
}
