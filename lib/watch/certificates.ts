import type { Config } from '@/lib/config'
import { fetchFor } from '@/lib/connections/internal-hosts'
import { certificateEnds } from '@/lib/diagnostics/certificate-ends'
import type { Database } from '@/lib/store/database/database'
import { type AskedConnection, alertStore } from '@/lib/store/mail/alerts'
import { upstreamHttp } from '@/lib/upstream/upstream-http'
import { keptEnds, signingEnd } from './kept-certificates'

/** Days. */
const ENDING = 14

/** Milliseconds between two looks at a certificate, and for one. */
const DAY = 86_400_000
const TIMEOUT = 10_000

export type EndingCertificate = {
  readonly connection: Pick<AskedConnection, 'id' | 'slug' | 'name' | 'organization' | 'organizationId'>
  readonly ends: Date
}

/** When the certificates of the identity providers end: those they show, and those that were entered. */
export type CertificateWatch = {
  /** Looks at those that have not been looked at for a day. @returns those that end soon */
  look(): Promise<readonly EndingCertificate[]>
}

/** @param seen told of each connection, and when the first of its certificates ends */
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
      for (const connection of await alertStore(db).keptCertificates())
        found.push(...keptEnds(connection).map((ends) => ({ connection, ends })))
      for (const connection of connections) {
        const key = `${connection.id} ${connection.url}`
        const before = known.get(key)
        const current = before && now - before.at < DAY ? before : { at: now, ends: await endsOf(connection) }
        known.set(key, current)
        if (current.ends) found.push({ connection, ends: current.ends })
      }
      const byEnd = found.toSorted((a, b) => b.ends.getTime() - a.ends.getTime())
      // The first to end is the last to be set.
      for (const [id, ends] of new Map(byEnd.map(({ connection: { id }, ends }) => [id, ends])))
        seen(id, ends)
      return byEnd.filter(({ ends }) => ends.getTime() - now <= ENDING * DAY)
    },
  }
}

/** Where a connection may reach public hosts alone, its host has to prove to be one before its certificate is read. */
function askFor(config: Pick<Config, 'loopback' | 'internalHosts' | 'outgoingProxy'>) {
  const limited = fetchFor(config)
  return async ({ url, isSaml, mayBeInternal }: AskedConnection): Promise<Date | undefined> => {
    const { origin } = new URL(url)
    try {
      const way = limited({ mayBeInternal })
      const http = upstreamHttp({ allowLoopback: config.loopback, timeout: TIMEOUT, way })
      const metadata = isSaml ? await http.request('metadata', url) : undefined
      if (!isSaml) await way?.fetch(new URL(origin), { signal: AbortSignal.timeout(TIMEOUT) })
      const signing = metadata && signingEnd(await metadata.text())
      const shown = await certificateEnds(origin)
      return signing && (!shown || signing < shown) ? signing : shown
    } catch {
      return undefined
    }
  }
}
