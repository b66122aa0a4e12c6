import { NotFound } from '@/lib/access'
import { answerLink } from '@/lib/grants/answer-link'
import { cookiesOf, sessionCookiesIn } from '@/lib/http/account-form'
import { readForm } from '@/lib/http/body'
import { forgedDecisionPage } from '@/lib/http/browser-answers'
import { notFoundPage, sessionEndpoint } from '@/lib/http/browser-endpoint'
import { isOwnForm } from '@/lib/http/consent-form'
import { seeOther } from '@/lib/http/see-other'
import { context, management } from '@/lib/services/services'

/** Links another login of an end user, step by step, and unlinks one. */
export const POST = sessionEndpoint(context, async (request, { publicUrl }, reader) => {
  const form = await readForm(request)
  if (!isOwnForm(request, publicUrl, form)) return forgedDecisionPage(reader)
  try {
    const cookies = sessionCookiesIn(publicUrl, cookiesOf(request))
    return seeOther(await answerLink(form, cookies, await management()))
  } catch (error) {
    if (error instanceof NotFound) return notFoundPage(reader)
    throw error
  }
})
