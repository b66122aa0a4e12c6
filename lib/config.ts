/**
 * The configuration, and the only reader of the environment. All mistakes are reported together, each with its
 * variable and the remedy. `.env.example` lists the variables in the same order.
 */

import { isIP } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import type { OutgoingProxy } from '@/lib/http/fetch/proxy'
import { isLoopbackUrl, parseUrl } from '@/lib/oauth/protocol/parse-url'
import { parseRedisGroup } from '@/lib/redis-url'
import { readConnections } from './config-connections'
import { type MailSettings, readMail } from './config-mail'
import { type InternalHosts, readInternalHosts, readOutgoingProxy, readProxies } from './config-networks'
import { type NextAloneSettings, readNextAlone } from './config-next-alone'
import { type OperatorProvider, readOperatorProviders } from './config-providers'

export type Config = NextAloneSettings & {
  /** Our origin, without a trailing slash. */
  readonly publicUrl: string
  /** Whether `publicUrl` is on this machine: plain http and development keys are allowed. */
  readonly loopback: boolean
  readonly port: number
  /** The address to listen on, or `localhost` for loopback in both families. */
  readonly listenHost: string
  /** Where metrics are served; 0: nowhere, and nothing is counted. */
  readonly metricsPort: number
  /** The OpenTelemetry collector that traces are sent to; absent: there are none. */
  readonly tracesEndpoint?: string | undefined
  /** `undefined`: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined
  /** A replica of it, for what is shown and decides nothing. */
  readonly readUrl: string | undefined
  /** What migrations run on, when that is another role or goes past a pooler. */
  readonly migrationUrl: string | undefined
  /** Connections to the database that this process opens at most. */
  readonly databaseConnections: number
  readonly challenges:
    | { readonly kind: 'upstash'; readonly url: string; readonly token: string }
    | { readonly kind: 'redis'; readonly url: string }
    | { readonly kind: 'postgres' }
  readonly dataDir: string
  /** The 256-bit keys, first one seals; `undefined`: generated into `dataDir`. */
  readonly keys: readonly { readonly id: string; readonly key: Buffer }[] | undefined
  readonly serversDomain: string | undefined
  /** CIDRs of proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[]
  readonly internalHosts: InternalHosts
  /** The proxy that leads to the internet; absent: none. */
  readonly outgoingProxy?: OutgoingProxy | undefined
  /** What operators sign in with, besides passwords and passkeys. */
  readonly operatorProviders: readonly OperatorProvider[]
  /** Absent: no mail is sent. */
  readonly mail: MailSettings | undefined
  /** Whether requests are limited here, and not only in front of us. */
  readonly rateLimits: boolean
  /** Whether the endpoints of the protocol are served in front of Next's router; behind it they are the same. */
  readonly directEndpoints: boolean
  /** `auto`: on when the database is embedded, we are on loopback, and no other server is configured. */
  readonly sandbox: 'on' | 'off' | 'auto'
  readonly sandboxIdpPort: number
  readonly sandboxMcpPort: number
}

