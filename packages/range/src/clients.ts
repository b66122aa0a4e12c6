import { NotOffered } from './errors'
import type { Answer, Http } from './http'
import { type Json, listOf, textOf } from './json'
import type { Client, Settings } from './settings'

export type Clients = {
  /** The honest public client, registered or given. */
  readonly client: () => Promise<Client>
  /** The attacker's, registered like the honest one. */
  readonly otherClient: () => Promise<Client>
  /** A client with a secret. */
  readonly confidentialClient: () => Promise<Client>
  /** Registers a client (RFC 7591) with changes to what honest ones send; NotOffered where none may register. */
  readonly register: (changes?: Json) => Promise<Answer>
  /** The same where it has to work; NotOffered where it is refused. */
  readonly registered: (changes?: Json) => Promise<Client>
}

export function openClients(
  settings: Settings,
  http: Http,
  endpoint: (name: string) => string,
  metadata: Json,
): Clients {
  const register = async (changes: Json = {}) =>
    http.postJson(endpoint('registration'), { ...usual(settings, metadata), ...changes })
  const registered = async (changes: Json = {}): Promise<Client> => {
    const answer = await register(changes)
    const id = textOf(answer.json, 'client_id')
    if (answer.status >= 300 || id === undefined)
      throw new NotOffered(
        `the registration is refused: ${answer.status} ${textOf(answer.json, 'error') ?? ''}`,
      )
    const asked = listOf(changes, 'redirect_uris')[0] ?? settings.redirectUri
    // What a server makes of a client is its own decision (RFC 7591 §3.2.1): that of a public one proves nothing.
    const isPublic = answer.json.token_endpoint_auth_method === 'none'
    const secret = isPublic ? undefined : textOf(answer.json, 'client_secret')
    return { id, redirectUri: asked, ...(secret && { secret }) }
  }
  const given = settings.client
  return {
    client: once(async () => given ?? (await registered())),
    otherClient: once(() => registered({ client_name: 'Another client' })),
    confidentialClient: once(async () => {
      const client = await registered({ token_endpoint_auth_method: 'client_secret_basic' })
      if (client.secret === undefined) throw new NotOffered('clients with a secret cannot be registered')
      return client
    }),
    register,
    registered,
  }
}

function usual({ redirectUri }: Settings, metadata: Json) {
  const grants =
    metadata.grant_types_supported === undefined
      ? ['authorization_code']
      : listOf(metadata, 'grant_types_supported')
  return {
    client_name: 'Attack range',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'].filter((grant) => grants.includes(grant)),
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** How a client says who it is at the token endpoint (RFC 6749 §2.3.1). */
export function credentialsOf({ id, secret }: Client) {
  if (secret === undefined) return { fields: { client_id: id }, headers: {} }
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`
  return { fields: {}, headers: { authorization: `Basic ${btoa(pair)}` } }
}
