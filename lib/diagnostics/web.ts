/**
 * How the doctor sends requests: as a client from outside, by the rules for untrusted addresses, with limits on number
 * and time.
 */
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import {
  FetchProblem,
  problemForOperators,
  resolveAll,
  type SafeFetchPolicy,
  type SafeRequest,
  safeRequest,
} from '@/lib/http/fetch/safe-request'
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
  | { readonly outcome: 'failed'; readonly problem: string }

export type Web = {
  /**
   * One request, to a public address; never throws.
   *
   * @param own the address is the installation's own, and may lie in its own network
   */
  ask(url: string, request?: SafeRequest, own?: 'own'): Promise<Asked>
}

/** @param deadline of the whole examination */
export function limitedWeb(policy: Pick<SafeFetchPolicy, 'allowLoopback'>, deadline: AbortSignal): Web {
  let asked = 0
  return {
    async ask(url, request = {}, own) {
      asked += 1
      if (asked > BUDGET) return { outcome: 'failed', problem: 'too much was asked already' }
      if (deadline.aborted) return { outcome: 'failed', problem: 'there was no time left' }
      const rules = { ...policy, timeout: TIMEOUT, resolve: resolveHere, ownAddress: own === 'own' }
      try {
        return await safeRequest(url, request, rules, async (response) => ({
          outcome: 'answered',
          ...(await read(response)),
        }))
      } catch (error) {
        if (!(error instanceof FetchProblem)) throw error
        return { outcome: 'failed', problem: problemForOperators(error) }
      }
    },
  }
}

/** RFC 6761 §6.3, which not every system's resolver knows. */
const resolveHere: NonNullable<SafeFetchPolicy['resolve']> = async (hostname) =>
  hostname.endsWith('.localhost') ? ['127.0.0.1'] : resolveAll(hostname)

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
export function quoted(value: unknown): string {
  if (typeof value !== 'string') return 'nothing'
  const shown = displayText(value, 80)
  return shown ? `“${shown}”` : 'nothing that can be read'
}
