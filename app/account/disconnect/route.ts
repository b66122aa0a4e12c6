import { NotFound } from '@/lib/access'
import { disconnect, signOutEverywhere } from '@/lib/grants/account'
import { cookiesOf, sessionCookiesIn } from '@/lib/http/account-form'
import { readForm } from '@/lib/http/body'
import { forgedDecisionPage } from '@/lib/http/browser-answers'
import { notFoundPage, sessionEndpoint } from '@/lib/http/browser-endpoint'
import { isOwnForm, requestIdIn } from '@/lib/http/consent-form'
import { seeOther } from '@/lib/http/see-other'
import { context, management } from '@/lib/services/services'

/** Ends what an end user had connected. */
export const POST = sessionEndpoint(context, async (request, { publicUrl }, reader) => {
  const form = await readForm(request)
  if (!isOwnForm(request, publicUrl, form)) return forgedDecisionPage(reader)
  const cookies = sessionCookiesIn(publicUrl, cookiesOf(request))
  try {
    if (form.has('everywhere')) await signOutEverywhere(cookies, await management())
    else await disconnect(requestIdIn(form.get('grant')), cookies, await management())
  } catch (error) {
    if (error instanceof NotFound) return notFoundPage(reader)
    throw error
  }
  return seeOther(`${publicUrl}/account?done=ended`)
})
