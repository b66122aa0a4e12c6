import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { platformCodes, platformUsers } from '@/drizzle/schema/platform-accounts'
import { newSigningKey } from '@/lib/crypto/signing-key'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { operatorAccountStore } from '@/lib/store/accounts/operator-accounts'
import { operatorLinkStore } from '@/lib/store/accounts/operator-links'
import { platformCodeStore } from '@/lib/store/accounts/platform-codes'
import { platformLinkStore } from '@/lib/store/accounts/platform-links'
import { platformUserStore } from '@/lib/store/accounts/platform-users'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { TRUSTED } from '@/lib/store/configuration/configuration-queue'
import { connectionTestStore } from '@/lib/store/configuration/connection-tests'
import { managedBrandStore } from '@/lib/store/oauth/server-branding'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { provisionedUserStore } from '@/lib/store/provisioning/users'
import { waitingClientStore } from '@/lib/store/read/waiting-clients'
import { samlAssertionStore } from '@/lib/store/saml/saml-assertions'
import { insertConnection, openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import {
  completedLogin,
  event,
  loginAttempt,
  newGrant,
  newRequest,
  random,
  randomHash,
} from '@/lib/store/test-support/store-under-test'
import { webhookStore } from '@/lib/store/webhooks/webhooks'
import { trackAnswers } from '../oauth/answers'
import { assertionIdStore } from '../oauth/assertion-ids'

/** Seconds for which a statement lay in a frozen database before it was read. */
const FROZEN = 11

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
  await store.db.clock.measure()
})
afterAll(() => store?.close())

/** The store as it was known to callers so long ago: what they send is read now, and they have given up. */
async function late<T>(work: () => Promise<T>): Promise<T | string> {
  const { clock } = store.db
  const { now } = clock
  const past = { ...clock, measured: true, now: () => new Date(now().getTime() - FROZEN * 1000) }
  Object.assign(store.db, { clock: past })
  try {
    return await work()
  } catch (error) {
    return error instanceof StoreUnavailable ? 'unavailable' : String(error)
  } finally {
    Object.assign(store.db, { clock })
  }
}

const inAnHour = () => new Date(Date.now() + 3_600_000)
const now = () => store.db.clock.now()

