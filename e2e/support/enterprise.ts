import { randomBytes, randomUUID } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'
import type { JWKS } from 'oidc-provider'
import { startIdentityProvider } from '../../sandbox/identity-provider'
import { basic, postForm } from './attack-tokens'
import { newSigningKey, type SigningKey } from './client-assertion'
import { introspectAt } from './own-server'
import { CONFIDENTIAL_SECRET, type World } from './world'

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

export type Changes = { readonly claims?: object; readonly header?: object; readonly key?: SigningKey }

/**
 * A company whose identity provider vouches for its users (ID-JAG): an organization with one server that trusts the
 * provider its users log in at, and the clients `agent`, `other` (with a secret, registered for it), `web` (with a
 * secret, not registered for it) and `cli` (public).
 */
export type Enterprise = {
  readonly issuer: string
  readonly resource: string
  readonly idp: string
  readonly key: SigningKey
  /** An assertion of the provider about alice for `agent`; a claim that is undefined is left out. */
  readonly assertion: (changes?: Changes) => Promise<string>
  /** Presents one as `agent`, unless told otherwise. */
  readonly present: (
    assertion: string,
    form?: Record<string, string>,
    headers?: Record<string, string>,
  ) => Promise<Response>
  readonly introspect: (token: string) => Promise<Record<string, unknown>>
  /** Ids of the connections: of the provider that vouches, and of where the server's users log in. */
  readonly connections: { readonly vouching: string; readonly login: string }
  /** A server whose users log in at the provider that vouches. */
  readonly vouchingServer: string
  /** Changes settings of the server, such as its access rules. */
  readonly configure: (settings: object) => Promise<void>
  readonly close: () => Promise<void>
}

export type EnterpriseOptions = {
  /** Of the entry in `trusted_issuers`, besides the issuer; or another issuer. */
  readonly trusted?: object
  readonly resource?: string
  readonly clients?: readonly object[]
  /** The server's users log in at a provider of their own, and not at the one that vouches. */
  readonly loginElsewhere?: boolean
}

export const AGENT = basic('agent', CONFIDENTIAL_SECRET)

export async function startEnterprise(world: World, options: EnterpriseOptions = {}): Promise<Enterprise> {
  const slug = `ema-${randomBytes(4).toString('hex')}`
  const issuer = `${world.issuers.root}/s/${slug}`
  const resource = options.resource ?? `https://${slug}.example/mcp`
  const key = await newSigningKey('ES256')
  const jwks = { keys: [{ ...(await exportJWK(key.privateKey)), ...key.publicJwk }] } as JWKS
  const start = (id: string, more = {}) =>
    startIdentityProvider({
      port: 0,
      clientId: 'vestibule',
      clientSecret: 'upstream-client-secret-of-the-tests',
      redirectUris: [`${world.app.url}/oauth/callback/${id}`],
      ...more,
    })
  const idp = await start(slug, {
    jwks,
    configuration: { clientDefaults: { id_token_signed_response_alg: 'ES256' } },
  })
  const elsewhere = options.loginElsewhere ? await start(`${slug}-b`) : undefined
  const trusted = { issuer: idp.issuer, ...options.trusted }
  const clients = options.clients ?? []
  const names = { slug, resource, idp: idp.issuer, elsewhere: elsewhere?.issuer, trusted, clients }
  const configure = async (settings: object) =>
    (await world.inside()).apply(configuration({ ...names, settings }))
  await configure({})
  return {
    issuer,
    resource,
    idp: idp.issuer,
    key,
    assertion: (changes = {}) =>
      sign({ iss: idp.issuer, aud: issuer, resource }, changes.key ?? key, changes),
    present: (assertion, form = {}, headers = AGENT) =>
      postForm(issuer, '/oauth/token', { grant_type: JWT_BEARER, assertion, ...form }, headers),
    introspect: (token) => introspectAt(issuer, token),
    connections: { vouching: slug, login: elsewhere ? `${slug}-b` : slug },
    vouchingServer: elsewhere ? `${issuer}-a` : issuer,
    configure,
    close: async () => {
      await Promise.all([idp.close(), elsewhere?.close()])
    },
  }
}

function sign(place: object, key: SigningKey, { claims, header }: Changes): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const all = {
    ...place,
    sub: 'alice',
    email: 'alice@example.com',
    client_id: 'agent',
    scope: 'profile:read notes:write',
    jti: randomUUID(),
    iat: now,
    exp: now + 300,
    ...claims,
  }
  const protectedHeader = { alg: key.algorithm, kid: key.publicJwk.kid, typ: 'oauth-id-jag+jwt', ...header }
  return new SignJWT(JSON.parse(JSON.stringify(all)))
    .setProtectedHeader(JSON.parse(JSON.stringify(protectedHeader)))
    .sign(key.privateKey)
}

type Names = {
  readonly slug: string
  readonly resource: string
  readonly idp: string
  readonly elsewhere: string | undefined
  readonly trusted: object
  readonly clients: readonly object[]
  readonly settings: object
}

/** YAML contains JSON. */
function configuration({ slug, resource, idp, elsewhere, trusted, clients, settings }: Names): string {
  const secret = {
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: 'env:CONFIDENTIAL_SECRET',
  }
  const redirect_uris = ['http://127.0.0.1/callback']
  const server = {
    slug,
    name: slug,
    resource,
    connection: elsewhere ? 'elsewhere' : 'main',
    resource_secret: 'env:RESOURCE_SECRET',
    passed_claims: ['email'],
    handoff_scopes: ['openid', 'email', 'profile'],
    scopes: [
      { name: 'profile:read', description: 'See your name and e-mail address' },
      { name: 'notes:write', description: 'Add notes for you' },
    ],
    trusted_issuers: [trusted],
    clients: [
      { client_id: 'agent', ...secret, grant_types: [JWT_BEARER] },
      { client_id: 'other', ...secret, grant_types: [JWT_BEARER] },
      { client_id: 'web', ...secret, redirect_uris },
      {
        client_id: 'cli',
        redirect_uris,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', JWT_BEARER],
      },
      ...clients,
    ],
  }
  const connection = {
    slug: 'main',
    id: slug,
    type: 'oidc',
    issuer: idp,
    client_id: 'vestibule',
    client_secret: 'env:UPSTREAM_SECRET',
  }
  const others = elsewhere && {
    connection: { ...connection, slug: 'elsewhere', id: `${slug}-b`, issuer: elsewhere },
    server: {
      ...server,
      ...{ slug: `${slug}-a`, resource: `${resource}/a`, connection: 'main', trusted_issuers: [] },
      clients: [{ client_id: 'cli', redirect_uris, token_endpoint_auth_method: 'none' }],
    },
  }
  const organization = {
    slug,
    name: slug,
    connections: [connection, ...(others ? [others.connection] : [])],
    servers: [{ ...server, ...settings }, ...(others ? [others.server] : [])],
  }
  return JSON.stringify({ organizations: [organization] })
}
