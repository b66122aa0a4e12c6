import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { pageLanguage } from '@/app/page-language'
import { sessionCookieName } from '@/lib/http/browser-session'
import { consentCookieName, requestIdIn } from '@/lib/http/consent-form'
import { cookieName } from '@/lib/http/cookies'
import { pageContext } from '@/lib/http/page-context'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { context } from '@/lib/services/services'
import { consentPage } from './consent'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

/** The consent page where Next alone serves it; `in-front.tsx` has the same without Next. */
export default async function ConsentPage({ searchParams }: Props) {
  const { request, opened } = await searchParams
  const requestId = requestIdIn(Array.isArray(request) ? request[0] : request)
  const { publicUrl, ports } = await pageContext(context)
  const sent = await cookies()
  const cookieOf = (name: string) => sent.get(cookieName(publicUrl, name))?.value
  const visit = {
    requestId,
    formToken: cookieOf(consentCookieName(requestId)),
    opened: Boolean(opened),
    sessionCookieOf: (connectionId: string) => cookieOf(sessionCookieName(connectionId)),
    language: await pageLanguage(),
  }
  return (
    (await consentPage(visit, ports).catch(noneWithoutStore)) ??
    redirect(`/oauth/consent/open?request=${requestId}`)
  )
}

/** A page cannot answer 503; the route that opens it can, and it asks again. */
function noneWithoutStore(error: unknown): null {
  if (error instanceof StoreUnavailable) return null
  throw error
}
