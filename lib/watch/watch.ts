import type { Config } from '@/lib/config'
import type { Log } from '@/lib/log'
import { mailer } from '@/lib/mail/mailer'
import { metrics } from '@/lib/metrics/metrics'
import type { Installation } from '@/lib/services/installation'
import { type ConnectionEnds, connectionEndStore } from '@/lib/store/mail/connection-ends'
import type { Work } from '@/lib/webhooks/worker'
import { sendAlerts } from './alerts'
import { lookAtCertificates } from './certificates'

/** Milliseconds between two looks. */
export const WATCH_INTERVAL = 600_000

/** Looks for what administrators should know: for the console, the metrics, and for mails where they are configured. */
export function watchWork(
  config: Pick<Config, 'publicUrl' | 'loopback' | 'internalHosts' | 'outgoingProxy' | 'metricsPort' | 'mail'>,
  { db, sealer }: Pick<Installation, 'db' | 'sealer'>,
  log: Log,
): Work {
  const { mail: settings, publicUrl, metricsPort } = config
  const sender = settings && mailer({ publicUrl, language: settings.language }, { db, sealer }, log)
  const look = async (signal: AbortSignal) => {
    await lookAtCertificates(config, db, signal)
    if (signal.aborted) return
    const ends = metricsPort || sender ? await connectionEndStore(db).all() : []
    if (metricsPort) setEnds(ends)
    if (sender) await sendAlerts({ db, mailer: sender, publicUrl }, ends)
  }
  let isDue = false
  return {
    async prepare() {
      isDue = true
    },
    // A turn: a stop does not wait for providers that do not answer.
    async next() {
      if (!isDue) return null
      isDue = false
      return look
    },
  }
}

/** As it is now: what ended no longer, or is gone, has no metric. */
function setEnds(ends: readonly ConnectionEnds[]): void {
  const { certificateEnd, secretEnd, connectionLabel } = metrics()
  certificateEnd.reset()
  secretEnd.reset()
  for (const { id, certificate, secret } of ends) {
    const connection = connectionLabel(id)
    if (certificate) certificateEnd.set({ connection }, certificate.getTime() / 1000)
    if (secret) secretEnd.set({ connection }, Date.parse(secret) / 1000)
  }
}
