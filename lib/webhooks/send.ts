import type { IncomingMessage } from 'node:http'
import { untrustedNames } from '@/lib/http/fetch/host-names'
import {
  FetchProblem,
  problemForOperators,
  type SafeFetchPolicy,
  safeRequest,
} from '@/lib/http/fetch/safe-request'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { readRetryAfter } from './schedule'
import { type Message, signedHeaders } from './signature'

/** Milliseconds for name look-up, connection and answer together. */
const TIMEOUT = 10_000

/** Of the body of a refusal: bytes that are read, milliseconds that they are waited for, characters that are kept. */
const MAX_BODY = 1_024
const PATIENCE = 2_000
const KEPT = 200

/** What a receiver answered; without a status, why it did not. */
export type Answered = {
  readonly status?: number
  readonly problem?: string
  /** The start of a refusal's body: untrusted text. */
  readonly answer?: string
  /** Seconds. */
  readonly retryAfter?: number
}

/** What is said of the entry besides its body, and what the receiver wants with it. */
export type Extra = {
  readonly at?: string
  readonly action?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Send = (
  url: string,
  message: Message,
  secrets: readonly string[],
  extra?: Extra,
) => Promise<Answered>

/** Sends messages by the rules for untrusted addresses: to public hosts only. */
export function webhookSender(
  policy: Pick<SafeFetchPolicy, 'allowLoopback'> &
    Partial<Pick<SafeFetchPolicy, 'resolve' | 'proxy'>> & { readonly timeout?: number },
): Send {
  const rules = { timeout: TIMEOUT, resolve: untrustedNames(), ...policy }
  return async (url, message, secrets, extra) => {
    const headers = {
      'content-type': 'application/json',
      ...extra?.headers,
      ...signedHeaders(message, secrets),
    }
    const request = { method: 'POST', headers, body: message.body }
    try {
      return await safeRequest(url, request, rules, (response) => read(response, message.at))
    } catch (error) {
      if (!(error instanceof FetchProblem)) throw error
      return { problem: problemForOperators(error) }
    }
  }
}

/** Whether it went well is in the status: only a refusal is read further. */
async function read(response: IncomingMessage, now: Date): Promise<Answered> {
  const { statusCode: status = 0, headers } = response
  if (isGood(status)) return { status }
  const retryAfter = readRetryAfter(headers['retry-after'], now)
  const answer = displayText(await beginningOf(response), KEPT)
  return { status, ...(answer && { answer }), ...(retryAfter !== undefined && { retryAfter }) }
}

export const isGood = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status < 300

async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  const timer = setTimeout(() => response.destroy(), PATIENCE)
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size >= MAX_BODY) break
    }
  } catch {
    // What came is enough.
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY).toString('utf8')
}
