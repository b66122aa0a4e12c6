import { OAuthError } from '@/lib/oauth/protocol/errors'
import type { HttpRequest } from './http-handler'
import { isIncoming, readMessage } from './node/messages'
import { isWellFormed, parseJson } from './parse-json'

const FORM = 'application/x-www-form-urlencoded'

/** No honest request of this protocol is larger. */
const MAX_BODY_BYTES = 64 * 1024

/** How much of a longer one is read and thrown away. */
const MAX_DISCARDED_BYTES = 4 * 1024 * 1024

/**
 * Reads `application/x-www-form-urlencoded` (RFC 6749 §3.2).
 *
 * @throws OAuthError `invalid_request`: 400 for another content type, 413 for a body over 64 KiB
 */
export async function readForm(request: HttpRequest, limit?: number): Promise<URLSearchParams> {
  requireContentType(request, FORM)
  return new URLSearchParams(await readText(request, limit))
}

/**
 * Reads a JSON body; what it holds is for the caller to judge.
 *
 * @throws OAuthError `invalid_request`, as {@link readForm}
 */
export async function readJson(request: HttpRequest): Promise<unknown> {
  requireContentType(request, 'application/json')
  const text = await readText(request)
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    const reason = error instanceof RangeError ? 'nested too deeply' : 'not JSON'
    throw new OAuthError('invalid_request', `the body is ${reason}`)
  }
  if (isWellFormed(value)) return value
  throw new OAuthError('invalid_request', 'the body has half a surrogate pair in it')
}

/** Whether the body says that it is a form. */
export const isForm = (request: HttpRequest) => hasContentType(request, FORM)

/** Whether a body says that it is of this type, whatever its parameters. */
export function hasContentType(request: HttpRequest, expected: string): boolean {
  const [type = ''] = request.headers.get('content-type')?.split(';') ?? []
  return type.trim().toLowerCase() === expected
}

function requireContentType(request: HttpRequest, expected: string): void {
  if (!hasContentType(request, expected))
    throw new OAuthError('invalid_request', `the body must be ${expected}`)
}

/**
 * The whole body as text.
 * The rest of a body that is too long is read and discarded, up to a bound: unread, it would block the connection for
 * the next request, which behind a proxy may be another client's.
 *
 * @throws OAuthError `invalid_request`: 413 for a body over 64 KiB, 400 for one that ends early
 */
export async function readText(request: HttpRequest, limit = MAX_BODY_BYTES): Promise<string> {
  if (Number(request.headers.get('content-length')) > MAX_DISCARDED_BYTES) throw tooLarge()
  const reading = isIncoming(request)
    ? readMessage(request.message, limit, MAX_DISCARDED_BYTES)
    : readStream(request, limit)
  let bytes: Buffer | null
  try {
    bytes = await reading
  } catch {
    // Whoever goes away while sending has made a mistake, and we have not.
    throw new OAuthError('invalid_request', 'the body ended early')
  }
  if (bytes === null) throw tooLarge()
  return utf8.decode(bytes)
}

const utf8 = new TextDecoder()

/** As {@link readMessage}, of any other request. */
async function readStream(request: HttpRequest, limit: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength
    if (size <= limit) chunks.push(part.value)
    if (size > MAX_DISCARDED_BYTES) break
  }
  return size > limit ? null : Buffer.concat(chunks)
}

const tooLarge = () => new OAuthError('invalid_request', 'the body is too large', { status: 413 })
