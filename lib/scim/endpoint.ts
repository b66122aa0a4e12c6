import { readText } from '@/lib/http/body'
import { requestOrigin } from '@/lib/http/issuer'
import { limitRefused } from '@/lib/http/limits'
import { UNDER_WAY_RETRY_AFTER, underWay } from '@/lib/http/limits/under-way'
import { parseJson } from '@/lib/http/parse-json'
import { STORE_RETRY_AFTER } from '@/lib/http/retry-after'
import { describeError } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { processOnce } from '@/lib/process-once'
import { scimTokenStore } from '@/lib/store/provisioning/tokens'
import { findScimDocument } from './documents'
import { createGroup, deleteGroup, listGroups, patchGroup, readOneGroup, replaceGroup } from './groups'
import type { Call, ScimMatch, ScimServices } from './resources'
import { ScimError } from './scim-error'
import { MAX_USER } from './user-resource'
import { createUser, deleteUser, listUsers, patchUser, readOneUser, replaceUser } from './users'

const SCIM_PATH = '/scim/v2'

/** Requests of one connection, and of all connections of one organization, that a process works on at a time. */
const MOST = { connection: 16, organization: 24 }

const TOKEN = /^Bearer +(vst_scim_[A-Za-z0-9_-]{43})$/i

/** What is done with the resources of one kind; without an answer it is 204. */
type Handlers = {
  /** Bytes of a request. */
  readonly largest: number
  readonly list: (call: Call) => Promise<object>
  readonly read: (call: Call, id: string) => Promise<object>
  readonly create: (call: Call) => Promise<{ readonly meta: { readonly location: string } }>
  readonly replace: (call: Call, id: string) => Promise<object>
  readonly patch: (call: Call, id: string) => Promise<object | undefined>
  readonly remove: (call: Call, id: string) => Promise<void>
}

const KINDS = new Map<string, Handlers>([
  [
    'Users',
    {
      largest: MAX_USER,
      list: listUsers,
      read: readOneUser,
      create: createUser,
      replace: replaceUser,
      patch: patchUser,
      remove: deleteUser,
    },
  ],
  [
    'Groups',
    {
      // Some ten thousand members.
      largest: 1024 * 1024,
      list: listGroups,
      read: readOneGroup,
      create: createGroup,
      replace: replaceGroup,
      patch: async (call, id) => void (await patchGroup(call, id)),
      remove: deleteGroup,
    },
  ],
])

/**
 * SCIM 2.0 (RFC 7644) for the identity provider of the connection whose token is sent. Every answer, good or bad, leaves
 * through here. Decision 0086.
 */
export function scimEndpoint(getServices: () => Promise<ScimServices>) {
  const handle = async (request: Request): Promise<Response> => {
    const services = await getServices()
    try {
      return await answer(request, services)
    } catch (error) {
      return refusal(error, request, services)
    }
  }
  return { GET: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle }
}

async function answer(request: Request, services: ScimServices): Promise<Response> {
  const { publicUrl } = services
  if (requestOrigin(request, publicUrl) !== publicUrl) throw nowhere()
  const url = new URL(request.url)
  const [kind = '', id, ...further] = url.pathname
    .slice(`${SCIM_PATH}/`.length)
    .split('/')
    .map(decodeURIComponent)
  if (further.length > 0) throw nowhere()
  const connection = await authenticate(request, services)
  const base = publicUrl + SCIM_PATH
  const document = findScimDocument(kind, id, base)
  if (document) return request.method === 'GET' ? respond(200, document) : notAllowed('GET')
  const handlers = KINDS.get(kind)
  if (!handlers || id === '') throw nowhere()
  const body = async () => {
    const sent = await readBody(request, handlers.largest)
    // It may come a minute after its headers: the token may be replaced by then.
    if (!(await connectionOf(request, services))) throw unauthenticated()
    return sent
  }
  const call = { connection, services, query: url.searchParams, base, body }
  const within = processOnce('requests of provisioning clients', () => underWay(MOST))
  return within(
    { connection: connection.id, organization: connection.organizationId },
    tooManyUnderWay,
    () =>
      id === undefined ? ofAll(request.method, handlers, call) : ofOne(request.method, handlers, call, id),
  )
}

