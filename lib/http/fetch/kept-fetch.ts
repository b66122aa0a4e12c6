/**
 * What asks identity providers that need no check, as `fetch` does: on connections that are kept for the next request, and
 * without web requests and streams, which cost more than all that a login does with the answer. What has to be checked goes
 * by `public-fetch.ts`, on connections of its own. Decision 0047.
 */
import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as TlsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import { processOnce } from '@/lib/process-once'
import { decoded } from './public-fetch'

/** Milliseconds that an unused connection is kept: servers close theirs later, so that none closes under a request. */
const KEPT_FOR = 1_000

const OPTIONS = { keepAlive: true, timeout: KEPT_FOR }

const agents = () =>
  processOnce('provider connections', () => ({ http: new Agent(OPTIONS), https: new TlsAgent(OPTIONS) }))

type Asked = Pick<RequestInit, 'method' | 'body' | 'signal'> & {
  readonly headers?: Readonly<Record<string, string>>
}

/** Of a `Response`, what is read of it. */
type Answered = {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: Readable
}

/** One request; redirects are answers, and failures carry the system's error code. */
export async function keptFetch(url: URL, { method, headers, body, signal }: Asked): Promise<Answered> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const { http, https } = agents()
    const options = {
      method: method ?? 'GET',
      headers: { accept: 'application/json', ...headers, 'accept-encoding': 'identity' },
      ...(signal && { signal }),
    }
    const asked =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, agent: https })
        : requestHttp(url, { ...options, agent: http })
    asked.on('response', resolve)
    // Stays: an error after the answer began must not end the process.
    asked.on('error', reject)
    asked.end(body ? String(body) : undefined)
  })
  return {
    status: message.statusCode ?? 0,
    headers: { get: (name) => headerOf(message, name) },
    body: decoded(message),
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : (value ?? null)
}
