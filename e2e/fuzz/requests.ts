import { pick } from '@/test/chaos/random'
import { anyBody, type Body, encoded, jsonBody, multipart, parameters, query } from './bodies'
import { mutated, type Pool } from './pool'
import type { Surface } from './surfaces'
import { HOSTILE } from './values'

export type FuzzRequest = {
  readonly surface: string
  readonly method: string
  /** Path and query, as they are sent. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

/** What every run goes on needing: nothing is changed below these paths. */
const SPARED = /\/(acme|globex)(\/|$)/

/**
 * One request to a surface: mostly one that is understood, with a fault or two.
 *
 * @param origin of the application
 */
export function requestTo(surface: Surface, pool: Pool, random: () => number, origin: string): FuzzRequest {
  const { method, at, search = '', body } = partsOf(surface, pool, random)
  const filled = fill(at, pool, random)
  const target = filled + (search && `?${search}`)
  const isSpared = SPARED.test(target) && !['GET', 'HEAD', 'OPTIONS'].includes(method)
  return {
    surface: surface.name,
    method: isSpared ? 'GET' : method,
    target: target.replace(/[^\x21-\x7e]/gu, encoded),
    headers: clean({
      ...headersFor(at, pool, random, origin),
      ...(body?.type && { 'content-type': body.type }),
      ...body?.more,
    }),
    body: isSpared ? '' : (body?.bytes ?? ''),
  }
}

type Parts = {
  readonly method: string
  readonly at: string
  readonly search?: string
  readonly body?: Body & { readonly more?: Readonly<Record<string, string>> }
}

function partsOf(surface: Surface, pool: Pool, random: () => number): Parts {
  if (surface.kind === 'operation') {
    const chosen = surface.query.filter(() => random() < 0.4).map((name) => [name, pool.value(name)] as const)
    const more = {
      ...(random() < 0.1 && { 'idempotency-key': pool.value('idempotency_key') }),
      ...(random() < 0.2 && { 'if-match': pool.value('etag') }),
    }
    const body = surface.body && { ...jsonBody(surface.body, pool, random), more }
    return { method: surface.method, at: surface.path, search: query(chosen), ...(body && { body }) }
  }
  if (surface.kind === 'action') return callOf(surface, pool, random)
  const method = pick(random, METHODS)
  const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(method)
  const search = random() < (hasBody ? 0.1 : 0.8) ? query(parameters(pool, random)) : ''
  return { method, at: surface.path, search, ...(hasBody && { body: anyBody(pool, random) }) }
}

/** A server action: the form that a page showed, as a browser without JavaScript sends it, or a call of its id. */
function callOf({ id, paths }: Surface & { kind: 'action' }, pool: Pool, random: () => number): Parts {
  const form = pool.form()
  if (form && random() < 0.5) {
    const pairs = form.fields
      .filter(() => random() < 0.97)
      .map(
        ([name, value]) =>
          [name, random() < (name.startsWith('$') ? 0.95 : 0.6) ? value : pool.value(name)] as const,
      )
    const isAction = pairs.some(([name]) => name.startsWith('$ACTION'))
    const body = isAction
      ? multipart(pairs)
      : { type: 'application/x-www-form-urlencoded', bytes: query(pairs) }
    return { method: 'POST', at: form.action, body }
  }
  const names = [
    'email',
    'password',
    'name',
    'slug',
    'role',
    'id',
    'token',
    'organization',
    'version',
    'connection',
    'server',
  ]
  const fields = names.filter(() => random() < 0.4).map((name) => [`1_${name}`, pool.value(name)] as const)
  const text = () => pool.value(pick(random, names))
  const args = pick(random, [
    ['$K1'],
    [null, '$K1'],
    [text(), null, '$K1'],
    [text(), text(), {}, '$K1'],
    [],
    ['$F1'],
    [{}],
    [text()],
  ])
  const call = multipart([
    ...fields,
    ['0', random() < 0.95 ? JSON.stringify(args) : mutated(JSON.stringify(args), random)],
  ])
  return {
    method: 'POST',
    at: pick(random, paths),
    body: {
      ...call,
      more: { 'next-action': random() < 0.95 ? id : mutated(id, random), accept: 'text/x-component' },
    },
  }
}

/** Fills in what is variable in a path. */
function fill(path: string, pool: Pool, random: () => number): string {
  return path.replace(/\[(\[?)(\.\.\.)?(\w+)\]?\]/g, (_, optional: string, rest: string, name: string) => {
    if (!rest) return encoded(pool.value(name)) || 'a'
    if (optional && random() < 0.3) return ''
    return random() < 0.8 ? (pool.known(path) ?? 'a') : encoded(pick(random, HOSTILE))
  })
}

function headersFor(path: string, pool: Pool, random: () => number, origin: string): Record<string, string> {
  const hex = () => Math.floor(random() * 0xffff).toString(16)
  const secret = encoded(pool.value('client_secret'))
  const credentials = () => {
    if (path.startsWith('/api/v1'))
      return `Bearer ${random() < 0.9 ? pool.known(random() < 0.5 ? 'installation_key' : 'api_key') : pool.value('key')}`
    if (path.startsWith('/scim')) return `Bearer ${pool.value('scim_token')}`
    return pick(random, [
      `Basic ${Buffer.from(`${pool.value('client_id')}:${secret}`).toString('base64')}`,
      `Bearer ${pool.value('resource_secret')}`,
      `Bearer ${pool.value('access_token')}`,
      `Bearer ${pool.value('registration_access_token')}`,
      `Basic ${pool.value('token')}`,
      `DPoP ${pool.value('access_token')}`,
    ])
  }
  const isSure = /^\/(api\/v1|scim)/.test(path)
  const cookie = [random() < 0.85 ? pool.known('operator_session') : '', pool.cookies()]
    .filter(Boolean)
    .join('; ')
  return {
    // Limits by address are not what is looked for here.
    'x-forwarded-for': random() < 0.98 ? `2001:${hex()}:${hex()}::1` : pool.value('address'),
    ...(random() < 0.9 && {
      origin: random() < 0.95 ? origin : pick(random, ['null', 'https://evil.example', 'x']),
    }),
    ...(random() < (isSure ? 0.97 : 0.4) && { authorization: credentials() }),
    ...(cookie && { cookie }),
    ...(random() < 0.1 && { 'accept-language': pick(random, ['de', 'en;q=0.1, de', '*', 'x;q=9']) }),
    ...(random() < 0.05 && {
      accept: pick(random, ['application/jsonl', 'text/html', 'application/json;q=0', '*']),
    }),
    ...(random() < 0.02 && { range: 'bytes=0-' }),
    ...(random() < 0.02 && { rsc: '1', 'next-router-state-tree': pool.value('tree') }),
    ...(random() < 0.02 && { 'content-encoding': 'gzip' }),
    ...(random() < 0.02 && { host: pick(random, ['evil.example', 'localhost', '[::1]', 'a:b']) }),
  }
}

/** What `node:http` would refuse to send is left out of headers. */
const clean = (headers: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value.replace(/[^\x20-\x7e]/g, '').slice(0, 4_000),
    ]),
  )
