import type { Config } from '@/lib/config'
import { certificateEndsFor, fetchFor } from '@/lib/connections/internal-hosts'
import type { Database } from '@/lib/store/database/database'
import { connectionEndStore, type WatchedConnection } from '@/lib/store/mail/connection-ends'
import { upstreamHttp } from '@/lib/upstream/upstream-http'
import { keptEnds, signingEnd } from './kept-certificates'

/** Milliseconds for a request. */
const TIMEOUT = 10_000

/** Connections at a time, and milliseconds after which no more are begun: the others wait for the next look. */
const AT_ONCE = 20
const LONGEST = 20_000

/** What says when the certificates of a provider end, those it shows: undefined where it does not answer. */
type Ask = (connection: WatchedConnection & { readonly url: string }) => Promise<Date | undefined>

/**
 * Looks when the certificates of identity providers end, those they show and those that were entered: each once a day,
 * by one of the instances.
 *
 * @param signal ends it early; the next look goes on from there
 */
export async function lookAtCertificates(
  config: Pick<Config, 'loopback' | 'internalHosts' | 'outgoingProxy'>,
  db: Database,
  signal: AbortSignal,
  ask: Ask = askFor(config),
): Promise<void> {
  const store = connectionEndStore(db)
  const begun = db.clock.now()
  for (let now = begun; !signal.aborted && now.getTime() - begun.getTime() < LONGEST; now = db.clock.now()) {
    const due = await store.claim(now, AT_ONCE)
    if (due.length === 0) return
    const looks = due.map(async (connection) => {
      const { id, url } = connection
      const shown = url === null ? undefined : await ask({ ...connection, url })
      if (signal.aborted) return
      const ends = [...keptEnds(connection, now), ...(shown ? [shown] : [])]
      const first = ends.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null
      await store.keep(id, now, first, url === null || shown !== undefined)
    })
    await Promise.all(looks)
  }
}

function askFor(config: Pick<Config, 'loopback' | 'internalHosts' | 'outgoingProxy'>): Ask {
  return async ({ url, isSaml, organizationId, mayBeInternal, authorities }) => {
    const certificateAuthorities = authorities ?? undefined
    const connection = { organizationId, mayBeInternal, certificateAuthorities }
    try {
      const way = fetchFor(config)(connection)
      const http = upstreamHttp({ allowLoopback: config.loopback, timeout: TIMEOUT, way })
      const metadata = isSaml ? await http.request('metadata', url) : undefined
      const signing = metadata && signingEnd(await metadata.text())
      const shown = await certificateEndsFor(config)(connection)(new URL(url).origin)
      return signing && (!shown || signing < shown) ? signing : shown
    } catch {
      return undefined
    }
  }
}
