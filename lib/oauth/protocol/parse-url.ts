/**
 * Parses an untrusted URL; undefined when it is invalid. `URL.canParse` must not be used: once it is optimized, Node 20
 * rejects a host such as `bücher.example`.
 */
export function parseUrl(value: string, base?: string | URL): URL | undefined {
  try {
    return new URL(value, base)
  } catch {
    return undefined
  }
}
