import type { Part } from '@/lib/messages/findings/say'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'

/** What tells two addresses apart. */
type Difference =
  | { readonly kind: 'scheme'; readonly found: string; readonly expected: string }
  | { readonly kind: 'slash_too_much' | 'slash_missing' | 'spelling' | 'path' | 'host' }

/**
 * What tells two addresses apart that should be equal, where it is one of the usual mistakes.
 *
 * @returns undefined when they have little in common
 */
export function differenceOf(found: string, expected: string): Difference | undefined {
  const [a, b] = [parseUrl(found), parseUrl(expected)]
  if (!a || !b) return undefined
  if (bare(a) === bare(b)) {
    if (a.protocol !== b.protocol)
      return { kind: 'scheme', found: a.protocol.slice(0, -1), expected: b.protocol.slice(0, -1) }
    if (found.endsWith('/') === expected.endsWith('/')) return { kind: 'spelling' }
    return { kind: found.endsWith('/') ? 'slash_too_much' : 'slash_missing' }
  }
  if (a.host === b.host) return { kind: 'path' }
  return a.pathname === b.pathname ? { kind: 'host' } : undefined
}

/** The difference, after the mark that joins it to a sentence; nothing where there is none to be told. */
export function tellDifference(after: 'after_colon' | 'after_comma', difference: Difference | undefined) {
  if (!difference) return ''
  const { kind, ...values } = difference
  const told: Part = { part: `difference.${kind}`, values }
  return { part: after, values: { difference: told } } as const
}

const bare = ({ host, pathname, search }: URL) =>
  host.replace(/:(80|443)$/, '') + pathname.replace(/\/$/, '') + search
