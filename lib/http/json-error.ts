import { describeError, type Log } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { BearerError } from '@/lib/oauth/protocol/bearer-error'
import { basicChallenge, bearerChallenge } from '@/lib/oauth/protocol/challenge'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { type HttpAnswer, type HttpRequest, pathOf } from './http-handler'
import { cacheFor, json } from './json-response'
import { STORE_RETRY_AFTER } from './retry-after'

/** What went wrong as an answer (RFC 6749 §5.2, RFC 6750 §3.1), and a line in the log about it. */
export function errorResponse(thrown: unknown, request: HttpRequest, log: Log): HttpAnswer {
  const error = asProtocolError(thrown)
  const path = pathOf(request)
  if (thrown instanceof StoreUnavailable) log.error('store unavailable', { path, store: thrown.store })
  else if (error !== thrown) log.error('unexpected error', { path, ...describeError(thrown) })
  else log.info('request refused', { path, error: error.code ?? 'no_token', status: error.status })
  return json(error.toBody(), error.status, { ...cacheFor(), ...headersOf(error, request) })
}

/** A store that is down is a 503, and whatever the protocol does not define is our mistake. */
function asProtocolError(error: unknown): OAuthError | BearerError {
  if (error instanceof OAuthError || error instanceof BearerError) return error
  return error instanceof StoreUnavailable
    ? new OAuthError('temporarily_unavailable', 'try again in a moment', { retryAfter: STORE_RETRY_AFTER })
    : new OAuthError('server_error', 'unexpected condition')
}

function headersOf(error: OAuthError | BearerError, request: HttpRequest): Readonly<Record<string, string>> {
  if (error instanceof BearerError) return { 'www-authenticate': error.challenge }
  return {
    ...challengeFor(error, request),
    ...(error.retryAfter !== undefined && { 'retry-after': String(error.retryAfter) }),
  }
}

/** RFC 6749 §5.2: Basic for a client that used the header; RFC 6750 §3.1: Bearer for a token. */
function challengeFor(error: OAuthError, request: HttpRequest): Readonly<Record<string, string>> {
  if (error.code === 'invalid_token')
    return {
      'www-authenticate': bearerChallenge({ error: error.code, errorDescription: error.description }),
    }
  const basic = error.code === 'invalid_client' && request.headers.has('authorization')
  return basic ? { 'www-authenticate': error.challenge ?? basicChallenge('vestibule') } : {}
}
