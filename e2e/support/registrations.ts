import { hostFetch } from './host-fetch'

/** A client that registered itself, with what manages its registration (RFC 7592 §3). */
export type Registration = {
  readonly clientId: string
  readonly secret: string | undefined
  readonly url: string
  readonly token: string
  /** All that it was told. */
  readonly body: Record<string, unknown>
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** Registers a public client, unless told otherwise. */
export async function registerManaged(issuer: string, metadata: object = {}): Promise<Registration> {
  const { status, body } = await send(`${issuer}/oauth/register`, 'POST', undefined, {
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
    ...metadata,
  })
  if (status !== 201) throw new Error(`registration answered ${status}: ${JSON.stringify(body)}`)
  const text = (name: string) => String(body[name])
  return {
    clientId: text('client_id'),
    secret: body.client_secret === undefined ? undefined : text('client_secret'),
    url: text('registration_client_uri'),
    token: text('registration_access_token'),
    body,
  }
}

/** A request as the client makes it, with its token unless another is given; null sends none. */
export function manage(
  { url, token }: Pick<Registration, 'url' | 'token'>,
  method: 'GET' | 'PUT' | 'DELETE',
  body?: unknown,
): Promise<Answer> {
  return send(url, method, `Bearer ${token}`, body)
}

export async function send(
  url: string,
  method: string,
  authorization?: string,
  body?: unknown,
): Promise<Answer> {
  const response = await hostFetch(url, {
    method,
    headers: {
      origin: 'https://inspector.example',
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} }
}

/** What the client would send to change nothing. */
export function unchanged({ body }: Registration): Record<string, unknown> {
  const ours = [
    'registration_access_token',
    'registration_client_uri',
    'client_secret_expires_at',
    'client_id_issued_at',
  ]
  return Object.fromEntries(Object.entries(body).filter(([name]) => !ours.includes(name)))
}
