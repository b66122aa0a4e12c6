import { parseUrl } from '@/lib/oauth/protocol/parse-url'

/**
 * What tells two addresses apart that should be equal, where it is one of the usual mistakes.
 *
 * @returns undefined when they have little in common
 */
export function differenceOf(found: string, expected: string): string | undefined {
  if (!parseUrl(found) || !parseUrl(expected)) return undefined
  const [a, b] = [new URL(found), new URL(expected)]
  if (bare(a) === bare(b)) {
    if (a.protocol !== b.protocol)
      return `it says ${a.protocol.slice(0, -1)} where ${b.protocol.slice(0, -1)} is meant`
    if (found.endsWith('/') !== expected.endsWith('/'))
      return found.endsWith('/') ? 'it has a slash at the end too much' : 'it lacks the slash at the end'
    return 'it is spelled differently (upper case, or a port that goes without saying)'
  }
  if (a.host === b.host) return 'the path is another'
  if (a.pathname === b.pathname) return 'the host is another'
  return undefined
}

const bare = ({ host, pathname, search }: URL) =>
  host.replace(/:(80|443)$/, '') + pathname.replace(/\/$/, '') + search
