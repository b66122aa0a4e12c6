/** What in the description of one client contradicts the rest of it. Looks at raw data, as `consistency.ts` does. */
import { looksLikeUserId } from '@/lib/oauth/protocol/subject'
import type { Mistake, Path } from './mistakes'

type Client = { readonly path: Path; readonly raw: Readonly<Record<string, unknown>> }

const DEFAULT_GRANT_TYPES = ['authorization_code', 'refresh_token']

/** Every contradiction of keys, grant types and redirect URIs. */
export function clientContradictions(client: Client): readonly Mistake[] {
  return [...keyContradictions(client), ...grantContradictions(client)]
}

/** Who is to sign has keys, in one place; nobody else has any. */
function keyContradictions({ path, raw }: Client): readonly Mistake[] {
  const given = ['jwks', 'jwks_uri'].filter((key) => raw[key] !== undefined)
  if (raw.token_endpoint_auth_method !== 'private_key_jwt')
    return given.map((key) => ({
      path: [...path, key],
      message: 'keys are for token_endpoint_auth_method private_key_jwt: name that, or leave them out',
    }))
  if (given.length === 0)
    return [{ path: [...path, 'jwks'], message: 'is missing: give it, or jwks_uri, for private_key_jwt' }]
  return given.slice(1).map((key) => ({ path: [...path, key], message: 'jwks is given as well: keep one' }))
}

function grantContradictions({ path, raw }: Client): readonly Mistake[] {
  const grantTypes: readonly unknown[] = Array.isArray(raw.grant_types)
    ? raw.grant_types
    : DEFAULT_GRANT_TYPES
  const redirects = Array.isArray(raw.redirect_uris) ? raw.redirect_uris.length : 0
  const mistakes: Mistake[] = []
  if (grantTypes.includes('authorization_code') && redirects === 0)
    mistakes.push({
      path: [...path, 'redirect_uris'],
      message: raw.redirect_uris === undefined ? 'is missing' : 'is empty: give at least one',
    })
  if (!grantTypes.includes('client_credentials')) return mistakes
  if (raw.token_endpoint_auth_method === 'none')
    mistakes.push({
      path: [...path, 'token_endpoint_auth_method'],
      message: 'client_credentials is for clients that can prove who they are: name another method',
    })
  if (typeof raw.client_id === 'string' && looksLikeUserId(raw.client_id))
    mistakes.push({
      path: [...path, 'client_id'],
      message:
        'could be the id of a user, which is what client_credentials puts in its place: choose one that is not 22 characters long',
    })
  return mistakes
}
