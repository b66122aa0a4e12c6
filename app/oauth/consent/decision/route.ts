import { readForm } from '@/lib/http/body'
import { forgedDecisionPage, nextStepResponse, requestOverPage } from '@/lib/http/browser-answers'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { isOwnForm, requestIdIn } from '@/lib/http/consent-form'
import { decide } from '@/lib/oauth/consent/decide'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { context } from '@/lib/services/services'

/** The user's answer on the consent page. */
export const POST = sessionEndpoint(context, async (request, { publicUrl, ports, log }, reader) => {
  const form = await readForm(request)
  if (!isOwnForm(request, publicUrl, form)) {
    log.warn('decision refused', { reason: 'form_forged' })
    return forgedDecisionPage(reader)
  }
  const id = requestIdIn(form.get('request'))
  const answer = form.get('decision')
  if (answer !== 'allow' && answer !== 'deny')
    throw new OAuthError('invalid_request', 'a decision is allow or deny')
  const step = await decide(id, { answer, assumedScope: form.get('assumed') ?? '' }, ports)
  if (!step) return requestOverPage(reader, (await ports.requests.findReference(id)) ?? undefined)
  return nextStepResponse(step, reader)
})
