import { expect } from '@playwright/test'
import { approachCallback, locationOf } from './attack-login'
import type { Tokens } from './attack-tokens'
import { newVisitor, type Visitor } from './attack-visitor'
import { fetchFrom } from './browser-fetch'
import { assertionParameters, newSigningKey, type SigningKey } from './client-assertion'
import { DISCOVERY, type Discovered, discover, type Send } from './client-discovery'
import type { Authentication, ClientProfile } from './client-profile'
import { clientDocument, type DocumentHost } from './document-host'
import { hostFetch } from './host-fetch'
import { makePkce } from './test'
import type { World } from './world'

/** Who the client is to the server: its id and, depending on its kind, its proof. */
export type Credentials = {
  readonly client_id: string
  readonly client_secret?: string
  readonly key?: SigningKey
}

/** A client that has found its server and knows who it is; everything it does is as its profile says. */
export type PlayedClient = {
  readonly server: Discovered
  readonly credentials: Credentials
  /** The URL that it opens in the user's browser. */
  readonly authorizationUrl: (challenge: string) => string
  /** A whole login. */
  readonly logIn: () => Promise<Tokens>
  readonly refresh: (tokens: Tokens) => Promise<Response>
  readonly revoke: (tokens: Tokens) => Promise<Response>
  /** The same client with other credentials: what is left when the server has forgotten it. */
  readonly as: (credentials: Credentials) => PlayedClient
  /** Gets itself an id once more. */
  readonly identifyAgain: () => Promise<PlayedClient>
}

type Stage = {
  readonly world: World
  readonly profile: ClientProfile
  readonly host: DocumentHost
  /** The user's browser: a real one is tried where it adds something. */
  readonly visitor: Visitor
}

/** Starts a client at the URL of an MCP server: it discovers all the rest, and identifies itself. */
export async function playClient(given: Omit<Stage, 'visitor'>, mcpUrl: string): Promise<PlayedClient> {
  const stage = { ...given, visitor: newVisitor() }
  const { discovery = DISCOVERY.byTheBook } = stage.profile
  const server = await discover(mcpUrl, discovery, sendOf(stage.profile))
  return played(stage, server, await identify(stage, server))
}

const sendOf = ({ page }: ClientProfile): Send => (page ? fetchFrom(page) : hostFetch)

function played(stage: Stage, server: Discovered, credentials: Credentials): PlayedClient {
  const { profile } = stage
  const { token, refresh, revocation = token.authentication } = profile
  const resource = server.resource?.resource ?? ''
  const ask = (form: Record<string, string>) =>
    postAs(stage, server, server.token_endpoint, token.authentication, credentials, form)
  return {
    server,
    credentials,
    authorizationUrl: (challenge) => authorizationUrl(profile, server, credentials, challenge),
    logIn: () => logIn(stage, server, credentials, ask),
    refresh: ({ refresh_token, scope }) =>
      ask({
        grant_type: 'refresh_token',
        refresh_token,
        ...(refresh.resource && { resource }),
        ...(refresh.scope && { scope }),
      }),
    revoke: ({ refresh_token }) =>
      postAs(stage, server, server.revocation_endpoint ?? '', revocation, credentials, {
        token: refresh_token,
        token_type_hint: 'refresh_token',
      }),
    as: (others) => played(stage, server, others),
    identifyAgain: async () => played(stage, server, await identify(stage, server)),
  }
}

async function identify({ profile, host }: Stage, server: Discovered): Promise<Credentials> {
  const { identification } = profile
  if ('address' in identification) return { client_id: identification.address }
  if ('document' in identification) {
    const key = await newSigningKey()
    const jwks_uri = host.publish({ keys: [key.publicJwk] })
    const document = clientDocument(profile.redirectUri, { ...identification.document, jwks_uri })
    return { client_id: host.publish(document), key }
  }
  const { registration } = identification
  const response = await sendOf(profile)(server.registration_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(registration),
  })
  expect(response.status).toBe(201)
  const registered = await response.json()
  expect(registered.redirect_uris).toEqual(registration.redirect_uris)
  expect(Object.values(registered)).not.toContain(null)
  expect(Boolean(registered.client_secret)).toBe(profile.token.authentication !== 'none')
  return registered
}

