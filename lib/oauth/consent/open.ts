import { isShownFirst } from '../flow/error-interstitial'
import { failRequest, type NextStep } from '../flow/flow'
import type { AuthorizationRequest, Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import { errorResponse } from '../protocol/authorization-response'
import { type OAuthError, RedirectedError } from '../protocol/errors'
import { type Memory, recall, type Visit } from './remembered'
import { goOn, newAttempt } from './resume-login'

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
      readonly showFirst: boolean
      readonly clientName?: string
    }
  | NextStep

type Visited = { readonly server: Server; readonly client: Client; readonly request: AuthorizationRequest }

/**
 * What a browser gets that comes to see the consent page: the page, or what comes after it when the user's earlier
 * answer stands in for Allow. Repeatable: where the page is shown, it uses nothing up.
 */
export async function openConsent(requestId: string, visit: Visit, ports: Ports): Promise<OpenedConsent> {
  const request = await ports.requests.findOpen(requestId, ports.clock())
  const [server, client] = request
    ? await Promise.all([
        ports.servers.find(request.serverId),
        ports.clients.findByRowId(request.clientRowId),
      ])
    : []
  if (!request || !server || !client)
    return { go: 'over', reference: await ports.requests.findReference(requestId) }
  const visited = { server, client, request }
  if (request.prompt.includes('none')) return withoutPage(visited, visit, ports)
  // `login` and `select_account` let the user be another one (OpenID Connect Core §3.1.2.1).
  const step = request.prompt.length === 0 && (await allowRemembered(visited, visit, ports)).step
  if (step) return step
  await ports.requests.record(request.id, { at: ports.clock(), step: 'consent', outcome: 'ok', reason: 'ok' })
  return { go: 'page' }
}

async function allowRemembered(
  visited: Visited,
  visit: Visit,
  ports: Ports,
): Promise<{ readonly memory: Memory; readonly step: NextStep | null }> {
  const memory = await recall(visited, visit, ports)
  if (memory.known !== 'answer') return { memory, step: null }
  const login = newAttempt(ports, 'Allowed before: the consent page was not shown.')
  const allowed = await ports.requests.remember(visited.request.id, memory.userId, login)
  try {
    return { memory, step: await goOn(allowed, login.attempt, ports) }
  } catch (error) {
    if (!(error instanceof RedirectedError)) throw error
    return { memory, step: { go: 'client', response: errorResponse(error.redirect, error) } }
  }
}

/** `prompt=none` (OpenID Connect Core §3.1.2.1, §3.1.2.6): the page is never shown. */
async function withoutPage(visited: Visited, visit: Visit, ports: Ports): Promise<OpenedConsent> {
  const { memory, step } = await allowRemembered(visited, visit, ports)
  if (step) return step
  const { client, request } = visited
  const code = memory.known === 'stranger' ? 'login_required' : 'consent_required'
  const description =
    code === 'login_required' ? 'the user has to log in' : 'the user has to be shown the consent page'
  const failure = { step: 'consent', reason: code, code, description } as const
  const error = await failRequest(visited, failure, ports)
  return {
    go: 'refused',
    error,
    reason: code,
    reference: request.reference,
    showFirst: isShownFirst(error, client),
    ...(client.name && { clientName: client.name }),
  }
}
