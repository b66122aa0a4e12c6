import { once } from 'node:events'
import { COMMAND_LINE } from '@/lib/access'
import { installationEntry } from '@/lib/audit/audit'
import { log } from '@/lib/log'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { retention } from '@/lib/store/retention/runner'
import type { Context } from './surroundings'

/** Cleans up until nothing is left to do, and prints how much of each kind went. */
export async function applyRetention({ installation: { db }, out }: Context): Promise<number> {
  const entry = installationEntry(COMMAND_LINE, db.clock.now(), {
    action: 'installation.cleaned_up',
    targetKind: 'installation',
    targetName: 'installation',
  })
  // First: what is cleaned up in many transactions is never cleaned up without it.
  await auditLogStore(db).append([entry])
  const cleaned = await retention(db)(db.clock.now(), { batches: Number.POSITIVE_INFINITY })
  for (const { what, count } of cleaned) out(`${String(count).padStart(9)}  ${what}`)
  return 0
}

/**
 * Does what the server does besides answering requests: once, or until it is stopped.
 *
 * @returns 2 when a part of it failed, which the log tells more about
 */
export async function work(
  { config, installation, out, err }: Context,
  { watch = false }: { readonly watch?: boolean },
): Promise<number> {
  // It brings webhooks and mails along, which no other command needs.
  const { backgroundRound, startBackground } = await import('@/lib/watch/background')
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.on('SIGTERM', stop).on('SIGINT', stop)
  const { signal } = stopping
  try {
    if (!watch) {
      const failed = await backgroundRound(config, installation, log, signal)
      if (failed.length > 0) err(`failed: ${failed.join(', ')}`)
      else out('done')
      return failed.length > 0 ? 2 : 0
    }
    const parts = startBackground(config, installation, log)
    out('working, until it is stopped')
    // What works does not keep a process alive.
    const life = setInterval(() => {}, 60_000)
    if (!signal.aborted) await once(signal, 'abort')
    clearInterval(life)
    await Promise.all(parts.map((end) => end()))
    return 0
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop)
  }
}
