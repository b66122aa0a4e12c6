/** The composition root: configuration, stores, upstream, keys and clock become the ports of the core. */
import { operatorProviders } from './accounts/operator-providers'
import { type OperatorAccounts, operatorAccounts } from './accounts/operators'
import { type PlatformAccounts, platformAccounts } from './accounts/platform'
import { platformUpstream } from './accounts/platform-upstream'
import type { ProviderServices } from './accounts/provider-sign-in'
import { type Config, readConfig } from './config'
import { assertionVerifier } from './crypto/assertion-verifier'
import { secrets } from './crypto/secrets'
import { tokenSigner } from './crypto/signer'
import type { HttpContext } from './http/context'
import { createLimits } from './http/limits'
import { limitedFetcher } from './http/safe-fetch-limits'
import { type Installation, openInstallation } from './installation'
import { describeError, log } from './log'
import { fetchFor } from './management/connections/internal-hosts'
import type { Management } from './management/management'
import type { Challenges, Ports } from './oauth/ports'
import { processOnce } from './process-once'
import { loggedEvents } from './security-log'
import { accessTokenStore } from './store/access-tokens'
import { authorizationRequestStore } from './store/authorization-requests'
import { browserSessionStore } from './store/browser-sessions'
import { postgresChallenges } from './store/challenges/postgres'
import { redisChallenges } from './store/challenges/redis'
import { upstashChallenges } from './store/challenges/upstash'
import { assertionIdStore, clientDocumentStore } from './store/client-documents'
import { clientStore } from './store/clients'
import { registrationStore } from './store/clients-registered'
import { connectionConfigs, connectionStore } from './store/connections'
import { consentStore } from './store/consents'
import { deviceCodeStore } from './store/device-codes'
import { grantStore } from './store/grants'
import { loginStore } from './store/logins'
import { pushedRequestStore } from './store/pushed-requests'
import { refreshTokenStore } from './store/refresh-tokens'
import { securityEventStore } from './store/security-events'
import { brandStore } from './store/server-branding'
import { serverStore } from './store/servers'
import { signingKeyStore } from './store/signing-keys'
import { upstreamTokenStore } from './store/upstream-tokens'
import { userStore } from './store/users'
import { upstream } from './upstream/upstream'

let composed: Promise<Management> | undefined

/** What every endpoint runs on. Composed at the first request, so that building needs no environment. */
export function context(): Promise<HttpContext> {
  return management()
}

/** What console and API run on. */
export function management(): Promise<Management> {
  composed ??= compose()
  return composed
}

/** Who signs in to the console. */
export async function accounts(): Promise<OperatorAccounts> {
  const { publicUrl, rateLimits, db, keyring } = await opened()
  return processOnce('operator accounts', () => operatorAccounts({ publicUrl, db, keyring, rateLimits }))
}

/** The identity providers that operators sign in with, and what signing in with them needs. */
export async function signInProviders(): Promise<ProviderServices> {
  const config = readConfig()
  const providers = processOnce('operator providers', () => operatorProviders(config))
  const { sealer } = await openInstallation(config)
  return { providers, sealer, management: await management() }
}

/** End users who log in here, since their organization has no identity provider. */
export async function platform(): Promise<PlatformAccounts> {
  const { publicUrl, rateLimits, db, keyring } = await opened()
  return processOnce('platform accounts', () => platformAccounts({ publicUrl, db, keyring, rateLimits }))
}

async function opened() {
  const config = readConfig()
  return { ...config, ...(await openInstallation(config)) }
}

async function compose(): Promise<Management> {
  const config = readConfig()
  const installation = await openInstallation(config)
  const ports = createPorts(config, installation)
  const { db, sealer } = installation
  const shared = { publicUrl: config.publicUrl, config, db, sealer, ports, log }
  if (!config.rateLimits) return shared
  return { ...shared, limits: processOnce('limits', () => createLimits()) }
}

function createPorts(config: Config, { db, sealer, keyring }: Installation): Ports {
  const clock = () => new Date()
  return {
    servers: serverStore(db),
    brands: brandStore(db),
    connections: connectionStore(db),
    users: userStore(db),
    clients: clientStore(db),
    registrations: registrationStore(db),
    clientDocuments: clientDocumentStore(db),
    fetcher: processOnce('fetcher', () => limitedFetcher({ allowLoopback: config.loopback })),
    assertionIds: assertionIdStore(db),
    assertionVerifier,
    requests: authorizationRequestStore(db, sealer),
    pushedRequests: pushedRequestStore(db),
    logins: loginStore(db, sealer),
    grants: grantStore(db),
    refreshTokens: refreshTokenStore(db),
    accessTokens: accessTokenStore(db),
    browserSessions: browserSessionStore(db),
    consents: consentStore(db),
    challenges: processOnce('challenges', () => challengeStore(config, db)),
    deviceCodes: deviceCodeStore(db),
    upstream: platformUpstream(
      config.publicUrl,
      platform,
      upstream({
        connections: connectionConfigs(db, sealer),
        callbackUrl: (connectionId) => `${config.publicUrl}/oauth/callback/${connectionId}`,
        allowLoopback: config.loopback,
        fetchFor: fetchFor(config),
        clock,
      }),
      clock,
    ),
    upstreamTokens: upstreamTokenStore(db, sealer),
    securityEvents: loggedEvents(securityEventStore(db), log),
    signer: tokenSigner(signingKeyStore(db, sealer), clock),
    secrets: secrets(keyring),
    clock,
    background: (name, work) => {
      work.catch((error: unknown) => log.error(`${name} failed`, describeError(error)))
    },
  }
}

function challengeStore({ challenges }: Config, db: Installation['db']): Challenges {
  if (challenges.kind === 'upstash') return upstashChallenges(challenges)
  if (challenges.kind === 'redis') return redisChallenges(challenges.url)
  return postgresChallenges(db)
}
