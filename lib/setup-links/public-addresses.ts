import type { FetchFailure } from '@/lib/oauth/ports/clients'
import type { OrganizationScope } from '../access'
import { invalid } from '../configuration/mistakes'
import type { ConnectionInput } from '../configuration/schema/settings'
import { wireName } from '../configuration/schema/wire'
import type { ConnectionView } from '../connections/connections'
import { lookUpIssuer } from '../connections/look-up-issuer'
import type { Management } from '../management/management'

/** Bytes of a response that is not read. */
const LIMIT = 64 * 1024

const ENDPOINTS = ['authorizationEndpoint', 'tokenEndpoint', 'userinfoEndpoint'] as const

/**
 * Refuses addresses that the holder of a setup link may not use: holders have no account and must not reach, or map,
 * our network. Stored addresses were entered by an operator and are allowed.
 *
 * @param input the addresses that were entered
 * @returns the issuer as its provider writes it, for a provider that publishes one
 * @throws InvalidInput
 */
export async function publicAddresses(
  scope: OrganizationScope,
  input: ConnectionInput,
  stored: ConnectionView | undefined,
  management: Management,
): Promise<{ readonly issuer?: string }> {
  for (const key of ENDPOINTS) {
    const address = input[key]
    if (address !== undefined && address !== stored?.[key])
      await demandPublic(address, wireName(key), management)
  }
  // Of an OpenID provider nothing but the issuer is entered.
  if (input.metadataUrl !== undefined && input.metadataUrl !== stored?.metadataUrl)
    await demandPublic(input.metadataUrl, 'metadata_url', management)
  return input.issuer === undefined ? {} : publicIssuer(scope, input.issuer, stored, management)
}

async function publicIssuer(
  scope: OrganizationScope,
  issuer: string,
  stored: ConnectionView | undefined,
  management: Management,
): Promise<{ readonly issuer?: string }> {
  if (issuer === stored?.issuer) return {}
  const found = await lookUpIssuer(scope, { issuer, metadataUrl: stored?.metadataUrl }, management)
  if (found.outcome === 'failed') throw invalid('issuer', 'nothing_published')
  const { origin } = new URL(found.issuer)
  for (const endpoint of [found.tokenEndpoint, found.userinfoEndpoint])
    if (endpoint !== undefined && new URL(endpoint).origin !== origin)
      await demandPublic(endpoint, 'issuer', management)
  return { issuer: found.issuer }
}

/** Any response will do, if only the fetcher for untrusted addresses gets one. */
async function demandPublic(address: string, field: string, { ports }: Management): Promise<void> {
  const fetched = await ports.fetcher.fetchJson(address, LIMIT)
  if (fetched.outcome === 'failed' && UNREACHED.has(fetched.failure)) throw invalid(field, 'not_public')
}

/** Failures without any answer. */
const UNREACHED: ReadonlySet<FetchFailure> = new Set([
  'address_unusable',
  'not_https',
  'host_unknown',
  'host_not_public',
  'connection_refused',
  'unreachable',
  'certificate',
  'timed_out',
  'asked_too_often',
])
