import { and, eq, isNull } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { grants } from '@/drizzle/schema/grants'
import { servers } from '@/drizzle/schema/servers'
import { eraseUser } from '@/lib/grants/user-data'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { updateServer } from '@/lib/servers/servers'
import { auditChainStore, auditLogStore } from '@/lib/store/audit/audit-log'
import { complete, completedLogin, newRequest } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { changed, EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createConnection, updateConnection } from './connections'
import { addPerson, listPeople, removePerson } from './platform-users'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

beforeEach(async () => {
  await apply(EXAMPLE)
})

const live = () => store().db.$count(grants, isNull(grants.revokedAt))

const log = async (action: string) => {
  const { organizationId } = await scope('acme')
  const entries = await auditLogStore(store().db).list(organizationId, 50)
  return entries.filter((entry) => entry.action === action)
}

// Decision 0067.
describe('a person of a platform connection', () => {
  /** Someone with an account here, who logs in at the server. */
  async function person(address: string) {
    const acme = await scope('acme')
    await addPerson(acme, 'people', { address, name: 'Ada' }, management())
    const { connection, people } = await listPeople(acme, 'people', management())
    const { id } = people.find((one) => one.address === address) ?? { id: '' }
    const identity = { identitySource: `connection:${connection.id}`, subject: id }
    return {
      id,
      login: async () => completedLogin(await newRequest(store(), { server: await main() }), { identity }),
    }
  }

  const main = async () => {
    const found = await server('second')
    const [row] = await store().db.select().from(servers).where(eq(servers.id, found.id))
    return { ...found, connectionId: row?.connectionId ?? '' }
  }

  beforeEach(async () => {
    await createConnection(
      await scope('acme'),
      { name: 'People', slug: 'people', type: 'platform' },
      management(),
    )
    await updateServer(await scope('acme'), 'second', { connection: 'people' }, management())
  })

  it('has an account with a link to choose a password, or neither, so that adding them can be tried again', async () => {
    const acme = await scope('acme')
    const add = () => addPerson(acme, 'people', { address: 'eve@acme.example', name: 'Eve' }, management())
    await store().db.execute(`create or replace function refuse() returns trigger language plpgsql as $$ begin
      if new.action = 'person.link_issued' then raise 'out of time' using errcode = 'query_canceled'; end if;
      return new;
    end $$`)
    await store().db.execute(
      'create trigger refuse before insert on audit_log for each row execute function refuse()',
    )
    await expect(add()).rejects.toBeInstanceOf(StoreUnavailable)
    await store().db.execute('drop function refuse cascade')
    expect(await add()).toMatchObject({ link: expect.stringContaining('/') })
  })

  it('who is erased has no account any more, and is named nowhere in the audit log', async () => {
    const address = `erased-${Math.random().toString(36).slice(2)}@acme.example`
    const ada = await person(address)
    const { userId } = await complete(store(), await ada.login(), 60)
    expect(JSON.stringify(await log('person.created'))).toContain(address)
    const erased = await eraseUser(await scope('acme'), userId, management())
    expect(erased.entries.length).toBeGreaterThanOrEqual(2)
    const { people } = await listPeople(await scope('acme'), 'people', management())
    expect(people.map((one) => one.address)).not.toContain(address)
    const { organizationId } = await scope('acme')
    expect(JSON.stringify(await auditLogStore(store().db).list(organizationId, 50))).not.toContain(address)
    expect(await auditChainStore(store().db).firstBroken(organizationId)).toBeNull()
  })

  it('who is removed loses what they connected, and whoever removes them is told how much', async () => {
    const [ada, bob] = [await person('ada@acme.example'), await person('bob@acme.example')]
    for (const login of [await ada.login(), await ada.login(), await bob.login()])
      expect(await store().logins.complete(login, new Date())).toMatchObject({ outcome: 'completed' })
    const { connection, people } = await listPeople(await scope('acme'), 'people', management())
    const known = () => store().db.$count(browserSessions, eq(browserSessions.connectionId, connection.id))
    expect(people.map(({ grants: number }) => number)).toEqual([2, 1])
    expect(await known()).toBe(3)
    expect(await removePerson(await scope('acme'), 'people', ada.id, management())).toBe(2)
    expect(await live()).toBe(1)
    expect(await known(), 'browsers forget them, too').toBe(1)
    expect(await log('person.removed')).toMatchObject([{ detail: { grants: 2 } }])
  })

  it('leaves no grant of a login that is completed at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const ada = await person(`ada-${round}@acme.example`)
      const logins = [await ada.login(), await ada.login()]
      await Promise.all([
        ...logins.map((login) => store().logins.complete(login, new Date())),
        removePerson(await scope('acme'), 'people', ada.id, management()),
      ])
      expect(await live()).toBe(0)
      expect(await store().logins.complete(await ada.login(), new Date())).toEqual({
        outcome: 'request_over',
      })
    }
  })
})

