import { generateKeyPairSync } from 'node:crypto'
import { beforeEach, describe } from 'vitest'
import { addClient, changeClient } from '@/lib/clients/server-clients'
import type { BrandInput } from '@/lib/configuration/brand/brand-rules'
import { CLIENT, CONNECTION, SERVER } from '@/lib/configuration/schema/settings'
import {
  changedConnection,
  createConnection,
  findConnection,
  updateConnection,
} from '@/lib/connections/connections'
import { changedAddress, findPreset } from '@/lib/connections/presets'
import { AUTHORITY } from '@/lib/connections/test-support/authority'
import { RETENTION, readRetention, setRetention } from '@/lib/organizations/retention'
import { findBranding, saveBranding } from '@/lib/servers/branding'
import { findServer, updateServer } from '@/lib/servers/servers'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import {
  type Fields,
  fillAndEmpty,
  type Line,
  type Lines,
  optionalPaths,
} from '@/lib/test-support/optional-fields'
import { retentionInForm } from './[organization]/audit/retention/retention-form'
import { clientInForm } from './[organization]/servers/client-form'
import {
  handoffInForm,
  policyInForm,
  scopesInForm,
  settingsInForm,
  tokensInForm,
} from './[organization]/servers/server-form'
import { accessFrom } from './access-values'
import { brandInput } from './brand-input'
import { answersIn, commonInput, signalsInput } from './connection-form/read-form'

const { apply, store } = testInstallation()
const { management, scope } = createServices(store)

beforeEach(() => apply(EXAMPLE))

const FILES = { none: 'in files and the API alone' }
const CHOICE = { none: 'a choice that is always made' }

const CONNECTION_LINES = {
  id: { none: 'never changes' },
  name: { none: 'the console wants one' },
  clientSecret: { none: 'goes with the method' },
  clientSecretEnds: { set: { client_secret_ends: '2027-02-28' } },
  tokenEndpointAuthMethod: { set: { token_endpoint_auth_method: 'client_secret_post' } },
  scopes: { set: { scopes: 'openid offline_access' } },
  authorizationParameters: { set: { authorization_parameters: 'prompt=login' } },
  forwardResource: { set: { forward_resource: 'on' } },
  revocationEndpoint: FILES,
  certificateAuthorities: { set: { certificate_authorities: AUTHORITY } },
  signals: { set: { signals_issuer: 'https://signals.example', signals_audience: 'us' } },
  'signals.jwksUri': {
    from: { signals_issuer: 'https://signals.example', signals_audience: 'us' },
    set: { signals_jwks_uri: 'https://signals.example/keys' },
  },
  scimMatch: CHOICE,
  scimGroups: CHOICE,
  mayBeInternal: { none: 'follows from who enters the addresses' },
  pkce: { set: { pkce: null } },
  metadataUrl: { set: { metadata_url: 'https://inside.acme.com/metadata' } },
  allowedTenants: {
    set: {
      issuer: 'https://login.acme.com/{tenantid}',
      allowed_tenants: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
    },
  },
  signRequests: { set: { sign_requests: 'true' } },
} satisfies Lines

const CLIENT_FIELDS = {
  client_id: 'v',
  client_secret: 'S3CR3T',
  client_secret_ends: '',
  token_endpoint_auth_method: 'client_secret_basic',
  scopes: '',
  authorization_parameters: '',
  pkce: 'on',
}
const CONNECTIONS = {
  oidc: {
    base: { ...CLIENT_FIELDS, issuer: 'https://login.acme.com', metadata_url: '', allowed_tenants: '' },
  },
  oauth2: {
    base: {
      ...CLIENT_FIELDS,
      authorization_endpoint: 'https://login.acme.com/authorize',
      token_endpoint: 'https://login.acme.com/token',
      userinfo_endpoint: 'https://login.acme.com/user',
      subject_claim: '',
    },
    lines: {
      claims: { set: { subject_claim: 'id' } },
      'claims.subject': { set: { subject_claim: 'id' } },
      'claims.email': FILES,
      'claims.name': FILES,
    },
  },
  saml: {
    base: { saml_metadata: 'https://login.acme.com/metadata', sign_requests: '' },
    lines: {
      claims: FILES,
      metadata: { none: 'is replaced by the address' },
      metadataUrl: { none: 'is replaced by the text' },
    },
  },
} satisfies Readonly<Record<string, { readonly base: Fields; readonly lines?: Lines }>>

