import type { KeyHolder } from '@/lib/api-keys/key-holder'
import { requestOrigin } from '@/lib/http/issuer'
import { UNDER_WAY_RETRY_AFTER, underWay } from '@/lib/http/limits/under-way'
import { describeError } from '@/lib/log'
import type { Management } from '@/lib/management/management'
import { processOnce } from '@/lib/process-once'
import { authenticate } from './authenticate'
import { findDocument } from './documents'
import { explain } from './explain'
import { type Kept, respondOnce } from './idempotency'
import { Problem } from './problem'
import { type Answer, type Match, matchRoute, type Route } from './routing'

const ROOT = '/api/v1'

/** Requests of one key, and of all keys of one organization, that a process works on at a time. */
const MOST = { key: 32, organization: 48 }

/**
 * The management API: finds the route, who calls and what they may, checks what was sent, and has the route answer.
 * Every answer, good or bad, leaves through here.
 *
 * @param getManagement asked for with each request, for building needs no environment
 */
export function apiEndpoint(getManagement: () => Promise<Management>, routes: readonly Route[]) {
  const handle = async (request: Request): Promise<Response> => {
    const management = await getManagement()
    try {
      return await answer(request, routes, management)
    } catch (error) {
      return refusal(error, request, management)
    }
  }
  return { GET: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle }
}

async function answer(request: Request, routes: readonly Route[], management: Management): Promise<Response> {
  const { publicUrl } = management
  // A server's own host serves its protocol, and nothing else.
  if (requestOrigin(request, publicUrl) !== publicUrl) throw nowhere()
  const url = new URL(request.url)
  const path = url.pathname.slice(ROOT.length)
  // Next answers HEAD with what GET does, and leaves the body out.
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const document = method === 'GET' ? findDocument(path, routes, management) : null
  if (document)
    return Response.json(document, {
      headers: { 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' },
    })
  const match = matchRoute(routes, method, path)
  if (!('route' in match)) throw match.allowed.length > 0 ? notAllowed(match.allowed) : nowhere()
  const holder = await authenticate(request, management)
  limitKey(holder, method, management)
  const within = processOnce('requests of API keys', () => underWay(MOST))
  const { keyId: key, organization } = holder
  return within({ key, ...(organization && { organization: organization.id }) }, tooMany, () =>
    carryOut(request, match, holder, management),
  )
}

/**
 * Reading costs little. Each change is an entry in the audit log, which grows for all customers: those of one of them
 * have a limit together, whatever number of keys they make.
 *
 * @throws Problem `too-many-requests`
 */
function limitKey({ keyId, organization }: KeyHolder, method: string, { limits }: Management): void {
  const ofKey = limits?.requestsOfApiKey.take(keyId) ?? 0
  const isChange = method !== 'GET' && organization
  const ofChanges = (isChange && limits?.changesOfApiKeys.take(organization.id)) || 0
  const wait = Math.max(ofKey, ofChanges)
  if (wait > 0)
    throw new Problem('too-many-requests', 'slow down: too many requests were made in a short time', {
      headers: { 'retry-after': String(wait) },
    })
}

async function carryOut(
  request: Request,
  { route, params }: Match,
  holder: KeyHolder,
  management: Management,
): Promise<Response> {
  const { text, work } = await route.prepare({ holder, params, management, request })
  // A body may come a minute after its headers: what the key could do then is not what it may do now.
  if (route.body) await authenticate(request, management)
  if (request.method !== 'POST') return respond(await work(), request, management)
  const kept = await respondOnce(
    { request, apiKeyId: holder.keyId, body: text },
    () =>
      work().then(
        (made) => keep(made, management),
        (error: unknown) => keepRefusal(error, management),
      ),
    management,
  )
  return fromKept(kept)
}

function respond(
  { body, lines, next, status, location, version }: Answer,
  request: Request,
  { publicUrl, log }: Management,
): Response {
  const etag = version !== undefined && { etag: `"${version}"` }
  const headers = { 'cache-control': 'no-store', ...headersOf({ location, publicUrl }), ...etag }
  if (lines)
    return new Response(streamed(lines, log), {
      headers: { ...headers, 'content-type': 'application/jsonl' },
    })
  if (!body) return new Response(null, { status: status ?? 204, headers })
  const link = next !== undefined && { link: `<${nextPage(request, next, publicUrl)}>; rel="next"` }
  return Response.json(body, { status: status ?? 200, headers: { ...headers, ...link } })
}

function keep({ body, status, location }: Answer, { publicUrl }: Management): Kept {
  return {
    status: status ?? 200,
    headers: headersOf({ location, publicUrl }),
    ...(body !== undefined && { body }),
  }
}

/** A refusal is an answer, too; what went wrong on our side may go well the next time. */
function keepRefusal(error: unknown, { publicUrl }: Management): Kept {
  const problem = explain(error)
  if (!problem || problem.status >= 500) throw error
  const headers = { 'content-type': 'application/problem+json', ...problem.options.headers }
  return { status: problem.status, headers, body: problem.toBody(publicUrl) }
}

function fromKept({ status, headers, body }: Kept): Response {
  return new Response(body ? JSON.stringify(body) : null, {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  })
}

function refusal(error: unknown, request: Request, { publicUrl, log }: Management): Response {
  const { pathname } = new URL(request.url)
  const at = { path: pathname, method: request.method }
  const known = explain(error)
  const problem = known ?? new Problem('internal-error', 'it has been logged')
  if (known && known.status < 500)
    log.info('request refused', { ...at, error: known.problem, status: known.status })
  else log.error('request failed', { ...at, ...describeError(error) })
  return new Response(JSON.stringify(problem.toBody(publicUrl)), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...problem.options.headers,
    },
  })
}

function headersOf({ location, publicUrl }: { location: string | undefined; publicUrl: string }) {
  return location === undefined ? {} : { location: `${publicUrl}${ROOT}${location}` }
}

/** The same list from the cursor on (RFC 8288). */
function nextPage(request: Request, next: string, publicUrl: string): string {
  const { pathname, search } = new URL(request.url)
  const url = new URL(pathname + search, publicUrl)
  url.searchParams.set('after', next)
  return url.href
}

function streamed(lines: AsyncIterable<unknown>, log: Management['log']): ReadableStream<Uint8Array> {
  const source = lines[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await source.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`))
      } catch (error) {
        log.error('export broke off', describeError(error))
        controller.error(new Error('broke off'))
      }
    },
    cancel: async () => void (await source.return?.()),
  })
}

const tooMany = () =>
  new Problem('too-many-requests', 'too many requests are under way', {
    headers: { 'retry-after': UNDER_WAY_RETRY_AFTER },
  })

const nowhere = () => new Problem('not-found', 'the API has no such address')

const notAllowed = (allowed: readonly string[]) =>
  new Problem('method-not-allowed', `use ${allowed.join(' or ')}`, { headers: { allow: allowed.join(', ') } })
