import { text } from '@/app/console/console-action'
import { isChecked, words } from '@/app/console/form-values'
import type { ClientDescription } from '@/lib/clients/server-clients'
import { DEVICE_CODE, type GrantType, JWT_BEARER } from '@/lib/oauth/protocol/grant-types'

/** What a client may do, by the field that says so. */
export const GRANT_FIELDS = [
  ['grant_login', 'clients.grant.code', 'authorization_code'],
  ['grant_refresh', 'clients.grant.refresh', 'refresh_token'],
  ['grant_service', 'clients.grant.service', 'client_credentials'],
  ['grant_device', 'clients.grant.device', DEVICE_CODE],
  ['grant_assertion', 'clients.grant.assertion', JWT_BEARER],
] as const satisfies readonly (readonly [string, string, GrantType])[]

export const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const

export function clientInForm(form: FormData): ClientDescription {
  const [name, jwksUri, scope] = [text(form, 'name'), text(form, 'jwks_uri'), words(form, 'scope')]
  const method = text(form, 'token_endpoint_auth_method')
  const jwks = text(form, 'jwks')
  return {
    clientId: text(form, 'client_id'),
    ...(name && { name }),
    redirectUris: words(form, 'redirect_uris'),
    tokenEndpointAuthMethod: METHODS.find((known) => known === method) ?? 'none',
    grantTypes: GRANT_FIELDS.filter(([field]) => isChecked(form, field)).map(([, , grant]) => grant),
    ...(scope.length > 0 && { scope: scope.join(' ') }),
    ...(jwksUri && { jwksUri }),
    ...(!jwksUri && jwks && method === 'private_key_jwt' && { jwks: parsed(jwks) }),
  }
}

/** What is no JSON is no set of keys either: the rules say so. */
function parsed(json: string) {
  try {
    return JSON.parse(json)
  } catch {
    return {}
  }
}
