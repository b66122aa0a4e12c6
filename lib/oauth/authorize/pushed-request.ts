import type { Server } from '../model'
import type { Ports } from '../ports/ports'
import { type Parameters, parseParameters } from '../protocol/parameters'
import { hashSecret } from '../protocol/secret-hash'

export type PushedRequestPorts = Pick<Ports, 'clock' | 'pushedRequests' | 'secrets'>

/** RFC 9126 §2.2. */
const PREFIX = 'urn:ietf:params:oauth:request_uri:'
const RANDOM = /^[A-Za-z0-9_-]{44}$/

/** Parameters that may stand more than once (RFC 8707 §2). */
const REPEATABLE = ['resource']

/** What a request is to be judged by, and the pushed request it comes of, if any. */
export type AuthorizationParameters = {
  readonly parameters: Parameters
  /** See {@link newRequestUri}. */
  readonly pushedRequestHash?: string
}

/** A fresh `request_uri`, and the hash that it is kept by. Decision 0023. */
export function newRequestUri({ secrets }: PushedRequestPorts): {
  readonly requestUri: string
  readonly hash: string
} {
  const random = secrets.id() + secrets.id()
  return { requestUri: PREFIX + random, hash: hashSecret(random) }
}

/** Parameters as they came. */
export const readParameters = (sent: URLSearchParams): Parameters => parseParameters(sent, REPEATABLE)

/**
 * The pushed parameters, for a `request_uri` of ours: then only that and `client_id` count (RFC 9126 §4). Otherwise the
 * parameters as sent, with the error of their `request_uri`, if any.
 */
export async function findParameters(
  server: Server,
  sent: URLSearchParams,
  ports: PushedRequestPorts,
): Promise<AuthorizationParameters> {
  const parameters = readParameters(sent)
  const pushed = pushedRequestIn(parameters)
  if (!pushed) return { parameters }
  const found = await ports.pushedRequests.find({ ...pushed, serverId: server.id }, ports.clock())
  if (found === null) return { parameters }
  return { parameters: readParameters(new URLSearchParams(found)), pushedRequestHash: pushed.hash }
}

function pushedRequestIn(
  parameters: Parameters,
): { readonly hash: string; readonly clientId: string } | null {
  const clientId = parameters.get('client_id')
  const requestUri = parameters.get('request_uri')
  if (!clientId || !requestUri?.startsWith(PREFIX)) return null
  if (['client_id', 'request_uri'].some((name) => parameters.duplicated.includes(name))) return null
  const random = requestUri.slice(PREFIX.length)
  return RANDOM.test(random) ? { hash: hashSecret(random), clientId } : null
}