describe.each(Object.entries(CONNECTIONS))('a field of a connection of the type %s', (type, of) => {
  const schema = CONNECTION.options.find(({ shape }) => shape.type.safeParse(type).success)
  if (!schema) throw new Error(`there is no type ${type}`)
  const paths = optionalPaths(schema)
  const all: Lines = { ...CONNECTION_LINES, ...('lines' in of ? of.lines : {}) }
  const lines = Object.fromEntries(Object.entries(all).filter(([path]) => paths.includes(path)))
  const base = { name: 'Login', certificate_authorities: '', signals_issuer: '', ...of.base }
  fillAndEmpty(paths, lines, base, async (form) => {
    const [preset, acme] = [findPreset(type), await scope('acme')]
    if (!preset) throw new Error(`there is no preset ${type}`)
    const [entered, answers] = [commonInput(form, preset), answersIn(form, preset)]
    const isThere = await findConnection(acme, 'login', management()).catch(() => null)
    if (isThere) {
      const changes = { ...entered, signals: signalsInput(form), ...changedAddress(preset, answers) }
      await updateConnection(acme, 'login', changes, management())
    } else {
      const made = { ...changedConnection(preset.defaults, entered), signals: signalsInput(form) }
      await createConnection(acme, { ...made, ...preset.address(answers) }, management())
    }
    return findConnection(acme, 'login', management())
  })
})

const SCOPE = { scope_0_name: 'files:read', scope_0_description: 'Read your files' }
const DENY = { default: 'deny', contact: 'it@acme.com' }
const SERVER_LINES: Lines = {
  default: { none: 'never changes' },
  issuerHost: { none: 'never changes' },
  aliases: { set: { aliases: 'https://mcp.acme.com/' } },
  scopes: { set: { scope_1_name: 'files:write', scope_1_description: 'Change your files' } },
  'scopes.translations': { set: { scope_0_de: 'Ihre Dateien lesen' } },
  'scopes.translations.de': { set: { scope_0_de: 'Ihre Dateien lesen' } },
  'scopes.risk': { set: { scope_0_risk: 'delete' } },
  'scopes.upstreamScopes': { set: { scope_0_upstream_scopes: 'files.readonly' } },
  'scopes.when': {
    set: {
      scope_0_when_0_claim: 'groups',
      scope_0_when_0_comparison: 'contains',
      scope_0_when_0_value: 'staff',
    },
  },
  access: { set: { deny_users: 'mallory@acme.com' } },
  'access.allow': { from: DENY, set: { allow_users: 'alice@acme.com' } },
  'access.allow.users': {
    from: { ...DENY, allow_written: 'claim: groups\ncontains: staff' },
    set: { allow_users: 'alice@acme.com' },
  },
  'access.allow.when': {
    from: { ...DENY, allow_users: 'alice@acme.com' },
    set: { allow_written: 'claim: groups\ncontains: staff' },
  },
  'access.deny': { from: DENY, set: { deny_users: 'mallory@acme.com' } },
  'access.deny.users': {
    from: { ...DENY, deny_written: 'claim: groups\ncontains: guests' },
    set: { deny_users: 'mallory@acme.com' },
  },
  'access.deny.when': {
    from: { ...DENY, deny_users: 'mallory@acme.com' },
    set: { deny_written: 'claim: groups\ncontains: guests' },
  },
  'access.contact': { from: { default: 'deny' }, set: { contact: 'it@acme.com' } },
  clientPolicy: { set: { client_policy: 'off' } },
  registration: { set: { registration: null } },
  clientAdmission: { set: { client_admission: 'approval' } },
  'clientAdmission.hosts': { from: { client_admission: 'refuse' }, set: { admitted_hosts: 'claude.ai' } },
  trustedIssuers: FILES,
  deviceGrant: { set: { device_grant: 'on' } },
  tokenFormat: { set: { token_format: 'opaque' } },
  accessTokenLifetime: { set: { access_token_lifetime: '900' } },
  refreshTokenLifetime: { set: { refresh_token_lifetime: '7200' } },
  passedClaims: { set: { passed_claims: 'email' } },
  upstreamMaxAge: { set: { upstream_max_age: '600' } },
  resourceSecret: { none: 'has a button of its own' },
  handoffScopes: { set: { handoff_scopes: 'files.readonly' } },
  clients: { none: 'have pages of their own' },
}

