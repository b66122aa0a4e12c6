import { readForm } from '@/lib/http/body'
import { forgedDecisionPage, nextStepResponse } from '@/lib/http/browser-answers'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { isOwnForm } from '@/lib/http/consent-form'
import { typistOf } from '@/lib/http/device-form'
import { seeOther } from '@/lib/http/see-other'
import { enterUserCode } from '@/lib/oauth/device/enter-code'
import { deviceDoneUri, verificationUri } from '@/lib/oauth/protocol/urls'
import { context } from '@/lib/services/services'

/** The code that a user typed, or confirmed (RFC 8628 §3.3). */
export const POST = sessionEndpoint(context, async (request, { publicUrl, ports, log }, reader) => {
  const form = await readForm(request)
  if (!isOwnForm(request, publicUrl, form)) {
    log.warn('user code refused', { reason: 'form_forged' })
    return forgedDecisionPage(reader)
  }
  const typist = typistOf(request, publicUrl)
  const step = await enterUserCode(form.get('user_code') ?? '', typist, deviceDoneUri(publicUrl), ports)
  if (step.go === 'refused') return seeOther(`${verificationUri(publicUrl)}?refused=${step.reason}`)
  return nextStepResponse(step, reader)
})
