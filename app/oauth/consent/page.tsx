import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { pageLanguage } from '@/app/page-language'
import { ConsentCard } from '@/components/consent-card'
import { CookiesNeeded } from '@/components/cookies-needed'
import { sessionCookieName } from '@/lib/http/browser-session'
import { consentCookieName, requestIdIn } from '@/lib/http/consent-form'
import { cookieName } from '@/lib/http/cookies'
import { pageContext } from '@/lib/http/page-context'
import { consentPrompt } from '@/lib/oauth/consent/prompt'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { context } from '@/lib/services/services'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

/** The consent page: client, scopes and redirect host, before the browser is sent anywhere. */
export default async function ConsentPage({ searchParams }: Props) {
  const { request, opened } = await searchParams
  const id = requestIdIn(Array.isArray(request) ? request[0] : request)
  const { publicUrl, ports } = await pageContext(context)
  const sent = await cookies()
  const cookieOf = (name: string) => sent.get(cookieName(publicUrl, name))?.value
  const sessionCookieOf = (connectionId: string) => cookieOf(sessionCookieName(connectionId))
  const view = await consentPrompt(id, sessionCookieOf, ports).catch(noneWithoutStore)
  const formToken = cookieOf(consentCookieName(id))
  if (!view || (!formToken && !opened)) redirect(`/oauth/consent/open?request=${id}`)
  const language = await pageLanguage()
  if (!formToken) return <CookiesNeeded language={language} />
  const form = { formToken, requestId: id, action: '/oauth/consent/decision' }
  return <ConsentCard view={view} language={language} {...form} />
}

/** A page cannot answer 503; the route that opens it can, and it asks again. */
function noneWithoutStore(error: unknown): null {
  if (error instanceof StoreUnavailable) return null
  throw error
}
