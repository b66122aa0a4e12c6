import type { ReactElement } from 'react'
import { ConsentCard } from '@/components/consent-card'
import { CookiesNeeded } from '@/components/cookies-needed'
import type { Language } from '@/lib/messages/catalogue'
import type { SessionCookieOf } from '@/lib/oauth/consent/known-user'
import { consentPrompt, type PromptPorts } from '@/lib/oauth/consent/prompt'

/** What a browser brings to the consent page. */
type Visit = {
  readonly requestId: string
  /** The form token of this browser for the request. */
  readonly formToken: string | undefined
  /** Whether the browser comes from the route that sets the form token. */
  readonly opened: boolean
  readonly sessionCookieOf: SessionCookieOf
  readonly language: Language
}

/**
 * The consent page: client, scopes and redirect host, before the browser is sent anywhere.
 *
 * @returns null when the request has to be opened first, which also says what has become of it
 */
export async function consentPage(
  { requestId, formToken, opened, sessionCookieOf, language }: Visit,
  ports: PromptPorts,
): Promise<ReactElement | null> {
  if (!formToken) {
    const isWaiting = opened && (await ports.requests.findOpen(requestId, ports.clock()))
    return isWaiting ? <CookiesNeeded language={language} /> : null
  }
  const view = await consentPrompt(requestId, sessionCookieOf, ports)
  if (!view) return null
  const form = { formToken, requestId, action: '/oauth/consent/decision' }
  return <ConsentCard view={view} language={language} {...form} />
}
