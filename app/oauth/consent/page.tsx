import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { ConsentCard } from '@/components/consent-card'
import { CookiesNeeded } from '@/components/cookies-needed'
import { consentCookieName } from '@/lib/http/consent-form'
import { cookieName } from '@/lib/http/cookies'
import { consentPrompt } from '@/lib/oauth/consent/prompt'
import { context } from '@/lib/services'

export const metadata: Metadata = { title: 'Allow access?' }

type Props = { readonly searchParams: Promise<{ readonly request?: string; readonly opened?: string }> }

/** Who asks, for what, and where it goes: before the user is sent anywhere. */
export default async function ConsentPage({ searchParams }: Props) {
  const { request: id = '', opened } = await searchParams
  const { publicUrl, ports } = await context()
  const view = await consentPrompt(id, ports)
  const formToken = (await cookies()).get(cookieName(publicUrl, consentCookieName(id)))?.value
  if (!view || (!formToken && !opened)) redirect(`/oauth/consent/open?request=${encodeURIComponent(id)}`)
  if (!formToken) return <CookiesNeeded />
  return <ConsentCard view={view} formToken={formToken} requestId={id} action="/oauth/consent/decision" />
}