async function ofAll(method: string, { list, create }: Handlers, call: Call): Promise<Response> {
  if (method === 'GET') return respond(200, await list(call))
  if (method !== 'POST') return notAllowed('GET, POST')
  const made = await create(call)
  return respond(201, made, { location: made.meta.location })
}

async function ofOne(method: string, handlers: Handlers, call: Call, id: string): Promise<Response> {
  if (method === 'GET') return respond(200, await handlers.read(call, id))
  if (method === 'PUT') return respond(200, await handlers.replace(call, id))
  if (method === 'PATCH') {
    const changed = await handlers.patch(call, id)
    return changed ? respond(200, changed) : respond(204)
  }
  if (method !== 'DELETE') return notAllowed('GET, PUT, PATCH, DELETE')
  await handlers.remove(call, id)
  return respond(204)
}

/** @throws ScimError 401, or 429 where tokens are refused too often */
async function authenticate(request: Request, services: ScimServices): Promise<Call['connection']> {
  const row = await connectionOf(request, services)
  if (row) {
    const { settings, ...connection } = row
    const wait = services.limits?.requestsOfScimToken.take(connection.id) ?? 0
    if (wait > 0) throw new ScimError(429, 'slow down', undefined, { 'retry-after': String(wait) })
    return { ...connection, match: matchIn(settings) }
  }
  const wait = limitRefused(services.limits, 'scim', request)
  if (wait > 0)
    throw new ScimError(429, 'too many tokens were refused', undefined, { 'retry-after': String(wait) })
  throw unauthenticated()
}

/** Of the token that is sent. */
async function connectionOf(request: Request, { db }: ScimServices) {
  const token = TOKEN.exec(request.headers.get('authorization') ?? '')?.[1]
  return token ? scimTokenStore(db).find(hashSecret(token)) : null
}

const unauthenticated = () =>
  new ScimError(401, 'this token does not exist, or was replaced', undefined, {
    'www-authenticate': 'Bearer realm="vestibule scim"',
  })

const matchIn = ({ scimMatch }: Readonly<Record<string, unknown>>): ScimMatch =>
  scimMatch === 'user_name' || scimMatch === 'email' ? scimMatch : 'external_id'

async function readBody(request: Request, largest: number): Promise<unknown> {
  const text = await readText(request, largest)
  try {
    return parseJson(text)
  } catch {
    throw new ScimError(400, 'the body is not JSON, or nested too deeply', 'invalidSyntax')
  }
}

function refusal(error: unknown, request: Request, { log }: ScimServices): Response {
  const at = { path: SCIM_PATH, method: request.method }
  const known = explain(error)
  if (known) {
    log.info('request refused', {
      ...at,
      status: known.status,
      ...(known.scimType && { error: known.scimType }),
    })
    return respond(known.status, known.toBody(), known.headers)
  }
  log.error('request failed', { ...at, ...describeError(error) })
  return respond(500, new ScimError(500, 'unexpected condition, it has been logged').toBody())
}

function explain(error: unknown): ScimError | undefined {
  if (error instanceof ScimError) return error
  if (error instanceof StoreUnavailable)
    return new ScimError(503, 'try again in a moment', undefined, {
      'retry-after': String(STORE_RETRY_AFTER),
    })
  // Of reading the body.
  if (error instanceof OAuthError) return new ScimError(error.status, error.description, 'invalidSyntax')
  if (error instanceof URIError) return nowhere()
  return undefined
}

const respond = (status: number, body?: object, headers: Readonly<Record<string, string>> = {}) =>
  new Response(body ? JSON.stringify(body) : null, {
    status,
    headers: {
      ...(body && { 'content-type': 'application/scim+json' }),
      'cache-control': 'no-store',
      ...headers,
    },
  })

const notAllowed = (allow: string) => respond(405, new ScimError(405, `use ${allow}`).toBody(), { allow })

const tooManyUnderWay = () =>
  new ScimError(429, 'too many requests are under way', undefined, { 'retry-after': UNDER_WAY_RETRY_AFTER })

const nowhere = () => new ScimError(404, 'there is no such resource')
