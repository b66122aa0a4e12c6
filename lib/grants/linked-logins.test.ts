import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { grants } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { later, random } from '@/lib/store/test-support/store-under-test'
import { Forbidden, NotFound } from '../access'
import { connect, connectedServices, linkLogin } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { listLinkedLogins, unlinkLogin } from './linked-logins'

const { apply, store } = testInstallation()
const { management, as, server } = connectedServices(store)

beforeEach(() => apply(EXAMPLE))

/** A user with a linked login, what came by each, and a browser that knows the user. */
async function linked() {
  const main = await server('main')
  const own = await connect(store(), main)
  const user = own.grant.userId
  const login = await linkLogin(store(), main, user)
  const byIt = await connect(store(), main)
  const { db } = store()
  await db.update(grants).set({ userId: user, identityId: login }).where(eq(grants.id, byIt.grant.id))
  const { organizationId, connectionId } = main
  const session = { organizationId, connectionId, userId: user, createdAt: later(31), expiresAt: later(3600) }
  await db.insert(browserSessions).values({ ...session, hash: random() })
  return { user, login, own, byIt }
}

const ending = async (id: string) => {
  const [grant] = await store().db.select().from(grants).where(eq(grants.id, id))
  return grant?.revokedReason
}
const linkOf = async (id: string) => {
  const [user] = await store().db.select().from(users).where(eq(users.id, id))
  return [user?.linkedTo, user?.linkedAt]
}

describe('an operator', () => {
  it('sees the logins that lead to a user, by the id of either', async () => {
    const { user, login } = await linked()
    const auditor = await as('auditor', 'acme')
    for (const id of [user, login])
      expect(await listLinkedLogins(auditor, id, management())).toEqual([
        {
          id: login,
          email: 'alice@other.example',
          name: null,
          identitySource: 'https://other.example',
          subject: `at-other-${login}`,
          linkedAt: later(30),
        },
      ])
  })

  it('undoes a link: what came by the login ends, with the browsers; what came by the user’s own stays', async () => {
    const { user, login, own, byIt } = await linked()
    const support = await as('support', 'acme')
    expect(await unlinkLogin(support, user, login, management())).toBe(1)
    expect([await ending(byIt.grant.id), await ending(own.grant.id)]).toEqual(['revoked_by_operator', null])
    expect(await linkOf(login)).toEqual([null, null])
    expect(await store().db.$count(browserSessions, eq(browserSessions.userId, user))).toBe(0)
    expect(await listLinkedLogins(support, user, management())).toEqual([])
    const [entry] = await auditLogStore(store().db).list(support.organizationId, 1)
    expect(entry).toMatchObject({
      action: 'user.unlinked',
      actorKind: 'operator',
      targetId: user,
      detail: { identity: login, grants: 1 },
    })
    await expect(unlinkLogin(support, user, login, management())).rejects.toThrow(NotFound)
  })

  it('undoes no link of another user or organization, and an auditor none', async () => {
    const { user, login, byIt } = await linked()
    const stranger = await connect(store(), await server('main'))
    const support = await as('support', 'acme')
    await expect(unlinkLogin(support, stranger.grant.userId, login, management())).rejects.toThrow(NotFound)
    await expect(unlinkLogin(support, user, user, management())).rejects.toThrow(NotFound)
    const globex = await as('owner', 'globex')
    await expect(listLinkedLogins(globex, user, management())).rejects.toThrow(NotFound)
    await expect(unlinkLogin(globex, user, login, management())).rejects.toThrow(NotFound)
    await expect(unlinkLogin(await as('auditor', 'acme'), user, login, management())).rejects.toThrow(
      Forbidden,
    )
    expect([await ending(byIt.grant.id), (await linkOf(login))[0]]).toEqual([null, user])
  })
})
