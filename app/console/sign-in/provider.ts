import { endedAttempts, type Purpose } from '@/lib/accounts/provider-attempt'
import {
  beginProviderSignIn,
  completeProviderSignIn,
  type Destination,
  type ProviderOutcome,
} from '@/lib/accounts/provider-sign-in'
import { readForm } from '@/lib/http/body'
import { isFromOurPage } from '@/lib/http/browser/form-origin'
import { type BrowserHandler, notFoundPage } from '@/lib/http/browser-endpoint'
import { setCookie } from '@/lib/http/cookies'
import { seeOther } from '@/lib/http/see-other'
import { routes } from '@/lib/routes'
import { accounts, signInProviders } from '@/lib/services/services'
import { destination } from './destination'

/** The provider that the path names at its end, if it is configured. */
async function servicesFor(request: Request) {
  const services = await signInProviders()
  const named = new URL(request.url).pathname.split('/').at(-1)
  return { services, provider: services.providers.list.find(({ id }) => id === named)?.id }
}

/** Sends the browser to a provider. A form of our own posts here; the form of another site does nothing. */
export const beginWithProvider: BrowserHandler = async (request, { publicUrl }, reader) => {
  const { services, provider } = await servicesFor(request)
  if (!provider || !isFromOurPage(request.headers, publicUrl)) return notFoundPage(reader)
  const purpose = await purposeOf(await readForm(request), request.headers)
  if (!purpose) return seeOther(publicUrl + routes.account({ refused: 'stale' }))
  const begun = await beginProviderSignIn(provider, purpose, services)
  if ('kind' in begun) return toReason(begun, publicUrl)
  return seeOther(begun.location, [setCookie(publicUrl, begun.cookie)])
}

/** Null: to connect an account, one has to have signed in a moment ago. */
async function purposeOf(form: URLSearchParams, headers: Headers): Promise<Purpose | null> {
  const invitation = form.get('invitation') ?? undefined
  if (form.get('purpose') === 'join') return { kind: 'join', invitation: invitation ?? '' }
  if (form.get('purpose') !== 'connect')
    return { kind: 'sign_in', ...(invitation !== undefined && { invitation }) }
  const operator = await (await accounts()).recent(headers)
  return operator && { kind: 'connect', operatorId: operator.id }
}

/** Takes the provider's answer; whatever comes of it, the attempt is over. */
export const completeWithProvider: BrowserHandler = async (request, { publicUrl }, reader) => {
  const { services, provider } = await servicesFor(request)
  if (!provider) return notFoundPage(reader)
  const query = new URL(request.url).searchParams
  const { headers } = request
  const operators = await accounts()
  const visitor = { headers, recent: await operators.recent(headers) }
  const outcome = await completeProviderSignIn(provider, query, visitor, services)
  const ended = endedAttempts(query).map((cookie) => setCookie(publicUrl, cookie))
  if (outcome.kind === 'refused') return toReason(outcome, publicUrl, ended)
  if (outcome.kind === 'connected') return seeOther(publicUrl + routes.account({ done: 'connected' }), ended)
  const { operator, account } = outcome
  const opened = await operators.openProviderSession(operator, { provider, account }, headers)
  if (!opened.ok) return seeOther(publicUrl + routes.signIn({ refused: 'cancelled' }), ended)
  const cookies = [...opened.headers.getSetCookie(), ...ended]
  const { twoFactorRedirect } = (await opened.json()) as { twoFactorRedirect?: boolean }
  const path = twoFactorRedirect ? routes.secondFactor() : placeOf(outcome.goTo)
  return seeOther(publicUrl + path, cookies)
}

const placeOf = ({ organization, invitation }: Destination) =>
  organization === undefined ? destination(invitation) : routes.organization(organization)

/** Back to the page that it was begun on, which says why in the language of who reads it. */
function toReason(
  { reason, reference, purpose }: ProviderOutcome & { kind: 'refused' },
  publicUrl: string,
  cookies: readonly string[] = [],
): Response {
  const page = purpose === 'connect' ? routes.account : routes.signIn
  return seeOther(publicUrl + page({ refused: reason, reference }), cookies)
}
