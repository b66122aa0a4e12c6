import { connectionTestStore } from '@/lib/store/configuration/connection-tests'
import { NotFound } from '../access'
import { type BegunTest, beginConnectionTest, type TestView, testerOf, viewOf } from '../connections/run-test'
import type { Management } from '../management/management'
import { countSetupRequest, openSetupLink, type SetupVisit } from './visit'

/** More are not shown. */
const SHOWN = 5

/** Of so many tests of the connection, those of one link are looked for. */
const SEARCHED = 100

/**
 * Begins a test of the connection of a link.
 *
 * @throws NotFound when the link does not work, or nothing is filled in yet; OAuthError 429
 */
export async function beginSetupTest(token: string, management: Management): Promise<BegunTest> {
  const visit = await openSetupLink(token, management)
  countSetupRequest(visit, management)
  if (!visit.connection) throw new NotFound('connection')
  return beginConnectionTest(visit.scope, visit.connection.slug, management)
}

/** Who completes tests of this link, at the callback; null when it does not work. */
export async function setupTester(token: string, management: Management): Promise<string | null> {
  try {
    return testerOf((await openSetupLink(token, management)).scope.actor)
  } catch (error) {
    if (error instanceof NotFound) return null
    throw error
  }
}

/**
 * The tests that were begun with this link, the newest first: those of others hold claims of others.
 *
 * @throws NotFound when the link does not work
 */
export async function listSetupTests(token: string, management: Management): Promise<readonly TestView[]> {
  return testsOf(await openSetupLink(token, management), management)
}

/** @throws NotFound also for a test that was not begun with this link */
export async function findSetupTest(token: string, id: string, management: Management): Promise<TestView> {
  const visit = await openSetupLink(token, management)
  const { link, scope } = visit
  const store = connectionTestStore(management.db, management.sealer)
  const test = await store.find(link.organizationId, link.connectionId, id)
  if (!test || test.operatorId !== testerOf(scope.actor)) throw new NotFound('test')
  return viewOf(test, management.ports.clock())
}

async function testsOf({ link, scope }: SetupVisit, { db, sealer, ports }: Management) {
  const tester = testerOf(scope.actor)
  const tests = await connectionTestStore(db, sealer).list(link.organizationId, link.connectionId, SEARCHED)
  return tests
    .filter(({ operatorId }) => operatorId === tester)
    .slice(0, SHOWN)
    .map((test) => viewOf(test, ports.clock()))
}
