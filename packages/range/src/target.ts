import { createHash, randomBytes } from 'node:crypto'
import { type Clients, credentialsOf, openClients } from './clients'
import { NotOffered, Undecided } from './errors'
import { type Answer, encodeFields, type Fields, type Http } from './http'
import { type Json, listOf, parseJson, textOf } from './json'
import type { Listener } from './listener'
import type { LoginDriver, Visit } from './login/driver'
import type { Client, Settings } from './settings'

/** Everything that a client knows after a login. */
export type Login = {
  readonly client: Client
  readonly code: string
  readonly verifier: string
  /** The redirect with the code. */
  readonly response: URL
}

export type Tokens = {
  readonly access: string
  readonly refresh?: string
  readonly answer: Answer
}

type Changes = Readonly<Record<string, string | undefined>>

/** The server that is attacked, and what its honest clients and users do there. */
export type Target = Clients & {
  readonly settings: Settings
  readonly http: Http
  readonly issuer: string
  readonly metadata: Json
  /** The address of an endpoint, such as `token`; NotOffered without one. */
  readonly endpoint: (name: string) => string
  /** The scopes that are asked for. */
  readonly scopes: readonly string[]
  /** A place inside the network that servers should not call; NotOffered where that would not be seen. */
  readonly internal: () => Listener
  /** Where documents of clients are published; NotOffered where the caller gave no place. */
  readonly documents: () => Listener
  readonly authorizeUrl: (client: Client, changes?: Changes, more?: Fields) => string
  /** Goes to an authorization URL as a user, in a browser that was never there. */
  readonly visit: (client: Client, changes?: Changes, more?: Fields) => Promise<Visit>
  /** A whole login of the honest client; Undecided where no code comes. */
  readonly logIn: (client?: Client, changes?: Changes) => Promise<Login>
  readonly redeem: (login: Login, changes?: Changes, as?: Client) => Promise<Answer>
  /** The tokens of a login; Undecided where none come. */
  readonly tokens: (login?: Login) => Promise<Tokens>
  /** The same with a refresh token; NotOffered without one. */
  readonly refreshable: (login?: Login) => Promise<Tokens & { readonly refresh: string }>
  readonly refresh: (token: string, changes?: Changes, as?: Client) => Promise<Answer>
  /** What an access token says, read from it or by introspection; undefined where neither is possible. */
  readonly claims: (accessToken: string) => Promise<Json | undefined>
  /** Asks the introspection endpoint as the resource server; NotOffered without its credential. */
  readonly introspect: (token: string) => Promise<Json>
}

export type Parts = {
  readonly settings: Settings
  readonly http: Http
  readonly metadata: Json
  readonly login: LoginDriver
  readonly internal: Listener | undefined
  readonly documents: Listener | undefined
}

export function openTarget(parts: Parts): Target {
  const { settings, http, metadata, login } = parts
  const endpoint = (name: string) =>
    textOf(metadata, `${name}_endpoint`) ?? missing(`there is no ${name} endpoint`)
  const clients = openClients(settings, http, endpoint, metadata)
  const scopes = settings.scopes ?? listOf(metadata, 'scopes_supported')
  const authorizeUrl: Target['authorizeUrl'] = (client, changes = {}, more = []) => {
    const url = new URL(endpoint('authorization'))
    const usual = { ...authorization(client, scopes, settings), ...changes }
    for (const fields of [usual, more])
      for (const [name, value] of encodeFields(fields)) url.searchParams.append(name, value)
    return url.href
  }
  const visit: Target['visit'] = (client, changes = {}, more = []) =>
    login(authorizeUrl(client, changes, more), changes.redirect_uri ?? client.redirectUri)
  const introspect = introspection(settings, http, endpoint)
  return {
    ...clients,
    ...tokenRequests(http, endpoint, settings, clients, visit),
    settings,
    http,
    issuer: settings.issuer,
    metadata,
    endpoint,
    scopes,
    internal: () =>
      parts.internal ??
      missing('the server is not on this machine, or it has no internal address: calls are not seen'),
    documents: () => parts.documents ?? missing('no place for documents was given'),
    authorizeUrl,
    visit,
    introspect,
    claims: async (token) => claimsOf(token) ?? (settings.credentials ? introspect(token) : undefined),
  }
}

