import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError, type Environment, readConfig, VARIABLES } from './config'

const KEY = Buffer.alloc(32, 1).toString('base64')

/** The mistakes that this environment is refused for. */
function mistakesIn(env: Environment, production = false): readonly string[] {
  try {
    readConfig(env, production)
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes
    throw error
  }
  return []
}

describe('without any variable', () => {
  it('is a development installation on this machine', () => {
    expect(readConfig({}, false)).toEqual({
      publicUrl: 'http://localhost:3000',
      loopback: true,
      port: 3000,
      listenHost: 'localhost',
      databaseUrl: undefined,
      readUrl: undefined,
      migrationUrl: undefined,
      metricsPort: 0,
      databaseConnections: 14,
      challenges: { kind: 'postgres' },
      dataDir: path.resolve('.data'),
      keys: undefined,
      serversDomain: undefined,
      trustedProxies: [],
      internalHosts: { rule: 'operator', listed: [] },
      operatorProviders: [],
      rateLimits: true,
      directEndpoints: true,
      sandbox: 'auto',
      sandboxIdpPort: 3001,
      sandboxMcpPort: 3002,
    })
  })

  it('takes empty and blank variables for absent', () => {
    const env = Object.fromEntries(VARIABLES.map((name, index) => [name, index % 2 ? '' : '  ']))
    expect(readConfig(env, false)).toEqual(readConfig({}, false))
  })
})

describe('a sound configuration', () => {
  it('is taken as it is', () => {
    const config = readConfig(
      {
        PUBLIC_URL: 'https://auth.example.com/',
        PORT: '8080',
        DATABASE_URL: 'postgresql://u:p@db/v',
        UPSTASH_REDIS_REST_URL: 'https://redis.example.com',
        UPSTASH_REDIS_REST_TOKEN: 'token',
        DATA_DIR: '/var/lib/vestibule',
        VESTIBULE_KEYS: `k2:${KEY}, k1:${Buffer.alloc(32, 2).toString('base64')}`,
        SERVERS_DOMAIN: 'mcp.example.com',
        TRUSTED_PROXIES: '10.0.0.0/8, ::1, fd00::/8',
      },
      true,
    )
    expect(config).toMatchObject({
      publicUrl: 'https://auth.example.com',
      loopback: false,
      listenHost: '::',
      port: 8080,
      challenges: { kind: 'upstash', url: 'https://redis.example.com', token: 'token' },
      dataDir: '/var/lib/vestibule',
      trustedProxies: ['10.0.0.0/8', '::1', 'fd00::/8'],
      sandbox: 'off',
    })
    expect(readConfig({ UPSTREAM_PRIVATE_HOSTS: 'deny' }, false).internalHosts).toEqual({
      rule: 'deny',
      listed: [],
    })
    expect(readConfig({ UPSTREAM_PRIVATE_HOSTS: 'IDP.corp, fd00::/8' }, false).internalHosts.listed).toEqual([
      'idp.corp',
      'fd00::/8',
    ])
    expect(config.keys?.map(({ id, key }) => [id, key.length])).toEqual([
      ['k2', 32],
      ['k1', 32],
    ])
    expect(readConfig({ REDIS_URL: 'rediss://r' }, false).challenges).toEqual({
      kind: 'redis',
      url: 'rediss://r',
    })
  })

  it('listens where PORT says, and names itself so', () => {
    expect(readConfig({ PORT: '4000' }, false).publicUrl).toBe('http://localhost:4000')
  })

  it('needs no keys of its own on this machine, and none in development', () => {
    expect(mistakesIn({ PUBLIC_URL: 'http://localhost:3000' }, true)).toEqual([])
    expect(mistakesIn({ PUBLIC_URL: 'https://auth.example.com' }, false)).toEqual([])
  })
})

