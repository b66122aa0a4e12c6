import { needsInterstitial } from '../flow/error-interstitial'
import { failedStep, failRequest, STORE_FAILURE } from '../flow/failure'
import type { NextStep } from '../flow/order'
import type { OpenRequest } from '../ports/authorization-requests'
import { StoreUnavailable } from '../ports/ports'
import { type OAuthError, RedirectedError } from '../protocol/errors'
import {
  type BrowserContext,
  findRememberedConsent,
  type RememberedConsent,
  type RememberedPorts,
} from './remembered'
import { newAllowedLogin, type ResumeLoginPorts, resumeLogin } from './resume-login'

export type OpenPorts = RememberedPorts & ResumeLoginPorts

export type OpenedConsent =
  | { readonly go: 'page' }
  /** Unknown, when there is no reference. */
  | { readonly go: 'over'; readonly reference: string | null }
  /** The client asked not to show anything (`prompt=none`), and that is not possible. */
  | {
      readonly go: 'refused'
      readonly error: OAuthError
      readonly reason: 'login_required' | 'consent_required'
      readonly reference: string
      readonly interstitial: boolean
      readonly clientName?: string
    }
  | NextStep

/**
 * What a browser gets that comes to see the consent page: the page, or what comes after it when the user's earlier
 * answer stands in for Allow. Repeatable: where the page is shown, it uses nothing up.
 */
export async function openConsent(
  requestId: string,
  browser: BrowserContext,
  ports: OpenPorts,
): Promise<OpenedConsent> {
  const open = await ports.requests.findOpen(requestId, ports.clock())
  if (!open) return { go: 'over', reference: await ports.requests.findReference(requestId) }
  const { request } = open
  if (request.prompt.includes('none')) return withoutPage(open, browser, ports)
  // `login` and `select_account` let the user be another one (OpenID Connect Core §3.1.2.1).
  const step = request.prompt.length === 0 && (await allowRemembered(open, browser, ports)).step
  return step || { go: 'page' }
}

async function allowRemembered(
  open: OpenRequest,
  browser: BrowserContext,
  ports: OpenPorts,
): Promise<{ readonly remembered: RememberedConsent; readonly step: NextStep | null }> {
  const remembered = await findRememberedConsent(open, browser, ports)
  if (remembered.known !== 'answer') return { remembered, step: null }
  const allowance = newAllowedLogin(ports, 'Allowed before: the consent page was not shown.')
  const allowed = await ports.requests.remember(open.request.id, remembered.userId, allowance)
  try {
    return { remembered, step: await resumeLogin(allowed, allowance.attempt, ports) }
  } catch (error) {
    if (!(error instanceof RedirectedError)) throw error
    return { remembered, step: failedStep(error) }
  }
}

/** `prompt=none` (OpenID Connect Core §3.1.2.1, §3.1.2.6): the page is never shown. */
async function withoutPage(
  open: OpenRequest,
  browser: BrowserContext,
  ports: OpenPorts,
): Promise<OpenedConsent> {
  const { remembered, step } = await allowRemembered(open, browser, ports).catch(async (error: unknown) => {
    // No user is there who could try again; and an answer that has stood in once does not do so again.
    if (!(error instanceof StoreUnavailable)) throw error
    const failure = await failRequest(open, { step: 'consent', ...STORE_FAILURE }, ports)
    return { remembered: undefined, step: failedStep(failure) }
  })
  if (step) return step
  const { client, request } = open
  const code = remembered?.known === 'anonymous' ? 'login_required' : 'consent_required'
  const description =
    code === 'login_required' ? 'the user has to log in' : 'the user has to be shown the consent page'
  const failure = { step: 'consent', reason: code, code, description } as const
  const error = await failRequest(open, failure, ports)
  return {
    go: 'refused',
    error,
    reason: code,
    reference: request.reference,
    interstitial: needsInterstitial(error, client),
    ...(client.name && { clientName: client.name }),
  }
}