/** Thrown with every mistake at once; `message` is ready to print. */
export class ConfigError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((m) => `  - ${m}`).join('\n')}`,
    )
    this.name = 'ConfigError'
  }
}

/** The process's environment, for what resolves `env:NAME` references in configuration files. */
export const environment = (): Environment => process.env

export type Environment = Readonly<Record<string, string | undefined>>

/** Every variable that is read, in the order of `.env.example`. */
export const VARIABLES = [
  'PUBLIC_URL',
  'PORT',
  'HOST',
  'METRICS_PORT',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'DATABASE_URL',
  'DATABASE_READ_URL',
  'DATABASE_MIGRATION_URL',
  'DATABASE_CONNECTIONS',
  'UPSTASH_REDIS_REST_URL',
  'UPSTASH_REDIS_REST_TOKEN',
  'REDIS_URL',
  'DATA_DIR',
  'VESTIBULE_KEYS',
  'SERVERS_DOMAIN',
  'TRUSTED_PROXIES',
  'CLIENT_ADDRESS_HEADER',
  'CRON_SECRET',
  'UPSTREAM_PRIVATE_HOSTS',
  'HTTPS_PROXY',
  'NO_PROXY',
  'OPERATOR_OIDC_ISSUER',
  'OPERATOR_OIDC_CLIENT_ID',
  'OPERATOR_OIDC_CLIENT_SECRET',
  'OPERATOR_OIDC_NAME',
  'OPERATOR_GOOGLE_CLIENT_ID',
  'OPERATOR_GOOGLE_CLIENT_SECRET',
  'OPERATOR_MICROSOFT_TENANT_ID',
  'OPERATOR_MICROSOFT_CLIENT_ID',
  'OPERATOR_MICROSOFT_CLIENT_SECRET',
  'OPERATOR_GITHUB_CLIENT_ID',
  'OPERATOR_GITHUB_CLIENT_SECRET',
  'SMTP_URL',
  'MAIL_FROM',
  'MAIL_LANGUAGE',
  'RATE_LIMITS',
  'DIRECT_ENDPOINTS',
  'SANDBOX',
  'SANDBOX_IDP_PORT',
  'SANDBOX_MCP_PORT',
] as const

type Read = (name: (typeof VARIABLES)[number]) => string | undefined

const POSTGRES = ['postgres:', 'postgresql:']
const HTTP = ['https:', 'http:']
const port = z.coerce.number().int().min(1).max(65_535)

/**
 * Reads and checks the configuration.
 *
 * @param env the environment; an empty variable counts as absent
 * @param production refuses what only development may have (generated keys off loopback)
 * @throws ConfigError naming every mistake
 */
export function readConfig(
  env: Environment = process.env,
  production = env.NODE_ENV === 'production',
): Config {
  const mistakes: string[] = []
  // Proxies are often written in lower case.
  const given: Read = (name) => env[name] ?? (name.endsWith('_PROXY') ? env[name.toLowerCase()] : undefined)
  const value: Read = (name) => given(name)?.trim() || undefined
  const ports = {
    port: readPort('PORT', value('PORT'), 3000, mistakes),
    sandboxIdpPort: readPort('SANDBOX_IDP_PORT', value('SANDBOX_IDP_PORT'), 3001, mistakes),
    sandboxMcpPort: readPort('SANDBOX_MCP_PORT', value('SANDBOX_MCP_PORT'), 3002, mistakes),
  }
  const origin = readPublicUrl(value('PUBLIC_URL') ?? `http://localhost:${ports.port}`, mistakes)
  const loopback = origin !== undefined && isLoopbackUrl(origin)
  const config: Config = {
    ...ports,
    publicUrl: origin?.origin ?? '',
    loopback,
    listenHost: readListenHost(value('HOST'), loopback, mistakes),
    metricsPort: readPort('METRICS_PORT', value('METRICS_PORT'), 0, mistakes),
    tracesEndpoint: readUrl(
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      value('OTEL_EXPORTER_OTLP_ENDPOINT'),
      HTTP,
      mistakes,
    ),
    databaseUrl: readUrl('DATABASE_URL', value('DATABASE_URL'), POSTGRES, mistakes),
    readUrl: readUrl('DATABASE_READ_URL', value('DATABASE_READ_URL'), POSTGRES, mistakes),
    migrationUrl: readUrl('DATABASE_MIGRATION_URL', value('DATABASE_MIGRATION_URL'), POSTGRES, mistakes),
    databaseConnections: readConnections(value('DATABASE_CONNECTIONS'), mistakes),
    challenges: readChallenges(value, mistakes),
    dataDir: path.resolve(/*turbopackIgnore: true*/ value('DATA_DIR') ?? '.data'),
    keys: readKeys(value('VESTIBULE_KEYS'), mistakes),
    serversDomain: readDomain(value('SERVERS_DOMAIN'), mistakes),
    trustedProxies: readProxies(value('TRUSTED_PROXIES'), mistakes),
    ...readNextAlone(value, mistakes),
    internalHosts: readInternalHosts(value('UPSTREAM_PRIVATE_HOSTS'), mistakes),
    outgoingProxy: readOutgoingProxy(value('HTTPS_PROXY'), value('NO_PROXY'), mistakes),
    operatorProviders: readOperatorProviders(
      (name) => env[name]?.trim() || undefined,
      (url) => url.protocol === 'https:' || (loopback && isLoopbackUrl(url)),
      mistakes,
    ),
    mail: readMail(value, mistakes),
    rateLimits: readSwitch('RATE_LIMITS', value('RATE_LIMITS'), mistakes),
    directEndpoints: readSwitch('DIRECT_ENDPOINTS', value('DIRECT_ENDPOINTS'), mistakes),
    sandbox: readSandbox(value('SANDBOX'), loopback, mistakes),
  }
  for (const name of ['DATABASE_READ_URL', 'DATABASE_MIGRATION_URL'] as const)
    if (value(name) && !config.databaseUrl)
      mistakes.push(`${name} is set without DATABASE_URL: set both, or only DATABASE_URL.`)
  if (production && origin && !loopback && !value('VESTIBULE_KEYS'))
    mistakes.push(
      'VESTIBULE_KEYS is missing: a production start on a public origin needs its own keys. ' +
        'Set it to k1: followed by what this prints: openssl rand -base64 32',
    )
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return Object.freeze(config)
}

