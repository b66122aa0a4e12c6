import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { webhooks } from '@/drizzle/schema/webhooks'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { webhookSecretContext } from '@/lib/store/database/sealed-contexts'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { times } from '@/lib/store/test-support/store-under-test'
import { deliveriesOf, webhookRow } from '@/lib/store/test-support/webhooks'
import { Forbidden, NotFound, type OrganizationScope, permissionsOf, ROLES } from '../access'
import { applyConfiguration } from '../configuration/apply'
import { InvalidInput } from '../configuration/mistakes'
import { CONFIG, EXAMPLE, SECRETS } from '../test-support/example'
import { createServices } from '../test-support/management'
import { listDeliveries, sendAgain, sendAllAgain, sendTestEvent } from './deliveries'
import { webhookQueue } from './queue'
import {
  changeWebhook,
  createWebhook,
  findWebhook,
  listWebhooks,
  removeWebhook,
  rotateWebhookSecret,
} from './webhooks'

let store: PostgresUnderTest
const { management, scope } = createServices(() => store)
let acme: OrganizationScope
let globex: OrganizationScope

beforeAll(async () => {
  store = await openStore()
  const { db, sealer } = store
  await applyConfiguration(EXAMPLE, { file: 'v.yaml', env: SECRETS, config: CONFIG, db, sealer })
  acme = await scope('acme')
  globex = await scope('globex')
})
afterAll(() => store?.close())
beforeEach(() => store.db.delete(webhooks))

const URL_WITH_SECRET = 'https://receiver.example/hook?token=in-the-address'
const make = (as = acme, url = URL_WITH_SECRET) => createWebhook(as, { url }, management())
const entries = () => auditLogStore(store.db).list(acme.organizationId, 20)

/** Everything that can be done with one webhook. */
const CALLS: readonly ((as: OrganizationScope, webhook: string, delivery: string) => Promise<unknown>)[] = [
  (as, id) => changeWebhook(as, id, { url: 'https://evil.example/' }, management()),
  (as, id) => rotateWebhookSecret(as, id, management()),
  (as, id) => sendTestEvent(as, id, management()),
  (as, id, delivery) => sendAgain(as, id, delivery, management()),
  (as, id) => sendAllAgain(as, id, management()),
  (as, id) => removeWebhook(as, id, management()),
]