describe('a mistake is named with its variable [AS-26]', () => {
  it.each<[string, Environment, RegExp]>([
    ['a port that is none', { PORT: 'http' }, /^PORT /],
    ['a port out of range', { PORT: '65536' }, /^PORT /],
    ['a port with a fraction', { SANDBOX_IDP_PORT: '3001.5' }, /^SANDBOX_IDP_PORT /],
    ['port 0', { SANDBOX_MCP_PORT: '0' }, /^SANDBOX_MCP_PORT /],
    ['an origin without a scheme', { PUBLIC_URL: 'auth.example.com' }, /^PUBLIC_URL is not a URL/],
    ['an origin of another scheme', { PUBLIC_URL: 'ftp://localhost' }, /^PUBLIC_URL is not a URL/],
    ['an origin with a path', { PUBLIC_URL: 'https://localhost/auth' }, /^PUBLIC_URL is more/],
    ['an origin with a query', { PUBLIC_URL: 'https://localhost/?a=b' }, /^PUBLIC_URL is more/],
    ['an origin with credentials', { PUBLIC_URL: 'https://me:pw@localhost' }, /^PUBLIC_URL is more/],
    ['plain http off this machine', { PUBLIC_URL: 'http://10.0.0.1' }, /^PUBLIC_URL is plain http/],
    ['http on a host that only looks local', { PUBLIC_URL: 'http://localhost.evil.example' }, /plain http/],
    ['a database of another kind', { DATABASE_URL: 'mysql://db' }, /^DATABASE_URL /],
    ['a database that is no URL', { DATABASE_URL: 'db.example.com' }, /^DATABASE_URL /],
    ['too few connections', { DATABASE_CONNECTIONS: '3' }, /^DATABASE_CONNECTIONS /],
    ['half an Upstash pair', { UPSTASH_REDIS_REST_URL: 'https://r' }, /^UPSTASH_REDIS_REST_TOKEN is missing/],
    ['the other half', { UPSTASH_REDIS_REST_TOKEN: 't' }, /^UPSTASH_REDIS_REST_URL is missing/],
    ['a Redis without a scheme', { REDIS_URL: 'localhost:6379' }, /^REDIS_URL /],
    [
      'both kinds of Redis',
      { REDIS_URL: 'redis://r', UPSTASH_REDIS_REST_URL: 'https://r', UPSTASH_REDIS_REST_TOKEN: 't' },
      /^REDIS_URL and UPSTASH_REDIS_REST_URL/,
    ],
    ['a key that is too short', { VESTIBULE_KEYS: 'k1:c2hvcnQ=' }, /^VESTIBULE_KEYS has an entry/],
    ['a key without an id', { VESTIBULE_KEYS: `:${KEY}` }, /^VESTIBULE_KEYS has an entry/],
    ['a key id with a dot', { VESTIBULE_KEYS: `k.1:${KEY}` }, /^VESTIBULE_KEYS has an entry/],
    ['a key and a comma', { VESTIBULE_KEYS: `k1:${KEY},` }, /^VESTIBULE_KEYS has an entry/],
    ['a key id twice', { VESTIBULE_KEYS: `k1:${KEY},k1:${KEY}` }, /^VESTIBULE_KEYS names a key id twice/],
    ['a domain with a scheme', { SERVERS_DOMAIN: 'https://mcp.example.com' }, /^SERVERS_DOMAIN /],
    ['a domain in capitals', { SERVERS_DOMAIN: 'MCP.example.com' }, /^SERVERS_DOMAIN /],
    ['a proxy by name', { TRUSTED_PROXIES: 'proxy.example.com' }, /^TRUSTED_PROXIES /],
    ['a CIDR that is too long', { TRUSTED_PROXIES: '10.0.0.0/33' }, /^TRUSTED_PROXIES /],
    ['a CIDR without its length', { TRUSTED_PROXIES: '10.0.0.0/' }, /^TRUSTED_PROXIES /],
    ['an empty proxy', { TRUSTED_PROXIES: '10.0.0.1,,' }, /^TRUSTED_PROXIES /],
    [
      'an internal host that is an address',
      { UPSTREAM_PRIVATE_HOSTS: 'https://idp' },
      /^UPSTREAM_PRIVATE_HOSTS /,
    ],
    ['a rule among internal hosts', { UPSTREAM_PRIVATE_HOSTS: 'idp.corp,allow' }, /^UPSTREAM_PRIVATE_HOSTS /],
    ['an internal network too long', { UPSTREAM_PRIVATE_HOSTS: '10.0.0.0/33' }, /^UPSTREAM_PRIVATE_HOSTS /],
    [
      'half an OpenID provider',
      { OPERATOR_OIDC_ISSUER: 'https://idp' },
      /^OPERATOR_OIDC_CLIENT_ID and OPERATOR_OIDC_CLIENT_SECRET missing/,
    ],
    ['a name alone', { OPERATOR_OIDC_NAME: 'Example' }, /^OPERATOR_OIDC_NAME names nothing/],
    [
      'a provider over plain http',
      {
        PUBLIC_URL: 'https://a.example',
        OPERATOR_OIDC_ISSUER: 'http://idp',
        OPERATOR_OIDC_CLIENT_ID: 'a',
        OPERATOR_OIDC_CLIENT_SECRET: 'b',
      },
      /^OPERATOR_OIDC_ISSUER /,
    ],
    ['half a Google pair', { OPERATOR_GOOGLE_CLIENT_ID: 'a' }, /^OPERATOR_GOOGLE_CLIENT_SECRET missing/],
    ['half a GitHub pair', { OPERATOR_GITHUB_CLIENT_SECRET: 'a' }, /^OPERATOR_GITHUB_CLIENT_ID missing/],
    [
      'everybody’s tenant',
      {
        OPERATOR_MICROSOFT_TENANT_ID: 'common',
        OPERATOR_MICROSOFT_CLIENT_ID: 'a',
        OPERATOR_MICROSOFT_CLIENT_SECRET: 'b',
      },
      /^OPERATOR_MICROSOFT_TENANT_ID /,
    ],
    ['limits that are neither on nor off', { RATE_LIMITS: 'off' }, /^RATE_LIMITS /],
    ['direct endpoints that are neither on nor off', { DIRECT_ENDPOINTS: 'no' }, /^DIRECT_ENDPOINTS /],
    ['a sandbox that is neither on nor off', { SANDBOX: 'true' }, /^SANDBOX /],
    ['a sandbox off this machine', { PUBLIC_URL: 'https://auth.example.com', SANDBOX: '1' }, /^SANDBOX=1 /],
  ])('%s [AS-26]', (_, env, mistake) => {
    const mistakes = mistakesIn({ VESTIBULE_KEYS: `k1:${KEY}`, ...env }, true)
    expect(new Set(mistakes).size).toBe(1)
    expect(mistakes[0]).toMatch(mistake)
  })

  it('a public origin without keys, in production', () => {
    const mistakes = mistakesIn({ PUBLIC_URL: 'https://auth.example.com' }, true)
    expect(mistakes).toEqual([expect.stringMatching(/^VESTIBULE_KEYS is missing/)])
  })

  it('together with all others, ready to print, and without the values', () => {
    const env = { PORT: 'S3CR3T-1', DATABASE_URL: 'mysql://u:S3CR3T-2@db', VESTIBULE_KEYS: 'k1:S3CR3T3' }
    const error = new ConfigError(mistakesIn(env))
    expect(error.message).toMatch(
      /has 3 mistakes:\n {2}- PORT .*\n {2}- DATABASE_URL .*\n {2}- VESTIBULE_KEYS /,
    )
    expect(error.message).not.toContain('S3CR3T')
  })
})

describe('.env.example', () => {
  it('has a line for every variable, commented, in the order of the code', () => {
    const lines = readFileSync('.env.example', 'utf8').split('\n')
    expect(lines.flatMap((line) => /^# ?([A-Z_]+)=/.exec(line)?.[1] ?? [])).toEqual(VARIABLES)
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
  })

  it('gives examples that are accepted, and no usable key', () => {
    const given = readFileSync('.env.example', 'utf8').matchAll(/^# ?([A-Z_]+)=(\S*)/gm)
    const { REDIS_URL, SANDBOX, VESTIBULE_KEYS, ...env } = Object.fromEntries(
      [...given].map(([, name = '', value]) => [name, value]),
    )
    expect(mistakesIn({ ...env, VESTIBULE_KEYS: `k1:${KEY}` }, true)).toEqual([])
    expect(mistakesIn({ REDIS_URL, SANDBOX }, true)).toEqual([])
    expect(mistakesIn({ VESTIBULE_KEYS })).toEqual([expect.stringMatching(/^VESTIBULE_KEYS has an entry/)])
  })
})