function tokenRequests(
  http: Http,
  endpoint: Target['endpoint'],
  { resource }: Settings,
  clients: Clients,
  visit: Target['visit'],
) {
  const send = (client: Client, fields: Changes) => {
    const { fields: own, headers } = credentialsOf(client)
    return http.form(endpoint('token'), { ...own, ...fields }, headers)
  }
  const logIn: Target['logIn'] = async (client, changes = {}) => {
    const honest = client ?? (await clients.client())
    const { verifier, challenge } = makePkce()
    const { arrival, answers } = await visit(honest, { code_challenge: challenge, ...changes })
    const code = arrival?.searchParams.get('code')
    if (!arrival || !code)
      throw new Undecided(`an honest login ends without a code: ${ending(arrival, answers)}`)
    return { client: honest, code, verifier, response: arrival }
  }
  const redeem: Target['redeem'] = ({ client, code, verifier }, changes = {}, as = client) =>
    send(as, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: client.redirectUri,
      code_verifier: verifier,
      resource,
      ...changes,
    })
  const tokens: Target['tokens'] = async (login) => {
    const answer = await redeem(login ?? (await logIn()))
    if (!gotTokens(answer)) throw new Undecided(`an honest client gets no tokens: ${told(answer)}`)
    const refresh = textOf(answer.json, 'refresh_token')
    return { access: textOf(answer.json, 'access_token') ?? '', ...(refresh && { refresh }), answer }
  }
  return {
    logIn,
    redeem,
    tokens,
    refreshable: async (login?: Login) => {
      const { refresh, ...others } = await tokens(login)
      return { ...others, refresh: refresh ?? missing('there are no refresh tokens') }
    },
    refresh: async (token: string, changes: Changes = {}, as?: Client) =>
      send(as ?? (await clients.client()), { grant_type: 'refresh_token', refresh_token: token, ...changes }),
  }
}

function introspection({ credentials }: Settings, http: Http, endpoint: Target['endpoint']) {
  return async (token: string): Promise<Json> => {
    const url = endpoint('introspection')
    if (!credentials) return missing('no credential for introspection was given')
    const { id, secret } = credentials
    const authorization =
      id === undefined
        ? `Bearer ${secret}`
        : `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`
    const answer = await http.form(url, { token }, { authorization })
    // Some tell nothing about signed tokens.
    if (answer.status === 400) return {}
    if (answer.status !== 200) throw new Undecided(`introspection answers ${told(answer)}`)
    return answer.json
  }
}

function authorization(client: Client, scopes: readonly string[], settings: Settings) {
  return {
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUri,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    state: randomBytes(16).toString('base64url'),
    code_challenge: makePkce().challenge,
    code_challenge_method: 'S256',
    resource: settings.resource,
    ...settings.parameters,
  }
}

function missing(reason: string): never {
  throw new NotOffered(reason)
}

export function makePkce() {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export const gotTokens = ({ status, json }: Answer) =>
  status === 200 && textOf(json, 'access_token') !== undefined

/** The claims of a token that is a JWT; undefined for others. */
export function claimsOf(token: string): Json | undefined {
  const [, payload, signature, ...more] = token.split('.')
  if (!payload || signature === undefined || more.length > 0) return undefined
  const claims = parseJson(Buffer.from(payload, 'base64url').toString())
  return Object.keys(claims).length > 0 ? claims : undefined
}

/** An answer in a few words. */
export const told = ({ status, json }: Answer) => `${status} ${textOf(json, 'error') ?? ''}`.trim()

function ending(arrival: URL | undefined, answers: Visit['answers']): string {
  if (arrival) return `the client was sent ${arrival.searchParams.get('error') ?? arrival.href}`
  const last = answers.at(-1)
  return last ? `${new URL(last.url).pathname} answered ${last.status}` : 'nothing was answered'
}