function readPort(name: string, value: string | undefined, fallback: number, mistakes: string[]): number {
  if (!value) return fallback
  const parsed = port.safeParse(value)
  if (!parsed.success) mistakes.push(`${name} is not a port: give a number from 1 to 65535.`)
  return parsed.data ?? fallback
}

/** A development machine keeps to itself; anything else listens on all addresses of both families. */
function readListenHost(value: string | undefined, loopback: boolean, mistakes: string[]): string {
  if (value && value !== 'localhost' && isIP(value) === 0)
    mistakes.push('HOST is not an address: give one of this machine, :: for all, or localhost.')
  return value ?? (loopback ? 'localhost' : '::')
}

function readPublicUrl(value: string, mistakes: string[]): URL | undefined {
  const url = parseUrl(value)
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    mistakes.push('PUBLIC_URL is not a URL: give an origin such as https://auth.example.com.')
    return undefined
  }
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password)
    mistakes.push('PUBLIC_URL is more than an origin: leave out path, query, fragment and credentials.')
  if (url.protocol === 'http:' && !isLoopbackUrl(url))
    mistakes.push('PUBLIC_URL is plain http on a host that is not this machine: use https.')
  return url
}

function readUrl(name: string, value: string | undefined, protocols: readonly string[], mistakes: string[]) {
  if (!value) return undefined
  if (parseUrl(value) && protocols.includes(new URL(value).protocol)) return value
  mistakes.push(`${name} is not a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}.`)
  return undefined
}

function readChallenges(value: Read, mistakes: string[]): Config['challenges'] {
  const url = readUrl('UPSTASH_REDIS_REST_URL', value('UPSTASH_REDIS_REST_URL'), HTTP, mistakes)
  const token = value('UPSTASH_REDIS_REST_TOKEN')
  const redis = readRedis(value('REDIS_URL'), mistakes)
  if (value('UPSTASH_REDIS_REST_URL') && !token)
    mistakes.push('UPSTASH_REDIS_REST_TOKEN is missing beside UPSTASH_REDIS_REST_URL: set both, or neither.')
  if (token && !value('UPSTASH_REDIS_REST_URL'))
    mistakes.push('UPSTASH_REDIS_REST_URL is missing beside UPSTASH_REDIS_REST_TOKEN: set both, or neither.')
  if (url && redis) mistakes.push('REDIS_URL and UPSTASH_REDIS_REST_URL are both set: keep the one you use.')
  if (url && token) return { kind: 'upstash', url, token }
  if (redis) return { kind: 'redis', url: redis }
  return { kind: 'postgres' }
}

function readRedis(value: string | undefined, mistakes: string[]): string | undefined {
  if (!value || !/^rediss?\+/.test(value)) return readUrl('REDIS_URL', value, ['redis:', 'rediss:'], mistakes)
  if (parseRedisGroup(value)) return value
  mistakes.push(
    'REDIS_URL is neither redis+cluster://host:port,host:port nor redis+sentinel://host:port,host:port/name.',
  )
  return undefined
}

function readKeys(value: string | undefined, mistakes: string[]): Config['keys'] {
  if (!value) return undefined
  const keys = value.split(',').map((entry) => {
    const [id = '', encoded = ''] = entry.trim().split(/:(.*)/s)
    return { id, key: Buffer.from(encoded, 'base64') }
  })
  const sound = keys.every(({ id, key }) => /^[A-Za-z0-9_-]{1,32}$/.test(id) && key.length === 32)
  if (!sound)
    mistakes.push(
      'VESTIBULE_KEYS has an entry that is not kid:base64 with 32 bytes: make one with openssl rand -base64 32.',
    )
  if (new Set(keys.map(({ id }) => id)).size !== keys.length)
    mistakes.push('VESTIBULE_KEYS names a key id twice: give each key an id of its own.')
  return sound ? keys : undefined
}

function readDomain(value: string | undefined, mistakes: string[]): string | undefined {
  if (value && !/^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/.test(value))
    mistakes.push('SERVERS_DOMAIN is not a host name in lower case, such as mcp.example.com.')
  return value
}

/** On unless it is `0`. */
function readSwitch(name: string, value: string | undefined, mistakes: string[]): boolean {
  if (value !== undefined && value !== '0' && value !== '1') mistakes.push(`${name} is neither 1 nor 0.`)
  return value !== '0'
}

function readSandbox(value: string | undefined, loopback: boolean, mistakes: string[]): Config['sandbox'] {
  readSwitch('SANDBOX', value, mistakes)
  if (value === '1' && !loopback)
    mistakes.push('SANDBOX=1 on an origin that is not loopback: its passwords are public. Unset it.')
  return value === '1' ? 'on' : value === '0' || !loopback ? 'off' : 'auto'
}