describe('an attacker', () => {
  it.each([
    'http://receiver.example/',
    'http://localhost/',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://user:password@receiver.example/',
    'https://receiver.example/#fragment',
    'https://receiver.example/\r\nX-Evil: 1',
    'ftp://receiver.example/',
    'file:///etc/passwd',
    '//receiver.example/',
    'javascript:alert(1)',
    '',
    `https://receiver.example/${'a'.repeat(2_000)}`,
  ])('cannot have %j sent to', async (url) => {
    await expect(make(acme, url)).rejects.toThrow(InvalidInput)
    const { id } = await make()
    await expect(changeWebhook(acme, id, { url }, management())).rejects.toThrow(InvalidInput)
    expect((await webhookRow(store, id)).url).toBe(URL_WITH_SECRET)
  })

  it('of another organization finds no webhook, and no delivery of one, whatever is tried', async () => {
    const { id } = await make()
    const delivery = await sendTestEvent(acme, id, management())
    const before = await webhookRow(store, id)
    for (const auditEvent of CALLS)
      await expect(auditEvent(globex, id, delivery.id)).rejects.toThrow(NotFound)
    await expect(findWebhook(globex, id, management())).rejects.toThrow(NotFound)
    await expect(listDeliveries(globex, id, { limit: 9 }, management())).rejects.toThrow(NotFound)
    expect(await listWebhooks(globex, management())).toEqual([])
    const own = await make(globex)
    await expect(sendAgain(globex, own.id, delivery.id, management())).rejects.toThrow(NotFound)
    expect(await webhookRow(store, id)).toEqual(before)
  })

  it('with a role that may not configure changes nothing, and does not see the whole address', async () => {
    const { id } = await make()
    const delivery = await sendTestEvent(acme, id, management())
    const before = await webhookRow(store, id)
    for (const role of ROLES) {
      const as = { ...acme, permissions: permissionsOf(role) }
      if (as.permissions.includes('configure')) continue
      for (const auditEvent of CALLS) await expect(auditEvent(as, id, delivery.id)).rejects.toThrow(Forbidden)
      await expect(make(as)).rejects.toThrow(Forbidden)
      expect(await findWebhook(as, id, management())).toMatchObject({ url: 'https://receiver.example/…' })
      expect(await listDeliveries(as, id, { limit: 9 }, management())).toHaveLength(1)
    }
    expect(await webhookRow(store, id)).toEqual(before)
  })

  it('finds a secret neither in the database, nor in the log, nor in what is shown later', async () => {
    const { id, secret } = await make()
    const rotated = await rotateWebhookSecret(acme, id, management())
    expect([secret, rotated.secret]).toEqual(times(2, () => expect.stringMatching(/^whsec_[\w+/]{43}=$/)))
    await changeWebhook(acme, id, { url: 'https://other.example/?token=in-the-address' }, management())
    const seen = JSON.stringify([
      await store.db.select().from(webhooks),
      await listWebhooks(acme, management()),
      await entries(),
    ])
    for (const one of [secret, rotated.secret]) expect(seen).not.toContain(one.slice(6, 30))
    expect(JSON.stringify(await entries())).not.toContain('in-the-address')
  })

  it('who copies a sealed secret to another webhook cannot sign with it', async () => {
    const [mine, theirs] = [await make(globex), await make()]
    const { secret } = await webhookRow(store, theirs.id)
    await store.db.update(webhooks).set({ secret }).where(eq(webhooks.id, mine.id))
    const queue = webhookQueue(store.db, store.sealer)
    await sendTestEvent(globex, mine.id, management())
    const now = new Date()
    const held = await queue.lease(now)
    expect(held?.webhookId).toBe(mine.id)
    await expect(queue.begin(held!, now)).rejects.toThrow()
  })

  it('cannot make more than ten, also not at once', async () => {
    const made = await Promise.allSettled(times(25, () => make()))
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    expect(await store.db.$count(webhooks)).toBe(10)
    await make(globex)
  })

  it.each([[['%']], [['grant.', 7]], [['a b']], ['grant.'], [times(21, () => 'a')], [[{}]]])(
    'cannot filter by %j',
    async (actions) => {
      const input = { url: 'https://receiver.example/', actions }
      await expect(createWebhook(acme, input, management())).rejects.toThrow(InvalidInput)
    },
  )
})

describe('every change', () => {
  it('is in the audit log, by the host alone', async () => {
    const { id } = await make()
    await changeWebhook(acme, id, { enabled: false, actions: ['grant.'] }, management())
    await changeWebhook(acme, id, { enabled: false, actions: ['grant.'] }, management())
    await rotateWebhookSecret(acme, id, management())
    const delivery = await sendTestEvent(acme, id, management())
    await sendAgain(acme, id, delivery.id, management())
    expect(await sendAllAgain(acme, id, management())).toBe(0)
    await removeWebhook(acme, id, management())
    const own = (await entries()).filter(({ targetId }) => targetId === id)
    expect(own.map(({ action }) => action)).toEqual([
      'webhook.removed',
      'webhook.sent_again',
      'webhook.tested',
      'webhook.secret_rotated',
      'webhook.updated',
      'webhook.created',
    ])
    expect(own[4]).toMatchObject({
      targetName: 'receiver.example',
      actorName: 'Olive',
      detail: { fields: ['actions', 'enabled'], enabled: false, actions: ['grant.'] },
    })
  })

  it('by ten at once leaves one secret that is shown to one of them', async () => {
    const { id } = await make()
    const all = await Promise.all(times(10, () => rotateWebhookSecret(acme, id, management())))
    const row = await webhookRow(store, id)
    const opened = store.sealer.open(row.secret, webhookSecretContext(id))
    expect(all.map(({ secret }) => secret)).toContain(opened)
  })

  it('of a webhook while tests and removal meet ends without a deadlock', async () => {
    const { id } = await make()
    const calls = times(30, (index) =>
      index === 15 ? removeWebhook(acme, id, management()) : sendTestEvent(acme, id, management()),
    )
    const ended = await Promise.allSettled(calls)
    for (const one of ended) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(NotFound)
    expect(ended[15]?.status).toBe('fulfilled')
    expect(await deliveriesOf(store, id)).toEqual([])
  })
})
