/**
 * How the doctor sends requests: as a client from outside, by the rules for untrusted addresses, with limits on number
 * and time.
 */
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { type Resolve, systemNames, untrustedNames } from '@/lib/http/fetch/host-names'
import {
  FetchProblem,
  type SafeFetchPolicy,
  type SafeRequest,
  safeRequest,
} from '@/lib/http/fetch/safe-request'
import type { Part } from '@/lib/messages/findings/say'
import { displayText } from '@/lib/oauth/protocol/display-text'

/** Bytes of an answer that are read. */
const MAX_BODY = 64 * 1024

/** Milliseconds for one request. */
const TIMEOUT = 5_000

/** Requests of one examination. */
const BUDGET = 40

export type Answer = {
  readonly status: number
  /** In lower case; of a header that came twice, what Node makes of it. */
  readonly header: (name: string) => string | undefined
  readonly text: string
  /** Absent when the connection was not TLS. */
  readonly certificateEnds?: Date
}

export type Asked =
  | ({ readonly outcome: 'answered' } & Answer)
  | { readonly outcome: 'failed'; readonly problem: Part }

export type Web = {
  /**
   * One request, to a public address; never throws.
   *
   * @param own the address is the installation's own, and may lie in its own network
   */
  ask(url: string, request?: SafeRequest, own?: 'own'): Promise<Asked>
}

/** @param deadline of the whole examination */
export function limitedWeb(
  policy: Pick<SafeFetchPolicy, 'allowLoopback' | 'proxy'>,
  deadline: AbortSignal,
): Web {
  let asked = 0
  return {
    async ask(url, request = {}, own) {
      asked += 1
      if (asked > BUDGET) return { outcome: 'failed', problem: { part: 'fetch.budget' } }
      if (deadline.aborted) return { outcome: 'failed', problem: { part: 'fetch.no_time' } }
      const rules = {
        ...policy,
        timeout: TIMEOUT,
        resolve: own ? resolveOwn : resolveOthers,
        ownAddress: own === 'own',
      }
      try {
        return await safeRequest(url, request, rules, async (response) => ({
          outcome: 'answered',
          ...(await read(response)),
        }))
      } catch (error) {
        if (!(error instanceof FetchProblem)) throw error
        return { outcome: 'failed', problem: problemOf(error) }
      }
    },
  }
}

/** Whether a name is unknown or leads into our own network is not told: that would be a map of it. */
function problemOf({ failure, detail }: FetchProblem): Part {
  switch (failure) {
    case 'address_unusable':
    case 'not_https':
      return { part: `fetch.${failure}` }
    case 'host_unknown':
    case 'host_not_public':
      return { part: 'fetch.no_public_host' }
    case 'connection_refused':
      return { part: 'fetch.refused' }
    case 'certificate':
      return { part: 'fetch.certificate', values: { detail } }
    case 'timed_out':
      return { part: 'fetch.timed_out', values: { seconds: TIMEOUT / 1000 } }
    default:
      return { part: 'fetch.failed' }
  }
}

/** A room of their own: what an examination asks for holds up no login. */
const resolveOthers = untrustedNames()

/** RFC 6761 §6.3, which not every system's resolver knows. */
const resolveOwn: Resolve = async (hostname) =>
  hostname.endsWith('.localhost') ? ['127.0.0.1'] : systemNames(hostname)

async function read(response: IncomingMessage): Promise<Answer> {
  const { socket } = response
  const validTo = socket instanceof TLSSocket ? socket.getPeerCertificate().valid_to : undefined
  const text = await beginningOf(response)
  return {
    status: response.statusCode ?? 0,
    header: (name) => {
      const value = response.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    text,
    ...(validTo && { certificateEnds: new Date(validTo) }),
  }
}

/** An MCP server may answer with a stream that never ends: after a moment of silence, what came is all there is. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size >= MAX_BODY || isStream(response)) break
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY).toString('utf8')
}

const isStream = ({ headers }: IncomingMessage) => /^text\/event-stream\b/.test(headers['content-type'] ?? '')

/** The body as a JSON object; undefined when it is none. */
export function jsonObject({ text }: Pick<Answer, 'text'>): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // Not JSON.
  }
  return undefined
}

/** Untrusted text in a sentence of ours: one line of it, cut short. */
export function quoted(value: unknown): Part {
  if (typeof value !== 'string') return { part: 'quoted.nothing' }
  const text = displayText(value, 80)
  return text ? { part: 'quoted', values: { text } } : { part: 'quoted.unreadable' }
}

/** How an answer is told that is not the one that was wanted: the end of a sentence about the address. */
export function howItAnswers(asked: Asked): Part {
  if (asked.outcome === 'failed') return { part: 'how.unreachable', values: { problem: asked.problem } }
  return asked.status === 200
    ? { part: 'how.not_json' }
    : { part: 'how.status', values: { status: asked.status } }
}
