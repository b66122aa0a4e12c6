import { text } from '@/app/console/console-action'
import { words } from '@/app/console/form-values'
import { invalid, type Path } from '@/lib/configuration/mistakes'
import { CONNECTION_AUTH_METHODS } from '@/lib/configuration/schema/connection'
import type { ConnectionInput } from '@/lib/configuration/schema/settings'
import type { Answers, Preset } from '@/lib/connections/presets'
import { omitNullish } from '@/lib/omit-nullish'

/** What the form says of a connection, besides its address. */
export function commonInput(form: FormData, preset: Preset): ConnectionInput {
  if (preset.type === 'platform') return { name: text(form, 'name') }
  const authorities = { certificateAuthorities: text(form, 'certificate_authorities') || undefined }
  if (preset.type === 'saml') {
    const signed = text(form, 'sign_requests')
    return { name: text(form, 'name'), signRequests: signed ? signed === 'true' : undefined, ...authorities }
  }
  return {
    name: text(form, 'name'),
    ...clientInput(form),
    scopes: words(form, 'scopes'),
    authorizationParameters: parameters(text(form, 'authorization_parameters')),
    forwardResource: form.has('forward_resource'),
    ...authorities,
    pkce: form.has('pkce'),
    ...(preset.type === 'oidc' && providerInput(form)),
  }
}

/** Where an OpenID provider's metadata is, and who may come from it. */
function providerInput(form: FormData): Pick<ConnectionInput, 'metadataUrl' | 'allowedTenants'> {
  const tenants = words(form, 'allowed_tenants')
  return {
    metadataUrl: text(form, 'metadata_url') || undefined,
    allowedTenants: tenants.length > 0 ? tenants.map((tenant) => tenant.toLowerCase()) : undefined,
  }
}

/** What the provider gave us. */
export function clientInput(form: FormData) {
  const method = text(form, 'token_endpoint_auth_method')
  // No provider gives out a secret with white space at its ends, but copying adds some.
  const secret = text(form, 'client_secret')
  return {
    clientId: text(form, 'client_id'),
    clientSecretEnds: text(form, 'client_secret_ends') || undefined,
    // Empty, the stored one stays.
    ...(secret && { clientSecret: { set: secret } }),
    ...omitNullish({ tokenEndpointAuthMethod: CONNECTION_AUTH_METHODS.find((known) => known === method) }),
  }
}

/** Who pushes security events; without an issuer, nobody does. */
export function signalsInput(form: FormData): ConnectionInput['signals'] {
  const [issuer, jwksUri] = [text(form, 'signals_issuer'), text(form, 'signals_jwks_uri')]
  if (!issuer) return undefined
  return { issuer, audience: text(form, 'signals_audience'), ...(jwksUri && { jwksUri }) }
}

/** What was answered to what the preset asks. */
export function answersIn(form: FormData, preset: Preset): Answers {
  return Object.fromEntries(preset.fields.map((field) => [field, text(form, field)]))
}

/** What has to be entered, besides a name: a secret unless there is one, or none is used. */
export function neededFields(
  form: FormData,
  { type, fields }: Preset,
  hasSecret: boolean,
): readonly string[] {
  if (type === 'platform') return []
  if (type === 'saml') return fields
  const isPublic = text(form, 'token_endpoint_auth_method') === 'none'
  const asked = fields.filter((field) => field !== 'subject_claim')
  return [...asked, 'client_id', ...(hasSecret || isPublic ? [] : ['client_secret'])]
}

/** The field of the form that a mistake's path belongs to. */
export const fieldIn =
  ({ fields }: Preset) =>
  ([key]: Path): string => {
    if (key === 'issuer' || key === 'metadata') return fields[0] ?? 'name'
    if (key === 'metadata_url' && fields[0] === 'saml_metadata') return fields[0]
    return key === 'claims' ? 'subject_claim' : String(key)
  }

function parameters(lines: string): Readonly<Record<string, string>> {
  const pairs = lines
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => /^([^=\s]+)\s*=\s*(.+)$/.exec(line))
  if (pairs.some((pair) => pair === null)) throw invalid('authorization_parameters', 'not_parameters')
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']))
}