describe('a server that is moved to another connection', () => {
  it('ends what users of the first one connected, and says how much', async () => {
    await connect(store(), await server('main'))
    await connect(store(), await server('main'))
    const put = await updateServer(await scope('acme'), 'main', { connection: 'public-login' }, management())
    expect(put.ended).toBe(2)
    expect(put.warnings.join()).toContain('2 grants of users')
    expect(await live()).toBe(0)
    expect(await log('server.grants_revoked')).toMatchObject([{ detail: { number: 2 } }])
  })

  it('says it before, and does it, with a file', async () => {
    await connect(store(), await server('main'))
    const file = changed('connection: okta', 'connection: public-login')
    const planned = await apply(file, { dryRun: true })
    expect(planned.warnings.join()).toContain('1 grant of users')
    expect(await live()).toBe(1)
    expect((await apply(file)).warnings.join()).toContain('1 grant of users')
    expect(await live()).toBe(0)
    expect(await log('server.grants_revoked')).toMatchObject([
      { actorKind: 'command_line', detail: { number: 1 } },
    ])
  })

  it('keeps them when anything else of it changes, and those of a client that acts for itself', async () => {
    const main = await server('main')
    const { client } = await connect(store(), main)
    await store().grants.ofClient(client, main, [], new Date())
    await updateServer(await scope('acme'), 'main', { name: 'Renamed' }, management())
    expect(await live()).toBe(2)
    await updateServer(await scope('acme'), 'main', { connection: 'public-login' }, management())
    expect(await store().db.$count(grants, and(isNull(grants.revokedAt), eq(grants.kind, 'service')))).toBe(1)
  })

  it('leaves no grant of a login at the first one that is completed at the same moment', async () => {
    for (const connection of ['public-login', 'okta', 'public-login', 'okta']) {
      const main = await server('main')
      const [row] = await store().db.select().from(servers).where(eq(servers.id, main.id))
      const made = await newRequest(store(), { server: { ...main, connectionId: row?.connectionId ?? '' } })
      await Promise.all([
        store().logins.complete(completedLogin(made), new Date()),
        updateServer(await scope('acme'), 'main', { connection }, management()),
      ])
      expect(await live()).toBe(0)
    }
  })
})

it('a connection whose users become others ends what they connected', async () => {
  await connect(store(), await server('main'))
  await connect(store(), await server('second'))
  const secret = { set: 'entered-again' }
  await updateConnection(await scope('acme'), 'okta', { name: 'Renamed' }, management())
  expect(await live()).toBe(2)
  const moved = { issuer: 'https://other.okta.com', clientSecret: secret }
  const put = await updateConnection(await scope('acme'), 'okta', moved, management())
  expect(put.ended).toBe(1)
  expect(await live()).toBe(1)
})

describe('an administrator who moves a connection', () => {
  const asAdmin = async () => ({ ...(await scope('acme')), isInstallationOperator: false })
  const secret = { set: 'entered-again' }

  it.each<[string, object]>([
    ['its issuer', { issuer: 'https://evil.example' }],
    ['its metadata', { metadataUrl: 'https://evil.example/metadata' }],
    ['where it revokes', { revocationEndpoint: 'https://evil.example/revoke' }],
  ])('(%s) has no token of a user sent there', async (_, moved) => {
    await connect(store(), await server('main'))
    const earlier = await connect(store(), await server('main'))
    await store().grants.revoke(earlier.grant.id, { reason: 'revoked_by_user', at: new Date() })
    const services = management()
    const [sent, pending]: [string[], Promise<unknown>[]] = [[], []]
    const upstream = {
      ...services.ports.upstream,
      revoke: async (connection: string) => {
        sent.push(connection)
        return { outcome: 'unsupported' } as const
      },
    }
    const background = (_: string, work: Promise<unknown>) => void pending.push(work)
    const put = await updateConnection(
      await asAdmin(),
      'okta',
      { ...moved, clientSecret: secret },
      { ...services, ports: { ...services.ports, upstream, background } },
    )
    expect(put.ended).toBe(1)
    expect(await live()).toBe(0)
    expect(await Promise.all(pending)).toHaveLength(1)
    expect(sent).toEqual([])
  })

  it('ends nothing with what leads nowhere else', async () => {
    await connect(store(), await server('main'))
    await updateConnection(await asAdmin(), 'okta', { name: 'Renamed', scopes: ['openid'] }, management())
    expect(await live()).toBe(1)
  })
})