describe('a field of a server', () => {
  const base = {
    name: 'Acme MCP',
    resource: 'https://mcp.acme.com/mcp',
    connection: 'okta',
    default: 'allow',
    client_policy: 'any',
    registration: 'on',
    quota: '500',
    access_token_lifetime: '3600',
    refresh_token_lifetime: '86400',
    ...SCOPE,
  }
  fillAndEmpty(optionalPaths(SERVER), SERVER_LINES, base, async (form) => {
    const acme = await scope('acme')
    const tokens = { ...tokensInForm(form), ...handoffInForm(form) }
    const who = { ...policyInForm(form), access: accessFrom(form) }
    const change = { ...settingsInForm(form), scopes: scopesInForm(form), ...tokens, ...who }
    await updateServer(acme, 'main', change, management())
    return findServer(acme, 'main', management())
  })
})

const JWKS = JSON.stringify({
  keys: [
    {
      ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
      kid: 'one',
      alg: 'ES256',
    },
  ],
})
const SIGNING = { token_endpoint_auth_method: 'private_key_jwt' }
const CLIENT_LINES: Lines = {
  name: { set: { name: 'Agent' } },
  redirectUris: { none: 'a client of users needs one' },
  clientSecret: { none: 'is made here' },
  jwks: { from: { ...SIGNING, jwks_uri: 'https://agent.example/keys' }, set: { jwks_uri: '', jwks: JWKS } },
  jwksUri: { from: { ...SIGNING, jwks: JWKS }, set: { jwks_uri: 'https://agent.example/keys' } },
  grantTypes: { set: { grant_refresh: null } },
  scope: { set: { scope: 'files:read' } },
}

describe('a field of a client', () => {
  const base = {
    client_id: 'agent',
    name: '',
    redirect_uris: 'https://agent.example/callback',
    token_endpoint_auth_method: 'none',
    grant_login: 'on',
    grant_refresh: 'on',
    scope: '',
    jwks_uri: '',
  }
  fillAndEmpty(optionalPaths(CLIENT), CLIENT_LINES, base, async (form) => {
    const acme = await scope('acme')
    const stored = async () => (await findServer(acme, 'main', management())).clients
    const isThere = (await stored()).some(({ clientId }) => clientId === 'agent')
    await (isThere ? changeClient : addClient)(acme, 'main', clientInForm(form), management())
    return (await stored()).find(({ clientId }) => clientId === 'agent')
  })
})

describe('a field of the retention', () => {
  const lines = {
    logins: { set: { logins: '14' } },
    audit_log: { set: { audit_log: '365' } },
    ended_grants: { set: { ended_grants: '90' } },
  }
  fillAndEmpty(optionalPaths(RETENTION), lines, {}, async (form) => {
    const acme = await scope('acme')
    await setRetention(acme, retentionInForm(form), management())
    return readRetention(acme, management())
  })
})

const BRAND_LINES: Readonly<Record<keyof BrandInput, Line>> = {
  name: { set: { name: 'Acme' } },
  accent: { set: { accent: '#1a3a5f' } },
  accentDark: { from: { accent: '#1a3a5f' }, set: { accent_dark: '#9fc2ea' } },
  cornerRadius: { set: { corner_radius: '4' } },
  termsUrl: { set: { terms_url: 'https://acme.com/terms' } },
  privacyUrl: { set: { privacy_url: 'https://acme.com/privacy' } },
  support: { set: { support: 'help@acme.com' } },
  logo: { none: 'has a box of its own' },
}

describe.each([['main'], [undefined]])('a field of the branding of %s', (server) => {
  fillAndEmpty(Object.keys(BRAND_LINES), BRAND_LINES, {}, async (form) => {
    const acme = await scope('acme')
    await saveBranding(acme, server, await brandInput(form), management())
    const { version: _, ...brand } = (await findBranding(acme, server, management())) ?? { version: '' }
    return brand
  })
})
