import { randomBytes } from 'node:crypto'
import type {
  AuthorizationRequest,
  Client,
  Grant,
  Identity,
  LoginAttempt,
  RefreshToken,
  Server,
  UpstreamTokens,
} from '@/lib/oauth/model'
import type { NewClient } from '@/lib/oauth/ports/clients'
import type { NewBrowserSession } from '@/lib/oauth/ports/consent'
import type { CompletedLogin, Ports } from '@/lib/oauth/ports/ports'
import type { Redeemed, Redemption, RotationOutcome } from '@/lib/oauth/ports/tokens'
import type { TimelineEvent } from '@/lib/oauth/timeline'
import type { SecurityEventStore } from '../audit/security-events'

/** The ports whose contracts hang together, over one set of data. */
export type StoreUnderTest = Pick<
  Ports,
  | 'servers'
  | 'connections'
  | 'users'
  | 'clients'
  | 'registrations'
  | 'requests'
  | 'pushedRequests'
  | 'logins'
  | 'grants'
  | 'refreshTokens'
  | 'accessTokens'
  | 'revocations'
  | 'browserSessions'
  | 'consents'
  | 'upstreamTokens'
  | 'deviceCodes'
  | 'departures'
  | 'provisioned'
> & {
  readonly securityEvents: SecurityEventStore

  /** Sets the time that the database goes by. */
  setClock(time: Date): Promise<void>
  /** A new server with an organization and a connection of its own. */
  newServer(): Promise<Server>
  /** What another process has on the same data. */
  anotherInstance(): Pick<Ports, 'clients'>
  close(): Promise<void>
}

/** The time of the tests, and so many seconds later. */
export const later = (seconds: number) => new Date(Date.UTC(2026, 10, 2, 9, 0, seconds))
export const NOW = later(0)

export const random = () => randomBytes(16).toString('base64url')
export const randomHash = () => randomBytes(32).toString('hex')
export const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))

export const event = (overrides: Partial<TimelineEvent> = {}): TimelineEvent => ({
  at: NOW,
  step: 'authorize',
  outcome: 'ok',
  reason: 'ok',
  ...overrides,
})

export const newClient = (serverId: string, overrides: Partial<NewClient> = {}): NewClient => ({
  serverId,
  clientId: random(),
  kind: 'registered',
  redirectUris: ['http://127.0.0.1/callback'],
  tokenEndpointAuthMethod: 'none',
  grantTypes: ['authorization_code', 'refresh_token'],
  metadata: { client_name: 'Inspector' },
  ...overrides,
})

export const loginAttempt = (): LoginAttempt => ({
  id: random(),
  stateHash: randomHash(),
  nonce: random(),
  codeVerifier: random(),
})

export const refreshToken = (grantId: string, overrides: Partial<RefreshToken> = {}): RefreshToken => ({
  hash: randomHash(),
  grantId,
  nonce: random(),
  keyId: 'k1',
  issuedAt: later(31),
  expiresAt: later(3_600),
  ...overrides,
})

/** A request that has just been made, with its server and client. */
export async function newRequest(
  store: StoreUnderTest,
  known: { readonly server?: Server; readonly client?: Client } = {},
  changes: Pick<Partial<AuthorizationRequest>, 'deviceCodeId' | 'prompt' | 'scope'> = {},
): Promise<{ server: Server; client: Client; request: AuthorizationRequest }> {
  const server = known.server ?? (await store.newServer())
  const client = known.client ?? (await store.clients.register(newClient(server.id)))
  const request = await store.requests.create(
    {
      serverId: server.id,
      clientRowId: client.id,
      clientId: client.clientId,
      redirectUri: 'http://127.0.0.1:3456/callback',
      state: 'client-state',
      responseMode: 'query',
      prompt: [],
      scope: ['files:read'],
      expiresAt: later(600),
      ...changes,
    },
    event(),
  )
  return { server, client, request }
}

/** What the callback hands over for this request. */
export function completedLogin(
  { server, request }: { readonly server: Server; readonly request: AuthorizationRequest },
  changes: {
    readonly identity?: Partial<Identity>
    readonly upstreamTokens?: Partial<UpstreamTokens>
    readonly session?: Partial<NewBrowserSession>
  } = {},
): CompletedLogin {
  return {
    request,
    server,
    connectionId: server.connectionId,
    identity: {
      identitySource: 'https://acme.okta.example',
      subject: random(),
      email: 'alice@acme.example',
      emailVerified: true,
      name: 'Alice',
      claims: { sub: 'alice' },
      ...changes.identity,
    },
    upstreamTokens: {
      accessToken: 'upstream-access',
      refreshToken: 'upstream-refresh',
      ...changes.upstreamTokens,
    },
    claims: { department: 'R&D' },
    userClaims: { sub: 'alice', groups: ['staff'] },
    grantable: server.scopes.map(({ name }) => name),
    grantId: random(),
    session: { hash: randomHash(), createdAt: later(30), expiresAt: later(3_600), ...changes.session },
    event: event({ at: later(30), step: 'callback' }),
  }
}

/** Completes a login whose request is open, at this many seconds. */
export async function complete(
  store: StoreUnderTest,
  login: CompletedLogin,
  seconds = 30,
): Promise<Grant & { readonly userId: string }> {
  const completed = await store.logins.complete(login, later(seconds))
  if (completed.outcome !== 'completed') throw new Error(completed.outcome)
  const grant = await store.grants.find(login.grantId)
  if (!grant) throw new Error('the grant was not written')
  return { ...grant, userId: completed.userId }
}

/** A grant whose code was not redeemed yet. */
export async function newGrant(store: StoreUnderTest) {
  const made = await newRequest(store)
  const grant = await complete(store, completedLogin(made))
  return { ...made, grant }
}

/** Redeems a grant's code at so many seconds. */
export async function redeemAt(
  store: Pick<StoreUnderTest, 'grants' | 'setClock'>,
  seconds: number,
  grant: Pick<Grant, 'id' | 'serverId' | 'clientRowId'>,
  refreshToken: RefreshToken | null = null,
  codeHash = randomHash(),
): Promise<Redeemed | null> {
  await store.setClock(later(seconds))
  return store.grants.redeem(redemption(grant, refreshToken, codeHash))
}

export const redemption = (
  { id: grantId, serverId, clientRowId }: Pick<Grant, 'id' | 'serverId' | 'clientRowId'>,
  refreshToken: RefreshToken | null,
  codeHash: string,
): Redemption => ({ grantId, serverId, clientRowId, codeHash, ...(refreshToken && { refreshToken }) })

/** Exchanges a refresh token for its successor at so many seconds, with a grace of a minute. */
export async function rotateAt(
  store: Pick<StoreUnderTest, 'refreshTokens' | 'setClock'>,
  seconds: number,
  hash: string,
  successor: RefreshToken,
): Promise<RotationOutcome> {
  await store.setClock(later(seconds))
  return store.refreshTokens.rotate(hash, { successor, grace: 60 })
}
