/**
 * Every request to an identity provider goes through here: https only, no redirects, one deadline for headers and body,
 * and a size limit. Responses are never quoted in an error. Decision 0012.
 */

import { certificateProblem } from '@/lib/certificate-problem'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'

/** What is being called, in the operator's words. */
export type UpstreamCall =
  | 'metadata'
  | 'authorization endpoint'
  | 'key set'
  | 'token endpoint'
  | 'userinfo endpoint'
  | 'revocation endpoint'
  | 'group memberships'

/** What is sent; without anything it is a GET. */
export type UpstreamRequest = {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: URLSearchParams
}

/** One request over the network, as `fetch` makes it. */
export type Fetch = (
  url: URL,
  init: UpstreamRequest & { readonly redirect?: 'manual'; readonly signal: AbortSignal },
) => Promise<Pick<Response, 'status'> & { readonly headers: ReadHeaders; readonly body: Body | null }>

type ReadHeaders = Pick<Headers, 'get'>
type Body = NonNullable<Response['body']> | AsyncIterable<Uint8Array>

/** An answer, whose body has been read. */
export type UpstreamAnswer = Pick<Response, 'status' | 'ok' | 'text' | 'json'> & {
  readonly headers: ReadHeaders
}

/** What makes the requests of a connection, and what distinguishes it from others: what they found is not shared. */
export type ConnectionFetch = { readonly fetch: Fetch; readonly reach: string }

export type UpstreamHttp = {
  /** How far it reaches, and whom it trusts: caches keep apart what was found differently. */
  readonly reach: string
  /**
   * Checks an address before it is used or handed to a browser.
   *
   * @throws UpstreamError when it is neither https nor an allowed loopback address
   */
  checkUrl(value: string, what: UpstreamCall): URL
  /**
   * One request. Redirects are answers, not followed.
   *
   * @throws UpstreamError `upstream_unreachable` when no answer comes in time, `upstream_certificate_invalid`
   */
  request(call: UpstreamCall, url: string, init?: UpstreamRequest): Promise<UpstreamAnswer>
}

/** Bytes, after decompression. Metadata, key sets and tokens are a few kilobytes. */
const MAX_BODY = 1024 * 1024

const USER_AGENT = 'vestibule'

/**
 * @param policy.allowLoopback plain http and loopback hosts are allowed: only when we are on loopback ourselves
 * @param policy.timeout milliseconds
 * @param policy.way what makes the requests, where that is not `fetch`
 */
export function upstreamHttp(policy: {
  readonly allowLoopback: boolean
  readonly timeout: number
  readonly way?: ConnectionFetch | undefined
}): UpstreamHttp {
  const send = policy.way?.fetch ?? fetch

  function checkUrl(value: string, what: string): URL {
    const url = parseUrl(value)
    const loopback = url !== undefined && isLoopback(url.hostname)
    const allowed = loopback ? policy.allowLoopback && isHttp(url) : url?.protocol === 'https:'
    if (url && allowed && url.username === '' && url.password === '') return url
    throw new UpstreamError(
      'upstream_error',
      `The address of the ${what} must be an https URL without credentials, and not on this machine. Check the connection.`,
    )
  }

  async function request(
    call: UpstreamCall,
    address: string,
    init: UpstreamRequest = {},
  ): Promise<UpstreamAnswer> {
    const url = checkUrl(address, call)
    // Some providers (GitHub) refuse requests without one.
    const headers = { ...init.headers, 'user-agent': USER_AGENT }
    const signal = AbortSignal.timeout(policy.timeout)
    try {
      const response = await orAbort(send(url, { ...init, headers, redirect: 'manual', signal }), signal)
      const text = await readBody(response.body, call)
      const { status } = response
      return {
        status,
        ok: status >= 200 && status <= 299,
        headers: response.headers,
        text: async () => text,
        json: async () => JSON.parse(text),
      }
    } catch (error) {
      if (error instanceof UpstreamError) throw error
      throw unreachable(call, signal.aborted ? signal.reason : error, policy.timeout)
    }
  }

  return { reach: policy.way?.reach ?? 'anywhere', checkUrl, request }
}

/** A name look-up cannot be called off, but it need not be waited for. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

const isHttp = (url: URL) => url.protocol === 'https:' || url.protocol === 'http:'

/** By name: the URL parser has already folded other spellings of an address (`0x7f.1`) into this one. */
const isLoopback = (hostname: string) =>
  /^(localhost|.+\.localhost|(127|0)\.\d+\.\d+\.\d+|\[::1?\]|\[::ffff:(7f[0-9a-f]{2}|0):[0-9a-f]{1,4}\])$/.test(
    hostname.replace(/\.$/, ''),
  )

async function readBody(body: Body | null, call: UpstreamCall): Promise<string> {
  if (!body) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > MAX_BODY)
      throw new UpstreamError('upstream_response_invalid', `The answer of the ${call} is larger than 1 MiB.`)
    chunks.push(chunk)
  }
  return utf8.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
}

const utf8 = new TextDecoder()

const CONNECTION_PROBLEMS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its host name does not resolve',
  EAI_AGAIN: 'its host name does not resolve at the moment',
  ETIMEOUT: 'its name servers do not answer in time',
  EBUSY: 'too many host names wait for their name servers',
  ENOTPUBLIC: 'its host is inside the network, and the operator of the installation has not allowed that',
  EPROXY: 'the outgoing proxy (HTTPS_PROXY) does not connect there',
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
}

function unreachable(call: UpstreamCall, error: unknown, timeout: number): UpstreamError {
  if (error instanceof Error && error.name === 'TimeoutError')
    return new UpstreamError(
      'upstream_unreachable',
      `The ${call} did not answer within ${timeout / 1000} seconds.`,
      { cause: error },
    )
  const code = networkCode(error)
  const certificate = certificateProblem(code)
  if (certificate)
    return new UpstreamError('upstream_certificate_invalid', `The certificate of the ${call} ${certificate}.`)
  const problem =
    CONNECTION_PROBLEMS[code] ??
    (/TLS|SSL/.test(code) ? 'it does not speak TLS as it should' : 'the connection failed')
  return new UpstreamError('upstream_unreachable', `The ${call} cannot be reached: ${problem}.`)
}

/** The system's error code; fetch hides it in the cause. */
function networkCode(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : ''
  return typeof code === 'string' ? code : ''
}
