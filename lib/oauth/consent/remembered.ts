import { answersAll, mayBeRemembered } from '../flow/earlier-consent'
import type { AuthorizationRequest, Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import { knownUser, type SessionCookieOf } from './known-user'

/** What a browser brings along to the consent page. */
export type Visit = {
  readonly sessionCookieOf: SessionCookieOf
  /** `Sec-Fetch-Site` of the navigation (Fetch Metadata §2.4); null when the browser does not say. */
  readonly fetchSite: string | null
}

/** What is known without asking. `stranger`: this browser has no session. */
export type Memory =
  | { readonly known: 'stranger' | 'user' }
  /** This user's recorded answer may stand in for Allow. */
  | { readonly known: 'answer'; readonly userId: string }

/**
 * Whether an earlier answer of the user that this browser has been covers the request. Never for a navigation that
 * another site has begun: a stranger's link would log in silently, and a server in between could have had the user
 * sent on with somebody else's request. Decision 0027.
 */
export async function recall(
  { server, client, request }: { server: Server; client: Client; request: AuthorizationRequest },
  visit: Visit,
  ports: Ports,
): Promise<Memory> {
  const session = await knownUser(server.connectionId, visit.sessionCookieOf, ports)
  if (!session) return { known: 'stranger' }
  const { userId } = session
  if (!isOwnNavigation(visit) || !mayBeRemembered(client, request.redirectUri)) return { known: 'user' }
  const earlier = await ports.consents.earlier(userId, { server, request }, ports.clock())
  // A client that begins to ask for refresh tokens asks for more than it was allowed.
  const staysConnected = !client.grantTypes.includes('refresh_token') || earlier?.offline
  return staysConnected && answersAll(earlier, request) ? { known: 'answer', userId } : { known: 'user' }
}

/** By the user alone, such as by an address typed or opened by a program, or from a page of ours. */
const isOwnNavigation = ({ fetchSite }: Visit) => fetchSite === 'none' || fetchSite === 'same-origin'
