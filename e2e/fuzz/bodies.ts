import { pick } from '@/test/chaos/random'
import type { Pool } from './pool'
import { mutated } from './pool'
import { resolved, type Schema } from './surfaces'
import { HOSTILE, HOSTILE_JSON, USUAL, USUAL_JSON } from './values'

export type Body = { readonly type: string | undefined; readonly bytes: string | Uint8Array }

/** What requests that belong together consist of; `name=value` where only one value makes sense. */
const RECIPES: readonly (readonly string[])[] = [
  ['grant_type=authorization_code', 'code', 'redirect_uri', 'code_verifier', 'client_id'],
  ['grant_type=refresh_token', 'refresh_token', 'client_id', 'scope'],
  ['grant_type=client_credentials', 'client_id', 'client_secret', 'scope', 'resource'],
  ['grant_type=urn:ietf:params:oauth:grant-type:device_code', 'device_code', 'client_id'],
  [
    'grant_type=urn:ietf:params:oauth:grant-type:token-exchange',
    'subject_token',
    'subject_token_type',
    'requested_token_type',
    'audience',
  ],
  ['grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer', 'assertion', 'client_id', 'client_secret'],
  ['client_assertion', 'client_assertion_type', 'grant_type', 'refresh_token'],
  [
    'response_type=code',
    'client_id',
    'redirect_uri',
    'code_challenge',
    'code_challenge_method=S256',
    'state',
    'scope',
    'resource',
  ],
  [
    'response_type',
    'client_id',
    'redirect_uri',
    'code_challenge',
    'prompt',
    'max_age',
    'login_hint',
    'claims',
    'response_mode',
  ],
  ['client_id', 'request_uri'],
  ['client_id', 'scope', 'resource'],
  ['request'],
  ['request', 'token', 'decision', 'assumed'],
  ['request', 'token', 'user_code'],
  ['user_code'],
  ['state', 'code', 'iss'],
  ['state', 'error', 'error_description'],
  ['token', 'token_type_hint', 'client_id'],
  ['logout_token'],
  ['after', 'limit', 'since', 'lang'],
]

/** Parameters of one recipe, some missing, some more, some twice. */
export function parameters(pool: Pool, random: () => number): (readonly [string, string])[] {
  const chosen = pick(random, RECIPES).filter(() => random() < 0.92)
  while (random() < 0.25) chosen.push(pick(random, Object.keys(USUAL)))
  if (chosen[0] !== undefined && random() < 0.03) chosen.push(chosen[0])
  if (random() < 0.02) chosen.push(pick(random, HOSTILE))
  return chosen.map((entry) => {
    const [name = '', value] = entry.split('=', 2)
    return [name, value !== undefined && random() < 0.95 ? value : pool.value(name)]
  })
}

/** Percent-encodes what UTF-8 can say; what is encoded already, rightly or wrongly, stays. */
export const encoded = (text: string) =>
  text.startsWith('%') ? text : encodeURIComponent(Buffer.from(text).toString())

export const query = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')

export function multipart(pairs: readonly (readonly [string, string])[]): Body {
  const boundary = 'the-boundary-of-the-fuzzer'
  const parts = pairs.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return { type: `multipart/form-data; boundary=${boundary}`, bytes: `${parts.join('')}--${boundary}--\r\n` }
}

/** Some body, for whatever has no schema. */
export function anyBody(pool: Pool, random: () => number): Body {
  const pairs = parameters(pool, random)
  const form = { type: 'application/x-www-form-urlencoded', bytes: query(pairs) }
  const chance = random()
  if (chance < 0.5) return spoiled(form, random)
  if (chance < 0.6) return spoiled(multipart(pairs), random)
  if (chance < 0.9)
    return spoiled({ type: 'application/json', bytes: JSON.stringify(anyObject(pool, random)) }, random)
  const type = pick(random, [
    'application/secevent+jwt',
    'application/jwt',
    'application/scim+json',
    'text/plain',
    '',
  ])
  return {
    type,
    bytes: random() < 0.5 ? pool.value('logout_token') : JSON.stringify(anyObject(pool, random)),
  }
}

function anyObject(pool: Pool, random: () => number): object {
  const names = Object.keys(USUAL_JSON).filter(() => random() < 0.3)
  while (random() < 0.5) names.push(pick(random, Object.keys(USUAL)))
  return Object.fromEntries(
    names.map((name) => [name, strange(pick(random, USUAL_JSON[name] ?? [pool.value(name)]), random)]),
  )
}

/** A body of the management API by its schema, with a fault now and then. */
export function jsonBody(schema: Schema, pool: Pool, random: () => number): Body {
  const value = fromSchema(schema, '', pool, random)
  return spoiled({ type: 'application/json', bytes: JSON.stringify(value) ?? '' }, random)
}

function fromSchema(reference: Schema, name: string, pool: Pool, random: () => number): unknown {
  const schema = resolved(reference)
  const make = (inner: Schema, of = name) => fromSchema(inner, of, pool, random)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (schema.const !== undefined) return strange(schema.const, random)
  if (schema.enum) return strange(pick(random, schema.enum), random)
  if (alternatives) return make(pick(random, alternatives))
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => make(part)))
  const type = typeof schema.type === 'string' ? schema.type : pick(random, schema.type ?? ['object'])
  if (type === 'object') {
    const entries = Object.entries(schema.properties ?? {})
    const required = schema.required ?? []
    const chosen = entries.filter(([key]) => random() < (required.includes(key) ? 0.97 : 0.35))
    const made = chosen.map(([key, inner]) => [key, make(inner, key)])
    if (random() < 0.03) made.push([pick(random, HOSTILE), 'x'])
    return strange(Object.fromEntries(made), random)
  }
  if (type === 'array')
    return strange(
      Array.from({ length: Math.floor(random() * 4) }, () => make(schema.items ?? {})),
      random,
    )
  if (type === 'boolean') return strange(random() < 0.5, random)
  if (type === 'integer' || type === 'number')
    return strange(pick(random, [0, 1, 60, 600, 3_600, 86_400, 2 ** 31]), random)
  return strange(pool.value(name), random)
}

/** Now and then something else. */
const strange = (value: unknown, random: () => number) =>
  random() < 0.04 ? pick(random, HOSTILE_JSON) : value

/** Now and then not what its type says: other bytes, another type, a piece of it. */
function spoiled({ type, bytes }: Body, random: () => number): Body {
  const chance = random()
  if (chance < 0.03) return { type, bytes: mutated(String(bytes), random) }
  if (chance < 0.04) return { type, bytes: Buffer.from([0xff, 0xfe, 0x00, 0xed, 0xa0, 0x80]) }
  if (chance < 0.06)
    return {
      type: pick(random, ['text/plain', 'application/json; charset=utf-16', 'x', `${type}, ${type}`]),
      bytes,
    }
  return { type, bytes }
}
