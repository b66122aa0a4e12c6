import { isJson, listOf, parseJson, textOf } from '../../src/json'
import { Refusal, random, type Toy, type ToyClient } from './state'

const LONGEST_DOCUMENT = 5_000

/** Registration (RFC 7591). */
export async function register(toy: Toy, request: Request): Promise<Record<string, unknown>> {
  const metadata = parseJson(await request.text())
  const redirectUris = listOf(metadata, 'redirect_uris')
  if (
    redirectUris.length > 10 ||
    redirectUris.length === 0 ||
    !redirectUris.every((uri) => isSound(toy, uri))
  )
    throw new Refusal('invalid_redirect_uri')
  const name = textOf(metadata, 'client_name') ?? ''
  if (name.length > 100 && !toy.has('names of any length')) throw new Refusal('invalid_client_metadata')
  const links = ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'].map((one) => textOf(metadata, one))
  const isScript = (link: string | undefined) => link !== undefined && !/^https?:/.test(link)
  if (links.some(isScript) && !toy.has('scripts as links')) throw new Refusal('invalid_client_metadata')
  const grants = listOf(metadata, 'grant_types')
  if (grants.includes('client_credentials') && !toy.has('clients without users'))
    throw new Refusal('invalid_client_metadata')
  const chosen = toy.has('clients choose their id') ? textOf(metadata, 'client_id') : undefined
  const method = textOf(metadata, 'token_endpoint_auth_method') ?? 'client_secret_basic'
  const isPublic = toy.has('every client is public')
  const client: ToyClient = {
    id: chosen ?? random(),
    name,
    redirectUris,
    grants,
    managementToken: random(),
    ...(method.startsWith('client_secret') && !isPublic && { secret: random() }),
    ...(typeof metadata.jwks_uri === 'string' && { jwksUri: metadata.jwks_uri }),
    ...(typeof metadata.logo_uri === 'string' && { logoUri: metadata.logo_uri }),
  }
  toy.clients.set(client.id, client)
  return {
    ...metadata,
    client_id: client.id,
    ...(client.secret && { client_secret: client.secret, client_secret_expires_at: 0 }),
    ...(isPublic && { token_endpoint_auth_method: 'none', client_secret: random() }),
    registration_client_uri: `${toy.issuer}/register/${client.id}`,
    registration_access_token: client.managementToken,
  }
}

function isSound(toy: Toy, uri: string): boolean {
  if (toy.has('scripts as redirect URIs') && /^(javascript|data|vbscript):/i.test(uri)) return true
  if (!URL.canParse(uri)) return false
  if (uri.includes('#') && !toy.has('fragments in redirect URIs')) return false
  return uri.startsWith('https://') || (uri.startsWith('http:') && toy.has('redirect URIs in the clear'))
}

/** A client by its id, which may be the address of its document; undefined for one that is not known. */
export async function findClient(toy: Toy, id: string | null): Promise<ToyClient | undefined> {
  if (id === null) return undefined
  if (!URL.canParse(id)) return toy.clients.get(id)
  if (!id.startsWith(`${toy.documentBase}/`) && !toy.has('documents are fetched from anywhere'))
    return undefined
  const redirect = toy.has('redirects of documents are followed') ? 'follow' : 'manual'
  const response = await fetch(id, { redirect }).catch(() => undefined)
  if (response?.status !== 200) return undefined
  const text = await response.text()
  if (text.length > LONGEST_DOCUMENT && !toy.has('documents of any length')) return undefined
  const document: unknown = JSON.parse(text)
  if (!isJson(document)) return undefined
  if (document.client_id !== id && !toy.has('documents of another id')) return undefined
  if (document.client_secret !== undefined && !toy.has('secrets in documents')) return undefined
  const redirectUris = listOf(document, 'redirect_uris')
  return {
    id,
    name: textOf(document, 'client_name') ?? '',
    redirectUris,
    grants: [],
    managementToken: random(),
  }
}

/** Whether a client may be answered at a redirect URI: to the letter, in a sound server. */
export function mayRedirect(toy: Toy, client: ToyClient, uri: string): boolean {
  const isDocument = URL.canParse(client.id)
  if (isDocument && toy.has('redirect URIs beside the document')) return true
  return client.redirectUris.some((registered) => {
    const { hostname } = new URL(registered)
    const host = URL.canParse(uri) ? new URL(uri).hostname : ''
    return (
      uri === registered ||
      (toy.has('redirect URIs by prefix') && uri.startsWith(registered)) ||
      (toy.has('redirect URIs by host') && host === hostname) ||
      (toy.has('redirect URIs by the end of the host') && host.endsWith(`.${hostname}`)) ||
      (toy.has('redirect URIs that contain the host') && uri.includes(hostname))
    )
  })
}

/** The client of a request to the token endpoint. */
export function authenticate(toy: Toy, request: Request, form: URLSearchParams): ToyClient {
  const basic = /^Basic (.*)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  const [name, presented] = basic ? atob(basic).split(':').map(decodeURIComponent) : []
  const id = name ?? form.get('client_id') ?? ''
  const client = toy.clients.get(id)
  if (!client) throw new Refusal('invalid_client', 401)
  const secret = presented ?? form.get('client_secret') ?? undefined
  if (client.secret !== secret && !(client.secret && toy.has('secrets are optional')))
    throw new Refusal('invalid_client', 401)
  return client
}
