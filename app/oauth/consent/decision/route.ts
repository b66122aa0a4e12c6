import { readForm } from '@/lib/http/body'
import { withoutAbandoned, withoutConsent } from '@/lib/http/browser/login-cookies'
import { nextStepResponse, requestOverPage } from '@/lib/http/browser-answers'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { isOwnForm, requestIdIn } from '@/lib/http/consent-form'
import { decide } from '@/lib/oauth/consent/decide'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { context } from '@/lib/services/services'
import { notOurs } from './not-ours'

/** The user's answer on the consent page. */
export const POST = sessionEndpoint(context, async (request, services, reader) => {
  const { publicUrl, ports } = services
  const form = await readForm(request)
  const id = requestIdIn(form.get('request'))
  if (!isOwnForm(request, publicUrl, form)) return notOurs(id, services, reader)
  const answer = form.get('decision')
  if (answer !== 'allow' && answer !== 'deny')
    throw new OAuthError('invalid_request', 'a decision is allow or deny')
  const step = await decide(id, { answer, assumedScope: form.get('assumed') ?? '' }, ports)
  if (!step) return requestOverPage(reader, (await ports.requests.findReference(id)) ?? undefined)
  const over = step.go === 'upstream' ? withoutAbandoned(request, publicUrl) : [withoutConsent(publicUrl, id)]
  return nextStepResponse(step, reader, over)
})
