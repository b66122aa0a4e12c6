/** What is known of the identity providers that companies have: what to ask for, and what follows from it. */
import { invalid } from '../configuration/mistakes'
import { TENANT_ID } from '../configuration/schema/connection'
import type { ConnectionInput } from '../configuration/schema/settings'
import type { Connection } from '../oauth/model'

/** Something that only the person who sets up the connection knows. */
export type PresetField =
  | 'issuer'
  | 'domain'
  | 'tenant'
  | 'base_url'
  | 'realm'
  | 'user_pool'
  | 'authorization_endpoint'
  | 'token_endpoint'
  | 'userinfo_endpoint'
  | 'subject_claim'
  | 'saml_metadata'

export type PresetId =
  | 'okta'
  | 'entra'
  | 'auth0'
  | 'google'
  | 'keycloak'
  | 'cognito'
  | 'github'
  | 'gitlab'
  | 'ping'
  | 'b2c'
  | 'oidc'
  | 'oauth2'
  | 'saml'
  | 'platform'

export type Preset = {
  readonly id: PresetId
  /** As its makers write it; of the last three, what it is. */
  readonly name: string
  readonly type: Connection['type']
  /** What is asked for besides a name, a client ID and a client secret. */
  readonly fields: readonly PresetField[]
  /** The common part. */
  readonly defaults: ConnectionInput
  /** What the answers lead to. */
  readonly address: (answers: Answers) => ConnectionInput
}

export type Answers = { readonly [Field in PresetField]?: string | undefined }

/** A refresh token for as long as users use what they connected. */
const STANDARD_SCOPES = ['openid', 'email', 'profile', 'offline_access']
/** Of those that give refresh tokens without being asked, or refuse to be. */
const WITHOUT_OFFLINE = ['openid', 'email', 'profile']

const standard: ConnectionInput = { type: 'oidc', scopes: STANDARD_SCOPES }

export const PRESETS: readonly Preset[] = [
  {
    id: 'okta',
    name: 'Okta',
    type: 'oidc',
    fields: ['domain'],
    defaults: standard,
    // The address of the admin console is what people see and copy.
    address: ({ domain }) => ({
      issuer: `https://${hostOf(domain).replace(/-admin(?=\.okta(preview|-emea)?\.com$)/, '')}`,
    }),
  },
  {
    id: 'entra',
    name: 'Microsoft Entra ID',
    type: 'oidc',
    fields: ['tenant'],
    // It refuses `resource`, so forward_resource stays off.
    defaults: standard,
    address: ({ tenant }) => tenantAddress(tenant),
  },
  {
    id: 'auth0',
    name: 'Auth0',
    type: 'oidc',
    fields: ['domain'],
    // Its applications are made for secrets in the body.
    defaults: { ...standard, tokenEndpointAuthMethod: 'client_secret_post' },
    // With the slash.
    address: ({ domain }) => ({ issuer: `https://${hostOf(domain)}/` }),
  },
  {
    id: 'google',
    name: 'Google',
    type: 'oidc',
    fields: [],
    // It knows no offline_access: this is how it is asked for a refresh token.
    defaults: {
      type: 'oidc',
      issuer: 'https://accounts.google.com',
      scopes: WITHOUT_OFFLINE,
      authorizationParameters: { access_type: 'offline', prompt: 'consent' },
    },
    address: () => ({}),
  },
  {
    id: 'keycloak',
    name: 'Keycloak',
    type: 'oidc',
    fields: ['base_url', 'realm'],
    defaults: standard,
    address: ({ base_url: base = '', realm = '' }) => ({
      issuer: `${base.trim().replace(/\/+$/, '')}/realms/${encodeURIComponent(realm.trim())}`,
    }),
  },
  {
    id: 'cognito',
    name: 'Amazon Cognito',
    type: 'oidc',
    fields: ['user_pool'],
    defaults: { type: 'oidc', scopes: WITHOUT_OFFLINE },
    address: ({ user_pool: pool }) => ({ issuer: cognitoIssuer(pool) }),
  },
  {
    id: 'github',
    name: 'GitHub',
    type: 'oauth2',
    fields: [],
    defaults: {
      type: 'oauth2',
      authorizationEndpoint: 'https://github.com/login/oauth/authorize',
      tokenEndpoint: 'https://github.com/login/oauth/access_token',
      userinfoEndpoint: 'https://api.github.com/user',
      // The login name can be reassigned.
      claims: { subject: 'id', email: 'email', name: 'name' },
      scopes: ['read:user', 'user:email'],
    },
    address: () => ({}),
  },
  {
    id: 'gitlab',
    name: 'GitLab',
    type: 'oidc',
    fields: ['issuer'],
    // It gives refresh tokens without being asked, and refuses scopes that the application does not have.
    defaults: { type: 'oidc', issuer: 'https://gitlab.com', scopes: WITHOUT_OFFLINE },
    address: ({ issuer = '' }) => ({ issuer: issuerOf(issuer) }),
  },
  {
    id: 'ping',
    name: 'Ping Identity',
    type: 'oidc',
    fields: ['issuer'],
    defaults: standard,
    address: ({ issuer = '' }) => ({ issuer: issuerOf(issuer) }),
  },
  {
    id: 'b2c',
    name: 'Azure AD B2C',
    type: 'oidc',
    fields: ['issuer'],
    defaults: {
      type: 'oidc',
      scopes: ['openid', 'offline_access'],
      tokenEndpointAuthMethod: 'client_secret_post',
    },
    address: ({ issuer = '' }) => ({ issuer: issuerOf(issuer) }),
  },
  {
    id: 'oidc',
    name: 'OpenID Connect',
    type: 'oidc',
    fields: ['issuer'],
    defaults: standard,
    address: ({ issuer = '' }) => ({ issuer: issuerOf(issuer) }),
  },
  {
    id: 'oauth2',
    name: 'OAuth 2.0',
    type: 'oauth2',
    fields: ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'subject_claim'],
    defaults: { type: 'oauth2', scopes: [] },
    address: ({ subject_claim: subject, ...answers }) => ({
      authorizationEndpoint: answers.authorization_endpoint?.trim(),
      tokenEndpoint: answers.token_endpoint?.trim(),
      userinfoEndpoint: answers.userinfo_endpoint?.trim(),
      claims: { subject: subject?.trim() || 'sub', email: 'email', name: 'name' },
    }),
  },
  {
    id: 'saml',
    name: 'SAML 2.0',
    type: 'saml',
    fields: ['saml_metadata'],
    defaults: { type: 'saml' },
    address: ({ saml_metadata: entered = '' }) =>
      /^https?:/.test(entered.trim()) ? { metadataUrl: entered.trim() } : { metadata: entered },
  },
  {
    id: 'platform',
    name: 'Vestibule',
    type: 'platform',
    fields: [],
    defaults: { type: 'platform' },
    address: () => ({}),
  },
]

