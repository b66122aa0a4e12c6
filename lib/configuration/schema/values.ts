/** The values that settings are made of. Messages are codes; what to write instead is said in `lib/messages`. */
import { z } from 'zod'
import { isMistakeCode, type MistakeCode, type Wrong } from '@/lib/messages/mistakes'
import { type JwkSet, keySetProblem, keysAddressProblem } from '@/lib/oauth/protocol/client-keys'
import { invisibleIn } from '@/lib/oauth/protocol/display-text'
import { isLoopbackUrl, parseUrl } from '@/lib/oauth/protocol/parse-url'
import { redirectUriProblem } from '@/lib/oauth/protocol/redirect-uri'
import { isResourceUri } from '@/lib/oauth/protocol/resource'

/** One line for people or machines, of which every character can be seen. */
export const text = (maximum = 200) =>
  z
    .string()
    .min(1, 'empty')
    .max(maximum, 'too_long')
    .regex(/^\P{Cc}*$/u, 'control_character')
    .superRefine((value, context) => {
      const character = /\p{Cc}/u.test(value) ? undefined : invisibleIn(value)
      if (character !== undefined)
        context.addIssue({ code: 'custom', message: 'invisible_character', params: { character } })
    })

/** Names things in URLs and in this file. */
export const slug = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'not_a_slug')

/** RFC 6749 §3.3. */
export const scopeToken = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'not_a_scope')

/** Seconds. */
export const lifetime = (minimum: number, maximum: number) =>
  z.number().int('not_whole_seconds').min(minimum, 'too_short_lifetime').max(maximum, 'too_long_lifetime')

/** An endpoint of an identity provider, under the rules that the login itself will apply. */
export function upstreamUrl(loopback: boolean) {
  return text(2000).refine(
    (value) => {
      const url = parseUrl(value)
      if (!url || url.username || url.password || value.includes('#')) return false
      const here = isLoopbackUrl(url)
      return here ? loopback && /^https?:$/.test(url.protocol) : url.protocol === 'https:'
    },
    loopback ? 'not_https_or_local' : 'not_https',
  )
}

/** The MCP endpoint that tokens are for (RFC 8707 §2). */
export const resourceUri = text(2000).refine(isResourceUri, 'not_a_resource')

/** Where a client may be answered. */
export const redirectUri = text(2000).superRefine((value, context) => {
  const problem = redirectUriProblem(value)
  if (!problem) return
  const { code, name } = problem
  const params = { problem: code, ...(name !== undefined && { name }) }
  context.addIssue({ code: 'custom', message: 'not_a_redirect_uri', params })
})

/** The public keys of a client, or where they lie (RFC 7591 §2). */
export const publicKeys = z.custom<JwkSet>().superRefine((value, context) => {
  const problem = keySetProblem(value)
  if (problem) context.addIssue({ code: 'custom', message: 'not_public_keys', params: { problem } })
})

export const publicKeysUri = text(2000).superRefine((value, context) => {
  const problem = keysAddressProblem(value)
  if (problem) context.addIssue({ code: 'custom', message: 'not_a_keys_address', params: { problem } })
})

/** A host as the URL standard writes it, so that it can be compared with the `Host` header. */
export const host = z.string().refine((value) => {
  const url = parseUrl(`https://${value}`)
  return url?.host === value
}, 'not_a_host')

/** A secret in settings: the stored one, or a new one. Without either, there is none. */
export type Secret = { readonly keep: true } | { readonly set: string }

/** What was entered in its place; `wrong` says why it cannot be read. */
export type SecretInput = Secret | { readonly wrong: Wrong }

/** Characters of a secret that is stored only as a SHA-256 digest: too many to be guessed. */
const HASHED_SECRET_LENGTH = 32

/** Stored sealed, because it is sent to the identity provider. */
export const sealedSecret = secret(1)

/** Stored only as its SHA-256 digest. */
export const hashedSecret = secret(HASHED_SECRET_LENGTH)

export const isSecret = (schema: z.ZodType): boolean => schema === sealedSecret || schema === hashedSecret

function secret(minimum: number) {
  return z.custom<SecretInput>().transform((given, context): Secret => {
    if ('wrong' in given) return refuse(given.wrong, context)
    const wrong = 'set' in given && unsound(given.set, minimum)
    return wrong ? refuse(wrong, context) : given
  })
}

/** Nothing quotes the secret. */
function refuse({ code, params }: Wrong, context: z.core.$RefinementCtx): never {
  context.issues.push({ code: 'custom', message: code, params, input: undefined })
  return z.NEVER
}

function unsound(secret: string, minimum: number): Wrong | undefined {
  if (secret === '') return { code: 'secret_empty' }
  // RFC 6749 appendix A.2: printable ASCII.
  if (!/^[\x20-\x7e]+$/.test(secret)) return { code: 'secret_not_ascii' }
  return secret.length < minimum ? { code: 'secret_too_short', params: { count: minimum } } : undefined
}

/** A day of the calendar (RFC 3339 `full-date`). */
export const day = z.iso.date('not_a_date')

/** What zod finds by itself, as codes of ours. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? 'missing' : TYPES[issue.expected as keyof typeof TYPES]
  if (issue.code === 'invalid_value') return 'not_one_of'
  if (issue.code === 'too_small') return 'empty_list'
  return undefined
}

const TYPES = {
  string: 'not_quoted_text',
  number: 'not_a_number',
  int: 'not_whole',
  boolean: 'not_boolean',
  array: 'not_a_list',
  object: 'not_a_mapping',
  record: 'not_a_mapping',
} as const satisfies { readonly [type: string]: MistakeCode }

/** What an issue of zod says: messages of schemas are codes. */
export function wrongOf(issue: z.core.$ZodIssue): Wrong {
  const { message: code } = issue
  if (!isMistakeCode(code)) return { code: 'unreadable_value', params: { problem: code } }
  switch (issue.code) {
    case 'invalid_value':
      return { code, params: { values: issue.values.map(String) } }
    case 'too_small':
      return { code, params: { count: Number(issue.minimum) } }
    case 'too_big':
      return { code, params: { count: Number(issue.maximum) } }
    case 'custom':
      return { code, ...(issue.params && { params: issue.params }) }
    default:
      return { code }
  }
}

/** Every text in what is stored that no new one could be: what has been accepted goes on working. */
export function storedTexts(stored: unknown): ReadonlySet<string> {
  if (typeof stored === 'string') return new Set(invisibleIn(stored) === undefined ? [] : [stored])
  if (typeof stored !== 'object' || stored === null) return new Set()
  return new Set(Object.values(stored).flatMap((member) => [...storedTexts(member)]))
}
