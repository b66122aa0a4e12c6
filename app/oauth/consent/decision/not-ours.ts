import { forgedDecisionPage, requestOverPage } from '@/lib/http/browser-answers'
import type { HttpContext } from '@/lib/http/context'
import type { Reader } from '@/lib/http/plain-page'

/**
 * A decision without the cookie of its form. The cookie goes with its request, so somebody may have gone back to one
 * that was answered; while it waits for an answer, the decision is forged.
 */
export async function notOurs(id: string, { ports, log }: HttpContext, reader: Reader): Promise<Response> {
  const isOpen = (await ports.requests.findOpen(id, ports.clock())) !== null
  const reference = isOpen ? null : await ports.requests.findReference(id)
  if (reference) return requestOverPage(reader, reference)
  log.warn('decision refused', { reason: 'form_forged' })
  return forgedDecisionPage(reader, { requestId: id })
}