/** The answers that lead to what is stored, at the general presets. */
export const answersOf = (connection: ConnectionInput): Answers => ({
  issuer: connection.issuer,
  authorization_endpoint: connection.authorizationEndpoint,
  token_endpoint: connection.tokenEndpoint,
  userinfo_endpoint: connection.userinfoEndpoint,
  subject_claim: connection.claims?.subject,
  saml_metadata: connection.type === 'saml' ? (connection.metadataUrl ?? connection.metadata) : undefined,
})

/** What the answers change of a connection that exists: of its claims, only the subject was asked for. */
export function changedAddress(preset: Preset, answers: Answers): ConnectionInput {
  const { claims, ...address } = preset.address(answers)
  return claims ? { ...address, claims: { subject: claims.subject } } : address
}

/** Whether a setup link can lead to it: to an identity provider. */
export const isForSetupLinks = ({ type }: Preset) => type !== 'platform'

export function findPreset(id: string | undefined): Preset | undefined {
  return PRESETS.find((preset) => preset.id === id)
}

/** The identity provider that a stored connection leads to, as far as its addresses tell. */
export function presetOf(connection: {
  readonly type: Connection['type']
  readonly issuer?: string | undefined
  readonly tokenEndpoint?: string | undefined
}): PresetId {
  const address = connection.issuer ?? connection.tokenEndpoint ?? ''
  const known = KNOWN_ADDRESSES.find(([pattern]) => pattern.test(address))
  return known?.[1] ?? connection.type
}

const KNOWN_ADDRESSES: readonly (readonly [RegExp, PresetId])[] = [
  [/^https:\/\/[a-z0-9.-]+\.okta(preview|-emea)?\.com(\/|$)/, 'okta'],
  [/^https:\/\/login\.microsoftonline\.com\//, 'entra'],
  [/^https:\/\/[a-z0-9.-]+\.auth0\.com\/?$/, 'auth0'],
  [/^https:\/\/accounts\.google\.com$/, 'google'],
  [/\/realms\/[^/]+$/, 'keycloak'],
  [/^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\//, 'cognito'],
  [/^https:\/\/github\.com\//, 'github'],
  [/^https:\/\/gitlab\.com$/, 'gitlab'],
  [/^https:\/\/auth\.pingone\.[a-z.]+\//, 'ping'],
  [/^https:\/\/[a-z0-9-]+\.b2clogin\.com\//, 'b2c'],
]

/** An issuer as people paste it: with blanks around it, or the address of the metadata. */
export function issuerOf(entered: string): string {
  return entered.trim().replace(/\/\.well-known\/(openid-configuration|oauth-authorization-server)\/?$/, '')
}

function required(field: PresetField, entered: string | undefined): void {
  if (!entered?.trim()) throw invalid(field, 'empty')
}

function hostOf(entered: string | undefined): string {
  required('domain', entered)
  const host = (entered ?? '')
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/.test(host)) return host
  throw invalid('domain', 'not_a_domain')
}

/** Of one tenant, or of an app that those of several may use. */
function tenantAddress(entered: string | undefined): ConnectionInput {
  const tenants = (entered ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  required('tenant', entered)
  if (tenants.length === 0 || !tenants.every((tenant) => TENANT_ID.test(tenant)))
    throw invalid('tenant', 'not_a_tenant')
  const issuer = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`
  const [only = '', ...further] = tenants
  return further.length === 0
    ? { issuer: issuer(only) }
    : { issuer: issuer('{tenantid}'), allowedTenants: tenants }
}

function cognitoIssuer(entered: string | undefined): string {
  required('user_pool', entered)
  const pool = (entered ?? '').trim()
  const region = /^([a-z]{2}(?:-[a-z]+)+-\d)_[A-Za-z0-9]+$/.exec(pool)?.[1]
  if (region) return `https://cognito-idp.${region}.amazonaws.com/${pool}`
  throw invalid('user_pool', 'not_a_user_pool')
}
