import { answersAll, mayBeRemembered } from '../flow/earlier-consent'
import type { AuthorizationRequest, Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import { type KnownUserPorts, knownUser, type SessionCookieOf } from './known-user'

export type RememberedPorts = Pick<Ports, 'consents'> & KnownUserPorts

/** What a browser brings along to the consent page. */
export type BrowserContext = {
  readonly sessionCookieOf: SessionCookieOf
  /** `Sec-Fetch-Site` of the navigation (Fetch Metadata §2.4); null when the browser does not say. */
  readonly fetchSite: string | null
}

/** What is known without asking. `anonymous`: this browser has no session. */
export type RememberedConsent =
  | { readonly known: 'anonymous' | 'user' }
  /** This user's recorded answer may stand in for Allow. */
  | { readonly known: 'answer'; readonly userId: string }

/**
 * Whether a remembered consent of this browser's user covers the request. Never for a navigation that another site
 * started: an attacker's link would sign in silently, and a malicious server in between could send the user on with
 * another client's request. Decision 0027.
 */
export async function findRememberedConsent(
  { server, client, request }: { server: Server; client: Client; request: AuthorizationRequest },
  browser: BrowserContext,
  ports: RememberedPorts,
): Promise<RememberedConsent> {
  const session = await knownUser(server.connectionId, browser.sessionCookieOf, ports)
  if (!session) return { known: 'anonymous' }
  const { userId } = session
  if (!isOwnNavigation(browser) || !mayBeRemembered(client, request.redirectUri)) return { known: 'user' }
  const earlier = await ports.consents.earlier(userId, { server, request }, ports.clock())
  // A client that begins to ask for refresh tokens asks for more than it was allowed.
  const staysConnected = !client.grantTypes.includes('refresh_token') || earlier?.offline
  return staysConnected && answersAll(earlier, request) ? { known: 'answer', userId } : { known: 'user' }
}

/** Started by the user, such as with an address typed or opened by a program, or by a page of ours. */
const isOwnNavigation = ({ fetchSite }: BrowserContext) => fetchSite === 'none' || fetchSite === 'same-origin'
