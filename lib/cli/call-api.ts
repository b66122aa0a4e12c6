import { parseUrl } from '@/lib/oauth/protocol/parse-url'

/** Where the API is, and the key to it. */
export type Access = { readonly url: string; readonly key: string }

export type ApiAnswer = { readonly status: number; readonly body: unknown }

type Environment = Readonly<Record<string, string | undefined>>

/** Milliseconds. */
const DEADLINE = 70_000

/**
 * Reads `VESTIBULE_URL` and `VESTIBULE_API_KEY`.
 *
 * @throws Error saying what to set
 */
export function accessFrom(env: Environment): Access {
  const url = env.VESTIBULE_URL || env.PUBLIC_URL || `http://localhost:${env.PORT || 3000}`
  if (!parseUrl(url))
    throw new Error('VESTIBULE_URL is not a URL: give the origin, as https://auth.example.com')
  const { protocol, hostname, origin } = new URL(url)
  const isHere = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere))
    throw new Error('VESTIBULE_URL must begin with https://: the key would be sent for everybody to read')
  const key = env.VESTIBULE_API_KEY
  if (!key)
    throw new Error(
      'VESTIBULE_API_KEY is not set: make a key with vestibule api-keys create --installation --name NAME, or in the console',
    )
  return { url: origin, key }
}

/**
 * Sends one request.
 *
 * @throws Error when there is no response, or not one of the API
 */
export async function callApi(
  { url, key }: Access,
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiAnswer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    // The key is for this address only.
    redirect: 'error',
    headers: {
      authorization: `Bearer ${key}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(DEADLINE),
  }).catch(() => {
    throw new Error(`${url} does not answer: check VESTIBULE_URL, and that Vestibule runs`)
  })
  const text = await response.text()
  if (text === '') return { status: response.status, body: undefined }
  try {
    return { status: response.status, body: JSON.parse(text) }
  } catch {
    throw new Error(`${url} answers ${response.status}, and not as Vestibule does: check VESTIBULE_URL`)
  }
}
