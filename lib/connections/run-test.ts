/**
 * A login that an operator, or the holder of a setup link, makes to try a connection: the same conversation with the
 * identity provider as a user's, at the same callback, and nothing comes of it but a report. Its state looks unlike a
 * login's, so that neither can pass for the other.
 */

import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { UPSTREAM_STATE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { equalSecrets, hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { upstreamScopes } from '@/lib/oauth/protocol/upstream-scope'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { type ConnectionTestRow, connectionTestStore } from '@/lib/store/configuration/connection-tests'
import { type Actor, Forbidden, NotFound, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import type { Management } from '../management/management'
import { type ConnectionView, findConnection } from './connections'
import {
  answerFacts,
  done,
  failedAt,
  identityFacts,
  requestFacts,
  shownClaims,
  tokenFacts,
} from './test-steps'

/** Where the operator's browser goes next, with what it alone is to hold. */
export type BegunTest = {
  readonly id: string
  /** Null when there is nowhere to go: the report says why. */
  readonly upstream: { readonly location: string; readonly state: string } | null
}

/** The id of the test in a `state`; null when it is not that of a test. */
export function testIdOf(state: string | null): string | null {
  return /^test\.([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{44}$/.exec(state ?? '')?.[1] ?? null
}

/** The tester, who alone can complete the tests that they start; null without a browser. */
export function testerOf({ kind, id }: Actor): string | null {
  if (id === undefined) return null
  return kind === 'operator' ? id : kind === 'setup_link' ? `setup_link:${id}` : null
}

/**
 * Starts a test.
 *
 * @throws Forbidden also without an operator in a browser or a setup link
 * @throws NotFound
 */
export async function beginConnectionTest(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<BegunTest> {
  requirePermission(scope, 'configure')
  const { actor } = scope
  const tester = testerOf(actor)
  if (tester === null) throw new Forbidden('configure')
  const connection = await findConnection(scope, slug, management)
  // There is no identity provider to go to.
  if (connection.type === 'platform') throw new NotFound('connection')
  const { ports, db, sealer } = management
  const createdAt = ports.clock()
  const id = ports.secrets.id()
  const state = `test.${id}.${ports.secrets.id()}${ports.secrets.id()}`
  const codeVerifier = ports.secrets.id() + ports.secrets.id()
  const attempt = { stateHash: hashSecret(state), nonce: ports.secrets.id(), codeVerifier }
  const begun = await sendUpstream(scope, connection, { ...attempt, state }, management)
  const test = {
    id,
    organizationId: scope.organizationId,
    connectionId: connection.id,
    operatorId: tester,
    operatorName: actor.name,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + UPSTREAM_STATE_LIFETIME * 1000),
    outcome: begun.location === null ? 'failed' : 'running',
    steps: begun.steps,
  } as const
  await connectionTestStore(db, sealer).begin(test, begun.location === null ? undefined : attempt)
  await logTest(scope, connection, management)
  return { id, upstream: begun.location === null ? null : { location: begun.location, state } }
}

/**
 * Takes a test as far as a program can: to where the browser would go to the identity provider. Nothing is stored but
 * the entry in the audit log.
 *
 * @throws Forbidden, NotFound
 */
export async function tryConnection(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<{ readonly isReachable: boolean; readonly steps: ConnectionTestRow['steps'] }> {
  requirePermission(scope, 'configure')
  const connection = await findConnection(scope, slug, management)
  if (connection.type === 'platform') throw new NotFound('connection')
  const { secrets } = management.ports
  const login = { state: secrets.id(), nonce: secrets.id(), codeVerifier: secrets.id() + secrets.id() }
  const { location, steps } = await sendUpstream(scope, connection, login, management)
  await logTest(scope, connection, management)
  return { isReachable: location !== null, steps }
}

async function logTest(
  scope: OrganizationScope,
  { id, slug }: ConnectionView,
  { db, ports }: Management,
): Promise<void> {
  const auditEvent = { action: 'connection.tested', targetKind: 'connection', targetId: id }
  const targetName = `${scope.organization}/${slug}`
  await auditLogStore(db).append([auditEntry(scope, ports.clock(), { ...auditEvent, targetName })])
}

async function sendUpstream(
  scope: OrganizationScope,
  connection: ConnectionView,
  login: { readonly state: string; readonly nonce: string; readonly codeVerifier: string },
  management: Management,
): Promise<{ readonly location: string | null; readonly steps: ConnectionTestRow['steps'] }> {
  const asked = await whatLoginsAsk(scope, connection, management)
  try {
    const location = await management.ports.upstream.begin(connection.id, { ...login, ...asked })
    const metadata = connection.issuer ? [done('metadata', { issuer: connection.issuer })] : []
    return { location, steps: [...metadata, done('request', requestFacts(location))] }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    return { location: null, steps: [failedAt(connection.issuer ? 'metadata' : 'request', error)] }
  }
}

/** What a login asks for whose client wants everything that the first server behind the connection has. */
async function whatLoginsAsk(scope: OrganizationScope, connection: ConnectionView, management: Management) {
  const store = configurationStore(management.db, management.sealer)
  const { servers } = await store.readOrganization(scope.organizationId)
  const server = servers.find(
    ({ organizationId, connectionId }) =>
      organizationId === scope.organizationId && connectionId === connection.id,
  )
  if (!server) return { scopes: [], resource: management.publicUrl }
  const names = server.scopes.map(({ name }) => name)
  return { scopes: upstreamScopes(server, names), resource: server.resource }
}

/** Who brought the identity provider's answer. */
export type TestVisitor = {
  /** The state in the cookie of this test. */
  readonly state: string | undefined
  /**
   * {@link testerOf} the operator who is signed in to the console in this browser, or the holder of the test's link.
   */
  readonly operatorId: string | undefined
}

/**
 * Completes a test when the identity provider sends the operator back: the browser and the operator that began it,
 * once, in time. Anything else changes nothing.
 *
 * @param query the query of the request to our callback
 * @returns the slugs of where the report is; null when the answer belongs to no test of this visitor
 */
export async function completeConnectionTest(
  connectionId: string,
  query: URLSearchParams,
  visitor: TestVisitor,
  management: Management,
): Promise<{ readonly organization: string; readonly connection: string } | null> {
  const [state, ...further] = query.getAll('state')
  if (!state || further.length > 0 || testIdOf(state) === null) return null
  if (!visitor.operatorId || !visitor.state || !equalSecrets(state, visitor.state)) return null
  const { ports, db, sealer } = management
  const store = connectionTestStore(db, sealer)
  const wanted = { stateHash: hashSecret(state), connectionId, operatorId: visitor.operatorId }
  const taken = await store.take(wanted, ports.clock())
  if (!taken) return null
  const { test, attempt } = taken
  const result = await askUpstream(test, query, { ...attempt, state }, management)
  const steps = [...test.steps, ...result.steps]
  await store.finish(test.id, { ...result, steps })
  return slugsOf(test, management)
}

async function slugsOf({ organizationId, connectionId }: ConnectionTestRow, { db, sealer }: Management) {
  const { organizations, connections } = await configurationStore(db, sealer).read()
  const organization = organizations.find(({ id }) => id === organizationId)
  const connection = connections.find(({ id }) => id === connectionId)
  return organization && connection ? { organization: organization.slug, connection: connection.slug } : null
}

async function askUpstream(
  { connectionId }: ConnectionTestRow,
  query: URLSearchParams,
  expected: { readonly state: string; readonly nonce: string; readonly codeVerifier: string },
  { ports }: Management,
): Promise<Pick<ConnectionTestRow, 'outcome' | 'steps' | 'claims'>> {
  const answered = done('answer', answerFacts(query))
  try {
    const { identity, tokens, remark } = await ports.upstream.complete(connectionId, query, expected)
    const isAboutTokens = remark?.reason === 'upstream_no_refresh_token'
    const redeemed = done('tokens', tokenFacts(tokens, ports.clock()))
    const identified = done('identity', identityFacts(identity))
    const steps = [
      answered,
      isAboutTokens ? { ...redeemed, ...remark } : redeemed,
      isAboutTokens ? identified : { ...identified, ...remark },
    ]
    return { outcome: 'passed', steps, claims: shownClaims(identity) }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const name = query.has('error') ? 'answer' : (error.stage ?? 'tokens')
    const before = name === 'answer' ? [] : name === 'identity' ? [answered, done('tokens')] : [answered]
    return { outcome: 'failed', steps: [...before, failedAt(name, error)] }
  }
}

/** What is shown of a test. */
export type TestView = Omit<
  ConnectionTestRow,
  'organizationId' | 'connectionId' | 'operatorId' | 'outcome'
> & {
  /** `lapsed`: the browser never came back. */
  readonly outcome: ConnectionTestRow['outcome'] | 'lapsed'
}

/** The newest first. @throws Forbidden, NotFound */
export async function listConnectionTests(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<readonly TestView[]> {
  const { id } = await findConnection(scope, slug, management)
  const { db, sealer, ports } = management
  const tests = await connectionTestStore(db, sealer).list(scope.organizationId, id, 5)
  return tests.map((test) => viewOf(test, ports.clock()))
}

/** @throws Forbidden, NotFound */
export async function findConnectionTest(
  scope: OrganizationScope,
  slug: string,
  testId: string,
  management: Management,
): Promise<TestView> {
  const { id } = await findConnection(scope, slug, management)
  const { db, sealer, ports } = management
  const test = await connectionTestStore(db, sealer).find(scope.organizationId, id, testId)
  if (!test) throw new NotFound('test')
  return viewOf(test, ports.clock())
}

export function viewOf(test: ConnectionTestRow, now: Date): TestView {
  const { organizationId: _, connectionId: __, operatorId: ___, ...shown } = test
  return { ...shown, outcome: test.outcome === 'running' && test.expiresAt <= now ? 'lapsed' : test.outcome }
}
