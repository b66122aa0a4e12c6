import { type AuthorizationResponse, responseLocation } from '@/lib/oauth/protocol/authorization-response'
import { redirectHost } from '@/lib/oauth/protocol/redirect-uri'
import type { ErrorView } from '../error-page'

/** A way back to the client that the user has to choose. */
export function wayBack(response: AuthorizationResponse, label: string): Pick<ErrorView, 'link' | 'form'> {
  if (response.mode === 'form_post') return { form: { response, label } }
  const host = redirectHost(response.redirectUri)
  return { link: { href: responseLocation(response), label, host } }
}
