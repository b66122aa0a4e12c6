import { z } from 'zod'
import { budget } from '@/lib/http/fetch/safe-fetch-limits'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { isLoopbackUrl, parseUrl } from '@/lib/oauth/protocol/parse-url'
import { processOnce } from '@/lib/process-once'
import { fetchMetadata } from '@/lib/upstream/discovery'
import { type UpstreamHttp, upstreamHttp } from '@/lib/upstream/upstream-http'
import { type OrganizationScope, requirePermission } from '../access'
import type { Management } from '../management/management'
import { fetchFor } from './internal-hosts'
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

/** Milliseconds for each request: an operator is waiting. */
const TIMEOUT = 5_000

/** Requests to one host that an organization may have sent within a minute, against abuse as an amplifier. */
const BUDGET = 30

const url = z.url().max(2000)

/** A list that is only shown: what is no name in it is left out. */
const names = z
  .array(z.unknown())
  .catch([])
  .transform((list) => list.filter((name) => typeof name === 'string'))

const Metadata = z.object({
  issuer: z.string().max(2000),
  authorization_endpoint: url,
  token_endpoint: url,
  jwks_uri: url,
  userinfo_endpoint: url.optional().catch(undefined),
  scopes_supported: names,
  code_challenge_methods_supported: names,
})

/** Where an issuer is looked up, as it was typed. */
export type LookupPlace = {
  readonly issuer: string
  readonly metadataUrl?: string | undefined
  readonly certificateAuthorities?: string | undefined
}

/**
 * Reads what an OpenID provider publishes under an issuer, as a login would, and from where the login of a connection
 * could that this operator saves: internal addresses only for who runs the installation.
 *
 * @throws Forbidden
 */
export async function lookUpIssuer(
  scope: OrganizationScope,
  { issuer, metadataUrl, certificateAuthorities }: LookupPlace,
  { config }: Management,
): Promise<IssuerLookup> {
  requirePermission(scope, 'configure')
  const wanted = issuerOf(issuer)
  const address = parseUrl(metadataUrl ?? wanted)
  if (!address || address.username || address.password || /[?#]/.test(wanted)) return failed('no_address')
  if (address.protocol !== 'https:' && !(config.loopback && isLoopbackUrl(address)))
    return failed('not_https')
  const { organizationId, isInstallationOperator: mayBeInternal } = scope
  const way = fetchFor(config)({ organizationId, mayBeInternal, certificateAuthorities })
  const http = upstreamHttp({ allowLoopback: config.loopback, timeout: TIMEOUT, way })
  const seen: Seen = { status: undefined, isTooOften: false }
  try {
    const document = await fetchMetadata({ issuer: wanted, metadataUrl }, watched(http, scope, seen))
    return read(document, wanted)
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const { detail } = error
    return failed(problemOf(error, seen), scope.isInstallationOperator && { detail })
  }
}

/** What became of the last request. */
type Seen = { status: number | undefined; isTooOften: boolean }

function watched(http: UpstreamHttp, { organizationId }: OrganizationScope, seen: Seen): UpstreamHttp {
  const mayAsk = processOnce('issuer-look-ups', () => budget(BUDGET))
  return {
    ...http,
    request: async (call, url, init) => {
      seen.status = undefined
      seen.isTooOften = !mayAsk(`${organizationId} ${new URL(url).host}`)
      if (seen.isTooOften)
        throw new UpstreamError('upstream_unreachable', 'Its host has been asked too often.')
      const response = await http.request(call, url, init)
      seen.status = response.status
      return response
    },
  }
}

function problemOf({ reason, cause }: UpstreamError, { status, isTooOften }: Seen): LookupProblem {
  if (isTooOften) return 'asked_too_often'
  if (reason === 'upstream_certificate_invalid') return 'certificate'
  if (status === 200 || (reason === 'upstream_response_invalid' && status === undefined)) return 'not_json'
  if (status === undefined) return cause === undefined ? 'unreachable' : 'too_slow'
  if (status === 404) return 'no_metadata'
  return status < 400 ? 'redirects' : 'refused'
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