/** Each: something that is done once, as one caller tells whether it was. */
const DEEDS: Readonly<Record<string, () => Promise<() => Promise<boolean>>>> = {
  async 'a user allows'() {
    const { request } = await newRequest(store, {}, {})
    await store.db.execute(sql`update authorization_requests set expires_at = now() + interval '1 hour'`)
    const login = () => ({
      attempt: loginAttempt(),
      expiresAt: inAnHour(),
      event: event({ at: new Date(Date.now() - 1_000) }),
    })
    return async () => (await store.requests.allow(request.id, login())) !== null
  },
  async 'a user denies'() {
    const { request } = await newRequest(store)
    await store.db.execute(sql`update authorization_requests set expires_at = now() + interval '1 hour'`)
    return async () => (await store.requests.deny(request.id, event({ at: now() }))) !== null
  },
  async 'a login attempt is taken'() {
    const { request, server } = await newRequest(store)
    await store.db.execute(sql`update authorization_requests set expires_at = now() + interval '1 hour'`)
    const attempt = loginAttempt()
    await store.requests.allow(request.id, { attempt, expiresAt: inAnHour(), event: event({ at: now() }) })
    const { stateHash } = attempt
    return async () =>
      (await store.requests.takeAttempt(stateHash, server.connectionId, now(), async () => {})) !== null
  },
  async 'a login is completed'() {
    const login = completedLogin(await newRequest(store))
    return async () => (await store.logins.complete(login, now())).outcome === 'completed'
  },
  async 'a device is approved'() {
    const { grant, server, client } = await newGrant(store)
    const [deviceCodeHash, userCodeHash] = [randomHash(), randomHash()]
    const owner = { serverId: server.id, clientRowId: client.id, clientId: client.clientId, scope: [] }
    const times = { interval: 5, createdAt: now(), expiresAt: inAnHour() }
    await store.deviceCodes.create({ ...owner, ...times, deviceCodeHash, userCodeHash })
    const { id = '' } = (await store.deviceCodes.findWaiting(userCodeHash, now())) ?? {}
    return () => store.deviceCodes.approve(id, grant.id, now())
  },
  async 'an access token is kept'() {
    const { grant } = await newGrant(store)
    const hash = randomHash()
    const token = {
      id: random(),
      grantId: grant.id,
      audience: 'a',
      scope: [],
      issuedAt: now(),
      expiresAt: inAnHour(),
    }
    return async () => {
      await store.accessTokens.save({ ...token, hash })
      return (await store.accessTokens.find(hash)) !== null
    }
  },
  async 'a grant ends'() {
    const { grant } = await newGrant(store)
    return async () =>
      (await store.grants.revoke(grant.id, { reason: 'code_replayed', at: new Date() })) !== null
  },
  async 'an assertion is spent'() {
    const ids = assertionIdStore(store.db, trackAnswers(store.db))
    const id = randomHash()
    return async () => (await ids.spend(id, inAnHour(), async () => {})) !== null
  },
  async 'a SAML assertion is taken'() {
    const { id } = await insertConnection(store.db, store.sealer)
    const assertions = samlAssertionStore(store.db)
    const [hash, time] = [randomHash(), now()]
    const assertion = { id: random(), expiresAt: inAnHour(), nameId: 'una', issuedAt: 0, authTime: 0 }
    const received = { hash, connectionId: id, assertion: { ...assertion, attributes: {} } }
    await assertions.save({ ...received, expiresAt: inAnHour() }, time)
    return async () => (await assertions.take(hash, id, time)) !== null
  },
  async 'a challenge is taken'() {
    const challenges = postgresChallenges(store.db)
    const id = random()
    await challenges.saveChallenge(id, 'challenge', 600)
    return async () => (await challenges.takeChallenge(id)) !== null
  },
  async 'a code of our own page is taken'() {
    const { user, connectionId } = await newUser()
    const codes = platformCodeStore(store.db)
    const code = { hash: randomHash(), connectionId, codeChallenge: 'c' }
    await codes.issue({ ...code, userId: user, authTime: now() }, 60)
    return async () => (await codes.take(code)) !== null
  },
  async 'a password is chosen with a link'() {
    const { user } = await newUser()
    const links = platformLinkStore(store.db)
    const hash = randomHash()
    const of = { id: user, organizationId: '' }
    await links.setLink(of, { hash, expiresAt: inAnHour() }, [], undefined)
    return async () => (await links.takeLink(hash, 'hash of a password', now())) !== null
  },
  async 'a code of a second factor is spent'() {
    const accounts = operatorAccountStore(store.db)
    const operator = await newOperator()
    return () => accounts.spendCode(operator, randomHash(), now())
  },
  async 'a first password is set'() {
    const links = operatorLinkStore(store.db)
    const operator = await newOperator()
    const entry = { ...bySomeone, at: now(), action: 'operator.password_set' }
    return () => links.setFirstPassword(operator, 'hash of a password', entry)
  },
  async 'a test login comes back'() {
    const connection = await insertConnection(store.db, store.sealer)
    const tests = connectionTestStore(store.db, store.sealer)
    const wanted = { stateHash: randomHash(), connectionId: connection.id, operatorId: 'olive' }
    await tests.begin(
      {
        id: random(),
        organizationId: connection.organizationId,
        connectionId: connection.id,
        operatorId: 'olive',
        operatorName: 'Olive',
        createdAt: now(),
        expiresAt: inAnHour(),
        outcome: 'running',
        steps: [],
      },
      { stateHash: wanted.stateHash, nonce: 'n', codeVerifier: 'v' },
    )
    return async () => (await tests.take(wanted, now())) !== null
  },
  async 'upstream tokens are leased'() {
    const { grant } = await newGrant(store)
    const lease = () => ({ id: random(), until: inAnHour() })
    return async () => (await store.upstreamTokens.lease(grant.id, 0, lease(), now())) !== null
  },
  async 'a user is provisioned'() {
    const { id } = await insertConnection(store.db, store.sealer)
    const users = provisionedUserStore(store.db)
    const user = { userName: random(), externalId: null, account: random(), email: null, active: true }
    return async () =>
      typeof (await users.create(id, { ...user, attributes: {} }, now(), () => [])) === 'object'
  },
  async 'an account is made'() {
    const { id: connectionId, organizationId } = await insertConnection(store.db, store.sealer)
    const id = random()
    const link = { hash: randomHash(), expiresAt: inAnHour() }
    const user = { id, connectionId, name: 'Alice', address: 'alice@acme.example', email: id, link }
    const create = () =>
      platformUserStore(store.db).create({ ...user, organizationId }, [], {
        maker: undefined,
        most: undefined,
      })
    return async () => (await create()) === 'created'
  },
  async 'a webhook is made'() {
    const { organizationId } = await insertConnection(store.db, store.sealer)
    const row = { id: random(), organizationId, url: 'https://siem.example', actions: [], secret: 'sealed' }
    const made = { ...row, createdBy: 'Olive', createdAt: now() }
    const entry = { ...bySomeone, at: now(), action: 'webhook.created' }
    return () => webhookStore(store.db).create(made, entry, 1, undefined)
  },
  async 'a webhook is removed'() {
    const { organizationId } = await insertConnection(store.db, store.sealer)
    const row = { id: random(), organizationId, url: 'https://siem.example', actions: [], secret: 'sealed' }
    const entry = { ...bySomeone, at: now(), action: 'webhook.removed' }
    const hooks = webhookStore(store.db)
    await hooks.create({ ...row, createdBy: 'Olive', createdAt: now() }, entry, 1, undefined)
    return () => hooks.remove({ ...row, maker: undefined }, () => entry)
  },
  async 'a client is allowed'() {
    const { client } = await newRequest(store)
    const entry = { ...bySomeone, at: now(), action: 'client.allowed' }
    return () => waitingClientStore(store.db).allow(client.id, entry, () => {}, TRUSTED)
  },
  async 'a signing key is made'() {
    const { server } = await newRequest(store)
    const keys = signingKeyStore(store.db, store.sealer)
    const insert = { ...(await newSigningKey()), activatesAt: now() }
    return async () => (await keys.change(server.id, () => ({ insert }))).length === 1
  },
  async 'an organization gets a look'() {
    const { organizationId } = await insertConnection(store.db, store.sealer)
    const place = { organizationId, serverId: undefined, maker: undefined }
    const entry = { ...bySomeone, at: now(), action: 'organization.branded' }
    return async () => {
      let before: unknown
      await managedBrandStore(store.db).save(place, {}, entry, (stored) => {
        before = stored
      })
      return before === null
    }
  },
}

