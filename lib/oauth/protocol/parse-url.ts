/**
 * A URL from text that somebody sent; undefined when it is none. `URL.canParse` must not be asked: once it is
 * optimized, Node 20 takes a host such as `bücher.example` for a mistake.
 */
export function parseUrl(value: string, base?: string | URL): URL | undefined {
  try {
    return new URL(value, base)
  } catch {
    return undefined
  }
}
