import type { Ports } from '../ports'

/** Whether the consent page may be shown; if not, the reference of a request that is over, or null for an unknown one. */
export type OpenedConsent =
  | { readonly open: true }
  | { readonly open: false; readonly reference: string | null }

/** Notes on the timeline that a browser came to see the consent page. Repeatable: it uses nothing up. */
export async function openConsent(requestId: string, ports: Ports): Promise<OpenedConsent> {
  const now = ports.clock()
  const request = await ports.requests.findOpen(requestId, now)
  if (!request) return { open: false, reference: await ports.requests.findReference(requestId) }
  await ports.requests.record(request.id, { at: now, step: 'consent', outcome: 'ok', reason: 'ok' })
  return { open: true }
}
