import { z } from 'zod'
import type { FetchFailure } from '@/lib/oauth/ports/clients'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { metadataUrls } from '@/lib/oauth/protocol/urls'
import { type OrganizationScope, requirePermission } from '../access'
import type { Management } from '../management/management'
import { issuerOf } from './presets'

/** What an OpenID provider says of itself. */
export type FoundIssuer = {
  readonly outcome: 'found'
  /** Exactly as the provider writes it, which is how the connection has to name it. */
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly userinfoEndpoint?: string
  readonly scopes: readonly string[]
  /** Whether it says that it takes PKCE with S256; some take it and do not say so. */
  readonly saysPkce: boolean
  /** Whether it says that `offline_access` may be asked for. */
  readonly saysOfflineAccess: boolean
}

/** Why nothing was found; each has a remedy. */
export type LookupProblem =
  | 'no_address'
  | 'not_https'
  | 'unreachable'
  | 'certificate'
  | 'no_metadata'
  | 'refused'
  | 'redirects'
  | 'not_json'
  | 'too_large'
  | 'too_slow'
  | 'asked_too_often'
  | 'incomplete'
  | 'other_issuer'

export type IssuerLookup =
  | FoundIssuer
  | {
      readonly outcome: 'failed'
      readonly problem: LookupProblem
      /** What the document says the issuer is, where that is another one. */
      readonly otherIssuer?: string
      /** For who runs the installation alone: others are not to map its network. */
      readonly detail?: string
    }

/** Bytes. Real documents have 2 to 6 KB. */
const LIMIT = 64 * 1024

const url = z.url().max(2000)

const Metadata = z.object({
  issuer: z.string().max(2000),
  authorization_endpoint: url,
  token_endpoint: url,
  jwks_uri: url,
  userinfo_endpoint: url.optional().catch(undefined),
  scopes_supported: z.array(z.string()).catch([]),
  code_challenge_methods_supported: z.array(z.string()).catch([]),
})

/**
 * Reads what an OpenID provider publishes under an issuer (OIDC Discovery §4, RFC 8414 §3), by the rules for untrusted
 * addresses: no internal address, no redirect, size and time limits.
 *
 * @param issuer as it was typed
 * @throws Forbidden
 */
export async function lookUpIssuer(
  scope: OrganizationScope,
  issuer: string,
  management: Management,
): Promise<IssuerLookup> {
  requirePermission(scope, 'configure')
  const wanted = issuerOf(issuer)
  const address = parseUrl(wanted)
  if (!address || address.username || address.password || /[?#]/.test(wanted)) return failed('no_address')
  const { loopback } = management.config
  if (address.protocol !== 'https:' && !(loopback && address.protocol === 'http:')) return failed('not_https')
  const { openid, oauth } = metadataUrls(address)
  for (const place of [openid, oauth]) {
    const fetched = await management.ports.fetcher.fetchJson(place, LIMIT, true)
    if (fetched.outcome === 'fetched') return read(fetched.body, wanted)
    const { failure, problem, detail = problem } = fetched
    if (failure === 'not_found') continue
    return failed(PROBLEMS[failure], scope.isInstallationOperator && { detail })
  }
  return failed('no_metadata')
}

const PROBLEMS: Readonly<Record<Exclude<FetchFailure, 'not_found'>, LookupProblem>> = {
  address_unusable: 'no_address',
  not_https: 'not_https',
  host_unknown: 'unreachable',
  host_not_public: 'unreachable',
  connection_refused: 'unreachable',
  unreachable: 'unreachable',
  certificate: 'certificate',
  timed_out: 'too_slow',
  redirected: 'redirects',
  status: 'refused',
  not_json: 'not_json',
  too_large: 'too_large',
  asked_too_often: 'asked_too_often',
}

function failed(
  problem: LookupProblem,
  more: { detail?: string; otherIssuer?: string } | false = false,
): IssuerLookup {
  return { outcome: 'failed', problem, ...(more || {}) }
}

function read(document: unknown, wanted: string): IssuerLookup {
  const parsed = Metadata.safeParse(document)
  if (!parsed.success) return failed('incomplete')
  const metadata = parsed.data
  if (spelling(metadata.issuer) !== spelling(wanted))
    return failed('other_issuer', { otherIssuer: metadata.issuer })
  return {
    outcome: 'found',
    issuer: metadata.issuer,
    authorizationEndpoint: metadata.authorization_endpoint,
    tokenEndpoint: metadata.token_endpoint,
    ...(metadata.userinfo_endpoint && { userinfoEndpoint: metadata.userinfo_endpoint }),
    scopes: metadata.scopes_supported.slice(0, 100),
    saysPkce: metadata.code_challenge_methods_supported.includes('S256'),
    saysOfflineAccess: metadata.scopes_supported.includes('offline_access'),
  }
}

/** What may differ between how people type an issuer and how its provider writes it. */
const spelling = (issuer: string): string => (parseUrl(issuer)?.href ?? issuer).replace(/\/$/, '')
