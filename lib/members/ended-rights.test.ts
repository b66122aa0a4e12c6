import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { operators } from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'
import { webhooks } from '@/drizzle/schema/webhooks'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { platformLinkStore } from '@/lib/store/accounts/platform-links'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { later, newClient } from '@/lib/store/test-support/store-under-test'
import { Forbidden, NotFound, type OrganizationScope, permissionsOf } from '../access'
import { createApiKey, revokeApiKey } from '../api-keys/api-keys'
import { auditEntry } from '../audit/audit'
import { allowClient } from '../clients/waiting-clients'
import { makeScimToken, removeScimToken } from '../connections/scim-token'
import { setClientBlocked, setUserBlocked } from '../grants/block'
import { setRetention } from '../organizations/retention'
import { saveBranding } from '../servers/branding'
import { makeRegistrationToken, removeRegistrationToken } from '../servers/registration-token'
import { rotateSigningKey } from '../servers/signing-keys'
import { connect, connectedServices } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { sendAgain, sendTestEvent } from '../webhooks/deliveries'
import { changeWebhook, createWebhook, removeWebhook, rotateWebhookSecret } from '../webhooks/webhooks'
import { invite } from './invitations'
import { people } from './test-support/people'

const { apply, store } = testInstallation()
const { account, member, withKey } = people(store)
const { management, server } = connectedServices(store)

let owner: Awaited<ReturnType<typeof member>>
let webhook: string
let client: string
let delivery: string
let user: string
beforeEach(async () => {
  await apply(EXAMPLE)
  owner = await member('olive', 'owner')
  webhook = (await createWebhook(owner.scope, { url: 'https://siem.example/in' }, management())).id
  const asking = await store().clients.register(newClient((await server('main')).id))
  await store().clients.ask(asking, '203.0.113.0/24', later(50))
  client = asking.id
  delivery = (await sendTestEvent(owner.scope, webhook, management())).id
  user = (await connect(store(), await server('main'))).grant.userId
  await setUserBlocked(owner.scope, user, true, management())
})

const entries = async () => (await auditLogStore(store().db).list(owner.scope.organizationId, 100)).length

const BRAND = { name: 'Evil', accent: '', accentDark: '' }

/** What lasts without who made it, or changes what does. */
const DEEDS: Readonly<Record<string, (by: OrganizationScope) => Promise<unknown>>> = {
  'makes a webhook': (by) => createWebhook(by, { url: 'https://evil.example/in' }, management()),
  'moves a webhook': (by) => changeWebhook(by, webhook, { url: 'https://evil.example/in' }, management()),
  'replaces the secret of a webhook': (by) => rotateWebhookSecret(by, webhook, management()),
  'removes a webhook': (by) => removeWebhook(by, webhook, management()),
  'tests a webhook': (by) => sendTestEvent(by, webhook, management()),
  'has something sent again': (by) => sendAgain(by, webhook, delivery, management()),
  'makes a token for provisioning': (by) => makeScimToken(by, 'okta', management()),
  'removes the token for provisioning': (by) => removeScimToken(by, 'okta', management()),
  'makes a token for registrations': (by) => makeRegistrationToken(by, 'main', management()),
  'removes the token for registrations': (by) => removeRegistrationToken(by, 'main', management()),
  'allows a client': (by) => allowClient(by, client, management()),
  'keeps a client out': (by) => setClientBlocked(by, client, true, management()),
  'lets a user in again': (by) => setUserBlocked(by, user, false, management()),
  'replaces a signing key': (by) => rotateSigningKey(by, 'main', { emergency: true }, management()),
  'changes how the organization looks': (by) => saveBranding(by, undefined, BRAND, management()),
  'changes how a server looks': (by) => saveBranding(by, 'main', BRAND, management()),
  'changes what is kept': (by) => setRetention(by, { audit_log: 7 }, management()),
}
const deeds = Object.entries(DEEDS)

describe('who has lost the right since the request came in', () => {
  beforeEach(async () => {
    await makeScimToken(owner.scope, 'okta', management())
  })

  it.each(deeds)('with a key that was revoked: nobody %s', async (_, deed) => {
    const key = await createApiKey(owner.scope, { name: 'stolen', role: 'owner' }, management())
    const by = await withKey(key.key)
    await revokeApiKey(owner.scope, key.id, management())
    const before = await entries()
    await expect(deed(by)).rejects.toThrow(Forbidden)
    expect(await entries()).toBe(before)
  })

  it.each(deeds)('as an operator who ran the installation: nobody %s', async (_, deed) => {
    const { id } = await account('root', true)
    const actor = { kind: 'operator', id, name: 'root' } as const
    const by = { ...owner.scope, actor, isInstallationOperator: true }
    await store().db.update(operators).set({ disabledAt: new Date() }).where(eq(operators.id, id))
    const before = await entries()
    await expect(deed(by)).rejects.toThrow(Forbidden)
    expect(await entries()).toBe(before)
  })

  it.each(deeds)('and whoever still has it %s', async (_, deed) => {
    const key = await createApiKey(owner.scope, { name: 'kept', role: 'owner' }, management())
    const before = await entries()
    await deed(await withKey(key.key))
    expect(await entries()).toBe(before + 1)
  })
})

it('an operator who ran the installation, and is an administrator now, does nothing that it took more for', async () => {
  const ada = await member('ada', 'admin')
  const by = { ...ada.scope, permissions: permissionsOf('owner'), isInstallationOperator: true }
  const invited = { email: 'friend@example.com', role: 'owner' } as const
  await expect(invite(by, invited, management())).rejects.toThrow(Forbidden)
  await expect(createWebhook(by, { url: 'stdout://audit' }, management())).rejects.toThrow(Forbidden)
})

it('an organization that was deleted in the meantime gets no webhook', async () => {
  const { organizationId } = owner.scope
  const { db } = store()
  await db.update(organizations).set({ deletedAt: new Date() }).where(eq(organizations.id, organizationId))
  const made = createWebhook(owner.scope, { url: 'https://late.example/in' }, management())
  await expect(made).rejects.toThrow(NotFound)
  expect(await db.$count(webhooks)).toBe(1)
})

it('a person who was removed in the meantime gets no link, and nothing says so', async () => {
  const { organizationId } = owner.scope
  const link = { hash: hashSecret('link'), expiresAt: later(60) }
  const issued = auditEntry(owner.scope, later(0), {
    action: 'person.link_issued',
    targetKind: 'person',
    targetId: 'gone',
    targetName: 'gone@acme.example',
  })
  const before = await entries()
  const links = platformLinkStore(store().db)
  expect(await links.setLink({ id: 'gone', organizationId }, link, [issued], undefined)).toBe('gone')
  expect(await entries()).toBe(before)
})

it('keys of one organization that change the same at once do not wait for one another in a circle', async () => {
  const keys = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      createApiKey(owner.scope, { name: `${i}`, role: 'owner' }, management()),
    ),
  )
  const scopes = await Promise.all(keys.map(({ key }) => withKey(key)))
  for (const name of ['changes how the organization looks', 'changes what is kept', 'replaces a signing key'])
    await Promise.all(scopes.map((by) => DEEDS[name]?.(by)))
})
