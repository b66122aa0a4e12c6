type Read = (name: 'CLIENT_ADDRESS_HEADER' | 'CRON_SECRET') => string | undefined

export type NextAloneSettings = {
  /** The header that the platform writes the client's address into, in lower case. */
  readonly clientAddressHeader?: string | undefined
  /** What calls `/api/cron` proves itself with; absent: there is no such route. */
  readonly cronSecret?: string | undefined
}

/** What decides whether Next may start alone; see `Config`. */
type Given = NextAloneSettings & {
  readonly databaseUrl: string | undefined
  readonly keys: readonly unknown[] | undefined
  readonly challenges: { readonly kind: string }
  readonly rateLimits: boolean
  readonly trustedProxies: readonly string[]
  readonly metricsPort: number
  readonly tracesEndpoint?: string | undefined
  readonly sandbox: string
}

/** Characters of a secret that cannot be guessed, if it is random. */
const SECRET_LENGTH = 16

/** Names of headers that a client, and not the platform, writes. */
const OF_CLIENTS = /^(host|origin|cookie|authorization|user-agent|referer|forwarded|x-vestibule-.*)$/

/** @param mistakes collects what cannot be */
export function readNextAlone(value: Read, mistakes: string[]): NextAloneSettings {
  const header = value('CLIENT_ADDRESS_HEADER')?.toLowerCase()
  if (header && (!/^[a-z0-9-]+$/.test(header) || OF_CLIENTS.test(header)))
    mistakes.push(
      'CLIENT_ADDRESS_HEADER is not the name of a header that holds an address, such as x-vercel-forwarded-for.',
    )
  const secret = value('CRON_SECRET')
  if (secret && (secret.length < SECRET_LENGTH || !/^[\x21-\x7e]+$/.test(secret)))
    mistakes.push(
      `CRON_SECRET has fewer than ${SECRET_LENGTH} characters, or one that no header carries: make one with openssl rand -hex 32.`,
    )
  return { clientAddressHeader: header, cronSecret: secret }
}

/**
 * What is missing where Next runs without our own server. Decision 0123.
 *
 * @returns sentences for the operator; none: it may start
 */
export function missingForNextAlone(config: Given): readonly string[] {
  const { clientAddressHeader, databaseUrl, keys, challenges, rateLimits } = config
  const wrong: readonly (readonly [boolean, string])[] = [
    [
      !clientAddressHeader,
      'CLIENT_ADDRESS_HEADER is missing: name the header that the platform overwrites with the address of the client, such as x-vercel-forwarded-for; from any other, clients could forge theirs.',
    ],
    [!databaseUrl, 'DATABASE_URL is missing: only our own server has an embedded PostgreSQL.'],
    [!keys, 'VESTIBULE_KEYS is missing: instances share no directory that a generated key could be in.'],
    [
      rateLimits && challenges.kind === 'postgres',
      'A Redis is missing, which instances share their limits in: set REDIS_URL or UPSTASH_REDIS_REST_URL, or RATE_LIMITS=0 where something in front limits requests.',
    ],
    [
      config.trustedProxies.length > 0,
      'TRUSTED_PROXIES is for our own server, which sees who connects: unset it.',
    ],
    [config.metricsPort > 0, 'METRICS_PORT is for our own server: unset it.'],
    [config.tracesEndpoint !== undefined, 'OTEL_EXPORTER_OTLP_ENDPOINT is for our own server: unset it.'],
    [config.sandbox === 'on', 'SANDBOX=1 is for our own server: unset it.'],
  ]
  return wrong.flatMap(([is, sentence]) => (is ? [sentence] : []))
}
