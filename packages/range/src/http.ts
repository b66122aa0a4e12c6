import { Undecided } from './errors'
import { type Json, parseJson } from './json'
import type { SendRequest } from './plain-request'

/** An answer, read to its end; redirects are not followed. */
export type Answer = {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body where it is a JSON object; empty otherwise. */
  readonly json: Json
}

/** The parameters of a form or query; those that are undefined are left out, and a list may name one twice. */
export type Fields = Readonly<Record<string, string | undefined>> | readonly (readonly [string, string])[]

export type Http = {
  readonly send: (url: string | URL, request?: Request) => Promise<Answer>
  readonly form: (url: string, fields: Fields, headers?: Readonly<Record<string, string>>) => Promise<Answer>
  readonly postJson: (url: string, body: unknown) => Promise<Answer>
  /** Requests that were answered with 500 or above, 503 left out. */
  readonly failures: () => readonly string[]
}

type Request = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
}

export type Network = {
  readonly sendRequest: SendRequest
  /** Waits for some milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>
}

const FORM = 'application/x-www-form-urlencoded'
const TIME_OUT = 30_000
/** How often a request is repeated that came too early (429). */
const PATIENCE = 5
const MOST_SECONDS = 65

/** Speaks HTTP, waits where it is told to (429), and remembers what made the server fail. */
export function openHttp({ sendRequest, wait }: Network): Http {
  const failures = new Set<string>()
  const send = async (url: string | URL, request: Request = {}): Promise<Answer> => {
    for (let attempt = 0; attempt < PATIENCE; attempt++) {
      const answer = await once(sendRequest, new URL(url), request)
      if (answer.status >= 500 && answer.status !== 503)
        failures.add(`${request.method ?? 'GET'} ${new URL(answer.url).pathname} answered ${answer.status}`)
      if (answer.status !== 429) return answer
      const seconds = Number(answer.headers.get('retry-after') ?? 1) || 1
      if (seconds > MOST_SECONDS) break
      await wait(seconds * 1_000)
    }
    throw new Undecided(`${new URL(url).pathname} takes no more requests (429)`)
  }
  return {
    send,
    form: (url, fields, headers = {}) => send(url, { method: 'POST', body: encodeFields(fields), headers }),
    postJson: (url, body) =>
      send(url, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    failures: () => [...failures],
  }
}

async function once(
  sendRequest: SendRequest,
  url: URL,
  { method = 'GET', headers = {}, body }: Request,
): Promise<Answer> {
  const isForm = body instanceof URLSearchParams
  const sent = {
    method,
    headers: { ...(isForm && { 'content-type': FORM }), ...headers },
    ...(body !== undefined && { body: String(body) }),
    signal: AbortSignal.timeout(TIME_OUT),
  }
  const response = await sendRequest(url, sent).catch((error: unknown) => {
    throw new Undecided(`${url.origin} does not answer: ${reasonOf(error)}`)
  })
  const text = await response.text()
  return { url: url.href, status: response.status, headers: response.headers, text, json: parseJson(text) }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

export function encodeFields(fields: Fields): URLSearchParams {
  if (isList(fields)) return new URLSearchParams(fields.map(([name, value]) => [name, value]))
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value)
  return form
}

const isList = (fields: Fields): fields is readonly (readonly [string, string])[] => Array.isArray(fields)

/** Where an answer leads, made absolute; undefined where it does not. */
export function locationOf({ headers, url }: Answer): URL | undefined {
  const location = headers.get('location')
  return location !== null && URL.canParse(location, url) ? new URL(location, url) : undefined
}