function authorizationUrl(
  { authorize, redirectUri }: ClientProfile,
  server: Discovered,
  { client_id }: Credentials,
  challenge: string,
): string {
  const scope = scopeOf(authorize.scope, server)
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: redirectUri,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'Zm9vYmFy',
    ...(scope && { scope }),
    ...(authorize.resource && server.resource && { resource: server.resource.resource }),
    ...authorize.extra,
  })
  return `${server.authorization_endpoint}?${query}`
}

function scopeOf(choice: ClientProfile['authorize']['scope'], server: Discovered): string | undefined {
  const [offered = [], needed = []] = [server.scopes_supported, server.resource?.scopes_supported]
  if (choice === undefined) return undefined
  if (choice === 'authorization server') return offered.join(' ')
  const staying = choice === 'resource and offline_access' && offered.includes('offline_access')
  return [...needed, ...(staying ? ['offline_access'] : [])].join(' ')
}

async function logIn(
  { world, profile, visitor }: Stage,
  server: Discovered,
  credentials: Credentials,
  ask: (form: Record<string, string>) => Promise<Response>,
): Promise<Tokens> {
  const { verifier, challenge } = makePkce()
  const url = authorizationUrl(profile, server, credentials, challenge)
  const { callback } = await approachCallback(world, visitor, url)
  const location = locationOf(await visitor.go(callback))
  const code = readAnswer(location, profile, new URL(url).searchParams.get('state'), server.issuer)
  const response = await ask({
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: profile.redirectUri,
    ...(profile.token.resource && server.resource && { resource: server.resource.resource }),
  })
  const body = await response.json()
  expect(response.status, JSON.stringify(body)).toBe(200)
  expect(Object.values(body)).not.toContain(null)
  return body
}

/** Byte for byte the URI that was asked for; one client reads the code with a pattern and decodes nothing. */
function readAnswer(
  location: string,
  { redirectUri }: ClientProfile,
  state: string | null,
  issuer: string | undefined,
): string {
  expect(location.startsWith(`${redirectUri}?`), location).toBe(true)
  const code = /[?&]code=([A-Za-z0-9_-]+)(?:&|$)/.exec(location)?.[1]
  const answer = new URLSearchParams(location.slice(location.indexOf('?')))
  expect([answer.getAll('code'), answer.getAll('state')]).toEqual([[code], [state]])
  if (issuer) expect(answer.getAll('iss')).toEqual([issuer])
  return code ?? ''
}

/** A form, sent as this client proves itself. */
async function postAs(
  { profile }: Stage,
  server: Discovered,
  url: string,
  authentication: Authentication,
  credentials: Credentials,
  form: Record<string, string>,
): Promise<Response> {
  const { headers, ...proof } = await prove(server, authentication, credentials)
  return sendOf(profile)(url, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: new URLSearchParams({ ...form, ...proof.form }),
  })
}

type Proof = { readonly headers?: Record<string, string>; readonly form: Record<string, string> }

async function prove(
  server: Discovered,
  authentication: Authentication,
  { client_id, client_secret = '', key }: Credentials,
): Promise<Proof> {
  switch (authentication) {
    case 'none':
      return { form: { client_id } }
    case 'client_secret_post':
      return { form: { client_id, client_secret } }
    case 'client_secret_basic':
      return { headers: basic(client_id, client_secret), form: {} }
    case 'client_secret_basic, encoded':
      return { headers: basic(encodeAll(client_id), encodeAll(client_secret)), form: {} }
    case 'client_secret_basic and client_id':
      return { headers: basic(client_id, client_secret), form: { client_id } }
    case 'private_key_jwt':
      if (!key) throw new Error('a client that signs needs a key')
      return { form: { client_id, ...(await assertionParameters(client_id, server.issuer ?? '', key)) } }
  }
}

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

/** As some libraries do it: letters and digits alone are left as they are. */
const encodeAll = (value: string) =>
  value.replace(/[^A-Za-z0-9]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
