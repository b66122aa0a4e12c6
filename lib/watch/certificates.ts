import type { Config } from '@/lib/config'
import { fetchFor } from '@/lib/connections/internal-hosts'
import { certificateEnds } from '@/lib/diagnostics/certificate-ends'
import type { Database } from '@/lib/store/database/database'
import { type AskedConnection, alertStore } from '@/lib/store/mail/alerts'

/** Days. */
const ENDING = 14

/** Milliseconds between two looks at a certificate, and for one. */
const DAY = 86_400_000
const TIMEOUT = 10_000

export type EndingCertificate = { readonly connection: AskedConnection; readonly ends: Date }

/** When the certificates of the identity providers end. */
export type CertificateWatch = {
  /** Looks at those that have not been looked at for a day. @returns those that end soon */
  look(): Promise<readonly EndingCertificate[]>
}

/** @param seen told of each certificate */
export function certificateWatch(
  config: Pick<Config, 'loopback' | 'internalHosts' | 'outgoingProxy'>,
  db: Database,
  seen: (connection: string, ends: Date) => void,
  endsOf: (connection: AskedConnection) => Promise<Date | undefined> = askFor(config),
): CertificateWatch {
  const known = new Map<string, { readonly at: number; readonly ends: Date | undefined }>()
  return {
    async look() {
      const now = db.clock.now().getTime()
      const connections = await alertStore(db).askedConnections()
      const found: EndingCertificate[] = []
      for (const connection of connections) {
        const key = `${connection.id} ${connection.url}`
        const before = known.get(key)
        const current = before && now - before.at < DAY ? before : { at: now, ends: await endsOf(connection) }
        known.set(key, current)
        if (!current.ends) continue
        seen(connection.id, current.ends)
        if (current.ends.getTime() - now <= ENDING * DAY) found.push({ connection, ends: current.ends })
      }
      return found
    },
  }
}

/** Where a connection may reach public hosts alone, its host has to prove to be one before its certificate is read. */
function askFor(config: Pick<Config, 'loopback' | 'internalHosts' | 'outgoingProxy'>) {
  const limited = fetchFor(config)
  return async ({ url, mayBeInternal }: AskedConnection): Promise<Date | undefined> => {
    const { origin } = new URL(url)
    try {
      await limited({ mayBeInternal })?.fetch(new URL(origin), { signal: AbortSignal.timeout(TIMEOUT) })
      return await certificateEnds(origin)
    } catch {
      return undefined
    }
  }
}
