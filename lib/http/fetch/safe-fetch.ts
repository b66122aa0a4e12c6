/** Fetches one JSON document from an untrusted address, with a limit on size; see `safe-request.ts`. */
import type { IncomingMessage } from 'node:http'
import { parseJson } from '@/lib/http/parse-json'
import { freshness } from './safe-fetch-freshness'
import { FetchProblem, type SafeFetchPolicy, safeRequest, unreachable } from './safe-request'

/**
 * Reads one JSON document.
 *
 * @param maxBytes more is not read
 * @returns what was read, and how many seconds it stays fresh
 * @throws FetchProblem
 */
export function safeFetch(
  address: string,
  maxBytes: number,
  policy: SafeFetchPolicy,
): Promise<{ readonly body: unknown; readonly freshFor: number }> {
  return safeRequest(address, {}, policy, async (response) => {
    checkResponse(response)
    const body = jsonOf(await readBody(response, maxBytes))
    const { 'cache-control': cacheControl, age } = response.headers
    return { body, freshFor: freshness({ ...(cacheControl && { cacheControl }), ...(age && { age }) }) }
  })
}

function checkResponse({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode >= 300 && statusCode < 400)
    throw new FetchProblem('redirected', `its address answered ${statusCode}, and redirects are not followed`)
  if (statusCode !== 200)
    throw new FetchProblem(statusCode === 404 ? 'not_found' : 'status', `its address answered ${statusCode}`)
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!/^application\/([a-z0-9.-]+\+)?json$/.test(type))
    throw new FetchProblem('not_json', 'its content type is not application/json')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new FetchProblem('not_json', 'it is compressed, though that was not asked for')
}

/**
 * The body of an answer.
 *
 * @param maxBytes more is not read
 * @throws FetchProblem
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > maxBytes) throw new FetchProblem('too_large', `it is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  if (!response.complete) throw unreachable('unreachable', 'the connection was cut')
  return Buffer.concat(chunks)
}

function jsonOf(body: Buffer): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw new FetchProblem(
      'not_json',
      error instanceof RangeError ? 'it is nested too deeply' : 'it is not JSON',
    )
  }
}
