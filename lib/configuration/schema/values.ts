/** The values that settings are made of, each with a message that says what to write instead. */
import { z } from 'zod'
import { isLoopbackHost } from '@/lib/config'
import { checkJwkSet, checkJwksUri, type JwkSet } from '@/lib/oauth/protocol/client-keys'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { checkRedirectUri } from '@/lib/oauth/protocol/redirect-uri'
import { isResourceUri } from '@/lib/oauth/protocol/resource'

/** One line for people or machines. */
export const text = (maximum = 200) =>
  z
    .string()
    .min(1, 'is empty')
    .max(maximum, `is longer than ${maximum} characters`)
    .regex(/^\P{Cc}*$/u, 'contains a line break or another control character: leave it out')

/** Names things in URLs and in this file. */
export const slug = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'is not a slug: use 1 to 63 of a-z, 0-9 and -, with no dash at either end',
  )

/** RFC 6749 §3.3. */
export const scopeToken = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'is not a scope: use visible ASCII without spaces, " and \\')

/** Seconds. */
export const lifetime = (minimum: number, maximum: number) =>
  z
    .number()
    .int('must be a whole number of seconds')
    .min(minimum, `is too short: give at least ${minimum} seconds`)
    .max(maximum, `is too long: give at most ${maximum} seconds`)

/** An endpoint of an identity provider, under the rules that the login itself will apply. */
export function upstreamUrl(loopback: boolean) {
  return text(2000).refine(
    (value) => {
      const url = parseUrl(value)
      if (!url || url.username || url.password || value.includes('#')) return false
      const here = isLoopbackHost(url.hostname)
      return here ? loopback && /^https?:$/.test(url.protocol) : url.protocol === 'https:'
    },
    loopback
      ? 'must be an https URL without credentials and fragment, or one on this machine'
      : 'must be an https URL without credentials and fragment, and not on this machine',
  )
}

/** The MCP endpoint that tokens are for (RFC 8707 §2). */
export const resourceUri = text(2000).refine(
  isResourceUri,
  'must be the absolute http or https URL of the MCP endpoint, without a fragment, such as https://mcp.example.com/mcp',
)

/** Where a client may be answered. */
export const redirectUri = text(2000).superRefine((value, context) => {
  const problem = checkRedirectUri(value)
  if (problem) context.addIssue({ code: 'custom', message: `is not a redirect URI: ${problem}` })
})

/** The public keys of a client, or where they lie (RFC 7591 §2). */
export const publicKeys = z.custom<JwkSet>().superRefine((value, context) => {
  const problem = checkJwkSet(value)
  if (problem) context.addIssue({ code: 'custom', message: `is not a set of public keys: ${problem}` })
})

export const publicKeysUri = text(2000).superRefine((value, context) => {
  const problem = checkJwksUri(value)
  if (problem) context.addIssue({ code: 'custom', message: `is not an address of public keys: ${problem}` })
})

/** A host as the URL standard writes it, so that it can be compared with the `Host` header. */
export const host = z.string().refine((value) => {
  const url = parseUrl(`https://${value}`)
  return url?.host === value
}, 'must be a host name in lower case, with a port where it is not the usual one, such as auth.acme.com')

/** What zod finds by itself, in the words of this file format. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? 'is missing' : `must be ${EXPECTED[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_value') return `must be ${issue.values.join(' or ')}`
  if (issue.code === 'too_small') return 'is empty: give at least one'
  return undefined
}

const TEXT = 'text: put numbers, dates, true and false in quotes'

export const MUST_BE_TEXT = `must be ${TEXT}`

const EXPECTED: Readonly<Record<string, string>> = {
  string: TEXT,
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}
