import type { SamlAssertion } from '@/lib/oauth/ports/saml-assertions'
import type { Upstream } from '@/lib/oauth/ports/upstream'
import type { SamlConnection } from '../saml/metadata'
import { attempt, LOGIN, upstreamWith } from './log-in'
import { encoded, readRequest, type SamlTestProvider, type Statements } from './saml-provider'

export const ACS = 'https://vestibule.example/oauth/callback/conn-1'

type Assertions = {
  save(received: { readonly hash: string; readonly assertion: SamlAssertion }): Promise<void>
  take(hash: string): Promise<SamlAssertion | null>
}

/** What receives a posted response: the core's own, which this folder does not know. */
type Receive = (
  connectionId: string,
  form: URLSearchParams,
  ports: {
    readonly upstream: Upstream
    readonly samlAssertions: Assertions
    readonly clock: () => Date
    readonly assertionIds: {
      spend<T>(hash: string, until: Date, work: () => Promise<T>): Promise<{ result: T } | null>
    }
  },
) => Promise<URLSearchParams | null>

/** A connection to this provider. */
export const samlConnection = (
  { metadata }: SamlTestProvider,
  changes: Partial<SamlConnection> = {},
): SamlConnection => ({
  type: 'saml',
  id: 'conn-1',
  organizationId: 'org-1',
  slug: 'idp',
  name: 'The provider',
  clientId: '',
  tokenEndpointAuthMethod: 'none',
  scopes: [],
  authorizationParameters: {},
  forwardResource: false,
  metadata,
  claims: {},
  ...changes,
})

/** Whole logins at a provider, whose response a test makes. */
export function samlLogins(provider: SamlTestProvider, receive: Receive) {
  /** What is kept between the two requests, in memory. */
  function installation(settings: SamlConnection = samlConnection(provider), clock = () => new Date()) {
    const kept = new Map<string, SamlAssertion>()
    const spent = new Set<string>()
    const assertions = {
      save: async ({ hash, assertion }: { hash: string; assertion: SamlAssertion }) => {
        kept.set(hash, assertion)
      },
      take: async (hash: string) => {
        const found = kept.get(hash) ?? null
        kept.delete(hash)
        return found
      },
    }
    const upstream = upstreamWith(settings, { assertions, clock })
    const ports = {
      upstream,
      samlAssertions: assertions,
      clock,
      assertionIds: {
        spend: async <T>(hash: string, _: Date, work: () => Promise<T>) => {
          if (spent.has(hash)) return null
          spent.add(hash)
          return { result: await work() }
        },
      },
    }
    const post = (xml: string, state: string) =>
      receive('conn-1', new URLSearchParams({ SAMLResponse: encoded(xml), RelayState: state }), ports)
    return { upstream, post }
  }

  /** A login whose response a test makes. */
  async function logIn(
    respond: (request: ReturnType<typeof readRequest>) => string,
    {
      settings,
      at = installation(settings),
    }: { settings?: SamlConnection; at?: ReturnType<typeof installation> } = {},
  ) {
    const secrets = attempt()
    const request = readRequest(await at.upstream.begin('conn-1', { ...LOGIN, ...secrets }))
    const query = await at.post(respond(request), request.state)
    return at.upstream.complete('conn-1', query ?? new URLSearchParams(), secrets)
  }

  const saying = (says: Statements) => (request: ReturnType<typeof readRequest>) =>
    provider.respond(request, says)

  return { installation, logIn, saying }
}
