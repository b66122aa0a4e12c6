/** The composition root: configuration, stores, upstream, keys and clock become the ports of the core. */

import { createHmac } from 'node:crypto'
import { operatorProviders } from '@/lib/accounts/operator-providers'
import type { OperatorAccounts } from '@/lib/accounts/operators'
import type { PlatformAccounts } from '@/lib/accounts/platform'
import { platformUpstream } from '@/lib/accounts/platform-upstream'
import type { ProviderServices } from '@/lib/accounts/provider-sign-in'
import { type Config, readConfig } from '@/lib/config'
import { fetchFor } from '@/lib/connections/internal-hosts'
import { assertionVerifier } from '@/lib/crypto/assertion-verifier'
import { checkpointKeys } from '@/lib/crypto/audit-chain'
import type { Keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { tokenSigner } from '@/lib/crypto/signer'
import type { HttpContext, Remembered } from '@/lib/http/context'
import { keptFetch } from '@/lib/http/fetch/kept-fetch'
import { limitedFetcher } from '@/lib/http/fetch/safe-fetch-limits'
import { createLimits, type Limits } from '@/lib/http/limits'
import { applicationLogos } from '@/lib/http/logos/application-logos'
import { describeError, log } from '@/lib/log'
import { mailer } from '@/lib/mail/mailer'
import type { Management } from '@/lib/management/management'
import { meteredChallenges } from '@/lib/metrics/metered-challenges'
import { meteredLog } from '@/lib/metrics/metered-log'
import { meteredPorts } from '@/lib/metrics/metered-ports'
import { meteredUpstream } from '@/lib/metrics/metered-upstream'
import { metrics } from '@/lib/metrics/metrics'
import { type NextAlone, nextAlone } from '@/lib/next-alone'
import type { Challenges, Ports } from '@/lib/oauth/ports/ports'
import { callbackUrl } from '@/lib/oauth/protocol/urls'
import { processOnce } from '@/lib/process-once'
import { securityEventStore } from '@/lib/store/audit/security-events'
import { challengesOverRedis } from '@/lib/store/challenges/over-redis'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { connectRedis } from '@/lib/store/challenges/redis'
import { connectUpstash } from '@/lib/store/challenges/upstash'
import { departureStore } from '@/lib/store/departures/departures'
import { sharedCounters } from '@/lib/store/limits/shared-counters'
import { accessTokenStore } from '@/lib/store/oauth/access-tokens'
import { answersOf } from '@/lib/store/oauth/answers'
import { assertionIdStore } from '@/lib/store/oauth/assertion-ids'
import { authorizationRequestStore } from '@/lib/store/oauth/authorization-requests'
import { browserSessionStore } from '@/lib/store/oauth/browser-sessions'
import { clientDocumentStore, clientLogoStore } from '@/lib/store/oauth/client-documents'
import { clientStore } from '@/lib/store/oauth/clients'
import { registrationStore } from '@/lib/store/oauth/clients-registered'
import { connectionConfigs, connectionStore } from '@/lib/store/oauth/connections'
import { consentStore } from '@/lib/store/oauth/consents'
import { deviceCodeStore } from '@/lib/store/oauth/device-codes'
import { grantStore } from '@/lib/store/oauth/grants'
import { loginStore } from '@/lib/store/oauth/logins'
import { pushedRequestStore } from '@/lib/store/oauth/pushed-requests'
import { refreshTokenStore } from '@/lib/store/oauth/refresh-tokens'
import { rememberedRows } from '@/lib/store/oauth/remembered'
import { revocationStore } from '@/lib/store/oauth/revocations'
import { brandStore } from '@/lib/store/oauth/server-branding'
import { serverStore } from '@/lib/store/oauth/servers'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { upstreamTokenStore } from '@/lib/store/oauth/upstream-tokens'
import { userStore } from '@/lib/store/oauth/users'
import { provisionedStore } from '@/lib/store/provisioning/provisioned-claims'
import type { RedisServer } from '@/lib/store/redis/commands'
import { samlAssertionStore } from '@/lib/store/saml/saml-assertions'
import { tracedPorts } from '@/lib/tracing/traced-ports'
import { tracing } from '@/lib/tracing/tracing'
import { upstream } from '@/lib/upstream/upstream'
import { type Installation, openInstallation } from './installation'
import { loggedEndings, loggedEvents } from './security-log'

let composed: Promise<Management> | undefined

/** What every endpoint runs on. Composed at the first request, so that building needs no environment. */
export function context(): Promise<HttpContext> {
  return management()
}

/** What console and API run on. */
export function management(): Promise<Management> {
  composed ??= compose()
  const alone = nextAlone()
  return alone ? withoutTimers(composed, alone) : composed
}

/**
 * Where Next is alone, a process may be frozen between requests: what timers do otherwise is done with each request, and
 * the process kept until it has reported what it answered. Decision 0123.
 */
async function withoutTimers(composing: Promise<Management>, { after }: NextAlone): Promise<Management> {
  const composed = await composing
  const { db } = await openInstallation(readConfig())
  // While the database is away, the last measurement is good enough.
  if (db.clock.isStale) await db.clock.measure().catch(() => {})
  after(() => Promise.all([answersOf(db).reported(), answersOf(db, 'requests').reported()]))
  return composed
}

/** Who signs in to the console. What keeps accounts is large, and loaded at the first use. Decision 0104. */
export async function accounts(): Promise<OperatorAccounts> {
  const { operatorAccounts } = await import('@/lib/accounts/operators')
  const options = await opened()
  const { managementDb: db, replica } = await openInstallation(readConfig())
  return processOnce('operator accounts', () => operatorAccounts({ ...options, db, replica }))
}

/** The identity providers that operators sign in with, and what signing in with them needs. */
export async function signInProviders(): Promise<ProviderServices> {
  const config = readConfig()
  const { sealer, db } = await openInstallation(config)
  const providers = processOnce('operator providers', () => operatorProviders(config, db.clock.now))
  return { providers, sealer, management: await management() }
}

/** End users who log in here, since their organization has no identity provider. */
export async function platform(): Promise<PlatformAccounts> {
  const { platformAccounts } = await import('@/lib/accounts/platform')
  const options = await opened()
  return processOnce('platform accounts', () => platformAccounts(options))
}

async function opened() {
  const config = readConfig()
  const { db, keyring } = await openInstallation(config)
  const { publicUrl, rateLimits } = config
  return { publicUrl, rateLimits, limits: limitsOf(config, keyring), db, keyring }
}

async function compose(): Promise<Management> {
  const config = readConfig()
  const installation = await openInstallation(config)
  const plain = createPorts(config, installation)
  const traces = tracing()
  const counted = config.metricsPort ? metered(plain) : plain
  const ports = traces ? tracedPorts(counted, traces) : counted
  const { managementDb: db, replica, sealer } = installation
  const auditKeys = checkpointKeys(installation.keyring)
  const remembered = remember(ports, installation)
  const limits = limitsOf(config, installation.keyring)
  const mail = config.mail && mailer({ ...config.mail, publicUrl: config.publicUrl }, { db, sealer }, log)
  const shared = {
    publicUrl: config.publicUrl,
    config,
    db,
    replica,
    sealer,
    auditKeys,
    ports,
    remembered,
    log: config.metricsPort ? meteredLog(log, metrics()) : log,
  }
  return { ...shared, ...(limits && { limits }), ...(mail && { mail }) }
}

function metered(ports: Ports): Ports {
  const all = metrics()
  const upstream = meteredUpstream(ports.upstream, all)
  return { ...meteredPorts(ports, all), upstream, challenges: meteredChallenges(ports.challenges, all) }
}

function limitsOf(config: Config, keyring: Keyring): Limits | undefined {
  if (!config.rateLimits) return undefined
  return processOnce('limits', () => {
    const redis = redisOf(config)
    const key = keyring.derive(keyring.currentId, 'limits')
    const shared =
      redis &&
      sharedCounters(redis.commands, {
        digest: (of) => createHmac('sha256', key).update(of).digest('base64url'),
        failed: (error) => log.warn('limits are not shared by instances', describeError(error)),
      })
    const limited = (limit: string) => metrics().limited.inc({ limit })
    return createLimits({ ...(shared && { shared }), ...(config.metricsPort && { limited }) })
  })
}

function createPorts(config: Config, { db, sealer, keyring }: Installation): Ports {
  const clock = db.clock.now
  const limited = fetchFor(config)
  const samlAssertions = samlAssertionStore(db)
  return {
    servers: serverStore(db),
    brands: brandStore(db),
    connections: connectionStore(db),
    users: userStore(db),
    clients: clientStore(db),
    registrations: registrationStore(db),
    clientDocuments: clientDocumentStore(db),
    applicationLogos: processOnce('application logos', () =>
      applicationLogos({
        logos: clientLogoStore(db),
        clock,
        allowLoopback: config.loopback,
        proxy: config.outgoingProxy,
      }),
    ),
    fetcher: processOnce('fetcher', () =>
      limitedFetcher({ allowLoopback: config.loopback, proxy: config.outgoingProxy }),
    ),
    assertionIds: assertionIdStore(db),
    assertionVerifier,
    requests: authorizationRequestStore(db, sealer),
    pushedRequests: pushedRequestStore(db),
    samlAssertions,
    logins: loginStore(db, sealer),
    grants: loggedEndings(grantStore(db), log),
    refreshTokens: refreshTokenStore(db),
    accessTokens: accessTokenStore(db),
    revocations: revocationStore(db),
    browserSessions: browserSessionStore(db),
    consents: consentStore(db),
    challenges: processOnce('challenges', () => challengeStore(config, db)),
    deviceCodes: deviceCodeStore(db),
    departures: departureStore(db),
    provisioned: provisionedStore(db),
    upstream: upstream({
      connections: connectionConfigs(db, sealer),
      assertions: samlAssertions,
      samlKeyFor: (connectionId) => sealer.samlKeys.signing(connectionId, clock()),
      others: platformUpstream(config.publicUrl, platform, clock),
      callbackUrl: (connectionId) => callbackUrl(config.publicUrl, connectionId),
      allowLoopback: config.loopback,
      fetchFor: (connection) => limited(connection) ?? { fetch: keptFetch, reach: 'anywhere' },
      clock,
    }),
    upstreamTokens: upstreamTokenStore(db, sealer),
    securityEvents: loggedEvents(securityEventStore(db), log),
    signer: tokenSigner(signingKeyStore(db, sealer), clock),
    secrets: secrets(keyring),
    clock,
    background: (name, work) => {
      const logged = work.catch((error: unknown) => log.error(`${name} failed`, describeError(error)))
      nextAlone()?.after(logged)
    },
  }
}

/** The same ports, with servers, clients and public keys kept in memory. */
function remember(ports: Ports, { db, sealer }: Installation): Remembered {
  const stored = signingKeyStore(db, sealer)
  const { servers, clients, keys, forget } = rememberedRows(db, stored)
  return {
    ports: {
      ...ports,
      servers: { ...ports.servers, ...servers },
      clients: { ...ports.clients, ...clients },
      signer: { ...ports.signer, verify: tokenSigner({ ...stored, ...keys }, ports.clock).verify },
    },
    forget,
  }
}

function challengeStore(config: Config, db: Installation['db']): Challenges {
  const redis = redisOf(config)
  return redis ? challengesOverRedis(redis.commands, redis.tags) : postgresChallenges(db)
}

/** One connection for all that is kept there. */
const redisOf = ({ challenges }: Config): RedisServer | undefined =>
  processOnce('redis', () => {
    if (challenges.kind === 'upstash') return connectUpstash(challenges)
    return challenges.kind === 'redis' ? connectRedis(challenges.url) : undefined
  })
