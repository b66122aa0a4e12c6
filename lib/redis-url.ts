/** Several Redis servers that serve as one, and how to sign in there. */
export type RedisGroup = {
  readonly kind: 'cluster' | 'sentinel'
  /** Some servers of the cluster, or the sentinels. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[]
  /** The name that the sentinels know the master by; empty for a cluster. */
  readonly name: string
  readonly db: number
  readonly tls: boolean
  readonly username: string
  readonly password: string
  readonly sentinelUsername: string
  readonly sentinelPassword: string
}

const SHAPE =
  /^redis(?<tls>s?)\+(?<kind>cluster|sentinel):\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<hosts>[^@/?#]+)(?:\/(?<name>[^/?#]*))?(?:\/(?<db>\d{1,5}))?(?:\?(?<query>[^#]*))?$/

const HOST = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9._-]+))(?::(?<port>\d{1,5}))?$/

/**
 * Reads `redis+cluster://user:password@host:port,host:port` or
 * `redis+sentinel://user:password@sentinel:port,sentinel:port/name/db?sentinel_username=…&sentinel_password=…`. With
 * `rediss` all connections are TLS, those to sentinels too.
 *
 * @returns null for anything else
 */
export function parseRedisGroup(url: string): RedisGroup | null {
  const groups = SHAPE.exec(url)?.groups
  if (!groups) return null
  const kind = groups.kind === 'cluster' ? 'cluster' : 'sentinel'
  const { name = '', db = '0' } = groups
  const hosts = (groups.hosts ?? '').split(',').map((text) => readHost(text, kind))
  const known = hosts.filter((host) => host !== null)
  const query = new URLSearchParams(groups.query)
  if (known.length < hosts.length) return null
  // Only database 0 exists in a cluster.
  if (kind === 'cluster' ? (name || '0') !== '0' || db !== '0' : name === '') return null
  try {
    return {
      kind,
      hosts: known,
      name: kind === 'cluster' ? '' : decodeURIComponent(name),
      db: Number(db),
      tls: groups.tls === 's',
      username: decodeURIComponent(groups.user ?? ''),
      password: decodeURIComponent(groups.password ?? ''),
      sentinelUsername: query.get('sentinel_username') ?? '',
      sentinelPassword: query.get('sentinel_password') ?? '',
    }
  } catch {
    return null
  }
}

function readHost(text: string, kind: RedisGroup['kind']): RedisGroup['hosts'][number] | null {
  const groups = HOST.exec(text)?.groups
  const host = groups?.six ?? groups?.name
  const port = Number(groups?.port ?? (kind === 'sentinel' ? 26_379 : 6_379))
  return host && port > 0 && port < 65_536 ? { host, port } : null
}