async function newOperator(): Promise<string> {
  const operator = random()
  await store.db.execute(
    sql`insert into operators (id, name, email) values (${operator}, 'Olive', ${`${operator}@acme.example`})`,
  )
  return operator
}

const bySomeone = {
  chain: 'installation',
  actorKind: 'operator',
  actorName: 'Olive',
  targetKind: 'operator',
  targetName: 'Olive',
  detail: {},
}

async function newUser() {
  const { id: connectionId } = await insertConnection(store.db, store.sealer)
  const user = random()
  const name = { id: user, name: 'Alice', email: `${user}@platform.invalid`, address: 'alice@acme.example' }
  await store.db.insert(platformUsers).values({ ...name, connectionId })
  return { user, connectionId }
}

describe('what comes too late does nothing, and can be done then', () => {
  it.each(Object.keys(DEEDS))('%s', async (name) => {
    const deed = await DEEDS[name]?.()
    expect([false, 'unavailable']).toContain(await late(async () => deed?.()))
    expect(await deed?.()).toBe(true)
  })
})

it('a code of our own page that has expired goes with the next', async () => {
  const { user, connectionId } = await newUser()
  const codes = platformCodeStore(store.db)
  const code = { hash: randomHash(), connectionId, codeChallenge: 'c', userId: user, authTime: now() }
  await codes.issue(code, -1)
  expect(await codes.take(code)).toBeNull()
  await codes.issue({ ...code, hash: randomHash() }, 60)
  const hashes = (await store.db.select().from(platformCodes)).map(({ hash }) => hash)
  expect(hashes).not.toContain(code.hash)
})
