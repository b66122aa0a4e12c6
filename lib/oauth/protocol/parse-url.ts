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

/**
 * Whether a URL leads to this machine (RFC 8252 §7.3, RFC 6761 §6.3). By name: the URL standard has already folded
 * other spellings of an address (`0x7f.1`) into this one.
 */
export function isLoopbackUrl({ hostname }: Pick<URL, 'hostname'>): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}
