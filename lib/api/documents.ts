import type { Management } from '@/lib/management/management'
import { openApi } from './openapi'
import { PROBLEMS, type ProblemName, problemType } from './problem'
import type { Route } from './routing'

const PROBLEM = /^\/problems\/([a-z-]+)$/

/**
 * Public documents: the description of the API and of its problems, and the keys that verify the audit log.
 *
 * @param path under `/api/v1`
 */
export function findDocument(
  path: string,
  routes: readonly Route[],
  { publicUrl, auditKeys }: Pick<Management, 'publicUrl' | 'auditKeys'>,
) {
  if (path === '/openapi.json') return openApi(routes, publicUrl)
  if (path === '/audit-keys.json') return { keys: auditKeys }
  const name = PROBLEM.exec(path)?.[1]
  if (name === undefined || !Object.hasOwn(PROBLEMS, name)) return null
  const [status, title] = PROBLEMS[name as ProblemName]
  return {
    type: problemType(name as ProblemName, publicUrl),
    title,
    status,
    remedy: REMEDIES[name as ProblemName],
  }
}

const REMEDIES: Readonly<Record<ProblemName, string>> = {
  'invalid-parameter': 'errors names each parameter or header, and what is wrong with it.',
  'malformed-body': 'Send one JSON object, in UTF-8, nested at most 32 deep.',
  unauthorized: 'Send Authorization: Bearer with a key that exists, has not expired and was not revoked.',
  forbidden: 'permission names what the key lacks: use the key of a role that has it.',
  'not-found': 'It does not exist, or belongs to an organization that the key is not for.',
  'method-not-allowed': 'The Allow header names the methods that this address takes.',
  'idempotency-key-in-use': 'Wait as long as Retry-After says, then send the same request again.',
  'precondition-failed':
    'Read it again, look at what differs, and send the request with the new ETag as If-Match.',
  'body-too-large': 'Send at most 64 KiB.',
  'unsupported-media-type': 'Send the header Content-Type: application/json.',
  'invalid-input': 'errors names each place in the body as a JSON Pointer, and what to write there.',
  'idempotency-key-reused': 'Make a new idempotency key for each thing you want done.',
  'too-many-requests': 'Wait as long as Retry-After says.',
  'internal-error': 'Look into the log of the server, at the time of the request.',
  unavailable: 'Wait as long as Retry-After says, then send the same request again.',
}
