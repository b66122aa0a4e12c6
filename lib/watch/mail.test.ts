import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { clients } from '@/drizzle/schema/clients'
import { mails } from '@/drizzle/schema/mails'
import { serverBranding } from '@/drizzle/schema/server-branding'
import { servers } from '@/drizzle/schema/servers'
import { webhookDeliveries, webhooks } from '@/drizzle/schema/webhooks'
import { mailer } from '@/lib/mail/mailer'
import type { Management } from '@/lib/management/management'
import { invite } from '@/lib/members/invitations'
import { people } from '@/lib/members/test-support/people'
import { connectionEndStore } from '@/lib/store/mail/connection-ends'
import { newClient } from '@/lib/store/test-support/store-under-test'
import { COMMAND_LINE, PERMISSIONS } from '../access'
import { resetOperator } from '../operators/operators'
import { createSetupLink } from '../setup-links/links'
import { CONFIG, changed, EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { sendAlerts } from './alerts'
import { lookAtCertificates } from './certificates'
import { decoded } from './test-support/mail-server'
import { mailSetUp, PUBLIC_URL } from './test-support/mail-set-up'

const { apply, store } = testInstallation()
const { account, member, scope, management: plain } = people(store)
const { lines, sender, server, rows, forget } = mailSetUp(store)

beforeEach(async () => {
  await apply(EXAMPLE)
  await forget()
})

const LOG = { info: () => {}, warn: () => {}, error: () => {} }

/** As `plain`, with mail. */
const management = (): Management => ({ ...plain(), mail: sender() })

const invited = async (email: string, from = management()) => {
  const admin = await member(`admin-${Math.random().toString(36).slice(2)}`, 'admin')
  const language = 'de'
  const acting = { ...admin.scope, actor: { ...admin.scope.actor, language } as const }
  return invite(acting, { email, role: 'auditor' }, from)
}

describe('an invitation', () => {
  it('is sent in the language of the inviter, as text and HTML, with the look of the organization', async () => {
    const { taken, sendAll } = await server()
    const { organizationId } = await scope('acme')
    const [branded] = await store()
      .db.select()
      .from(servers)
      .where(eq(servers.organizationId, organizationId))
    await store()
      .db.insert(serverBranding)
      .values({
        serverId: branded?.id ?? '',
        organizationId,
        accentLight: '#ad1457',
        accentDark: '#f48fb1',
        logo: Buffer.from('picture'),
        logoType: 'image/png',
        updatedAt: new Date(),
      })
    const { link, sentTo } = await invited('Vera@Example.com')
    expect(sentTo).toBe('vera@example.com')
    const [waiting] = await rows()
    expect(waiting?.content).not.toContain(link)
    await sendAll()
    expect(taken.map(({ from, to }) => [from, to])).toEqual([['login@acme.example', ['vera@example.com']]])
    const raw = taken[0]?.raw ?? ''
    expect(raw).toContain('From: Acme Login <login@acme.example>')
    expect(raw).toContain('To: vera@example.com')
    expect(raw).toContain('Content-ID: <logo>')
    const body = decoded(raw)
    expect(body).toContain('Sie wurden eingeladen, Acme Inc in Vestibule zu verwalten.')
    expect(body).toContain(`Einladung annehmen:\n${link}`.replaceAll('\n', '\r\n'))
    expect(body).toContain(`<a href="${link}" style="display:inline-block;background:#ad1457`)
    expect(body).toContain('picture')
    expect(await rows()).toMatchObject([{ state: 'sent', content: null }])
  })

  it('is made, and its link shown, whatever happens to the mail', async () => {
    const down = await invited('vera@example.com')
    expect(down.link).toContain('/console/invitations/')
    const broken = {
      send: () => sender().send.call({}, { kind: 'invitation', to: 'a b', organizationId: null, link: 'x' }),
    }
    const unsent = await invited('vic@example.com', { ...plain(), mail: broken })
    expect(unsent.link).toContain('/console/invitations/')
    expect(unsent.sentTo).toBeUndefined()
    expect((await invited('walt@example.com', plain())).sentTo).toBeUndefined()
  })
})

it('a recovery link and a setup link are sent as well, in English unless it is known better', async () => {
  const { taken, sendAll } = await server()
  await account('olive')
  const installation = { organizationId: null, actor: COMMAND_LINE, permissions: PERMISSIONS }
  const { link } = await resetOperator(installation, 'olive@example.com', { ...management(), db: store().db })
  const setup = await createSetupLink(
    await scope('acme'),
    { label: 'Jane', newConnection: 'Okta', email: 'jane@customer.example' },
    management(),
  )
  expect(setup.sentTo).toBe('jane@customer.example')
  await sendAll()
  const bodies = taken.map(({ raw }) => decoded(raw))
  expect(bodies[0]).toContain('An operator has created a recovery link')
  expect(bodies[0]).toContain(link)
  expect(bodies[1]).toContain('the connection “Okta” to your identity provider')
  expect(bodies[1]).toContain(setup.url)
})

describe('a mail server', () => {
  it('that refuses a recipient for good is not asked again, and the audit log says so, not in its words', async () => {
    const { taken, sendAll } = await server(['vera@example.com'])
    const { organizationId } = await scope('acme')
    await sender().send({
      kind: 'invitation',
      to: 'vera@example.com',
      organizationId,
      link: `${PUBLIC_URL}/secret-link`,
    })
    await sendAll()
    expect(taken).toEqual([])
    expect(await rows()).toMatchObject([{ state: 'failed', content: null, problem: 'SMTP 550', attempts: 1 }])
    expect(lines.join()).toContain('mail given up')
    expect(lines.join()).not.toMatch(/secret/)
  })

  it('that is down is asked again later', async () => {
    const { taken, sendAll, close, url } = await server()
    await close()
    await sender().send({
      kind: 'operator_invitation',
      to: 'vera@example.com',
      organizationId: null,
      link: `${PUBLIC_URL}/a`,
    })
    await sendAll()
    expect(await rows()).toMatchObject([
      { state: 'waiting', attempts: 1, problem: expect.stringMatching(/^E/) },
    ])
    expect([taken, url.length > 0]).toEqual([[], true])
  })

  it('is given each mail by one of several instances', async () => {
    const { taken, sendAll } = await server()
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      await sender().send({
        kind: 'operator_invitation',
        to: `${name}@example.com`,
        organizationId: null,
        link: `${PUBLIC_URL}/a`,
      })
    await Promise.all([sendAll(), sendAll(), sendAll()])
    expect(taken.flatMap(({ to }) => to).toSorted()).toEqual(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((n) => `${n}@example.com`),
    )
  })
})

describe('a client that waits', () => {
  /** So many ask at the example's server, which has others than those of claude.ai wait. */
  async function ask(count: number, name = 'Cursor') {
    const [main] = await store().db.select().from(servers).where(eq(servers.slug, 'main'))
    const asked = Array.from({ length: count }, async (_, i) => {
      const client = await store().clients.register(newClient(main?.id ?? '', { name: `${name} ${i}` }))
      await store().clients.ask(client, `203.0.${i}.0/24`, store().db.clock.now())
      return client
    })
    return Promise.all(asked)
  }
  const alert = () => sendAlerts({ db: store().db, mailer: sender(), publicUrl: PUBLIC_URL }, [])
  const sent = async () => (await rows()).filter(({ kind }) => kind === 'alert_client')

  beforeEach(async () => {
    await store().db.update(clients).set({ blockedAt: new Date() })
    await member(`admin-${Math.random().toString(36).slice(2)}`, 'admin')
  })

  it('is told of once to those who may allow it, in their language', async () => {
    const { taken, sendAll } = await server()
    await ask(1, 'Evil evil.example')
    const german = mailer({ publicUrl: PUBLIC_URL, language: 'de' }, store(), LOG)
    await sendAlerts({ db: store().db, mailer: german, publicUrl: PUBLIC_URL }, [])
    const first = await sent()
    expect(first.length).toBeGreaterThan(0)
    expect(new Set(first.map(({ recipient }) => recipient)).size).toBe(first.length)
    await Promise.all([alert(), alert()])
    expect(await sent()).toHaveLength(first.length)
    await sendAll()
    const body = decoded(taken[0]?.raw ?? '')
    expect(body).toContain('Eine Anwendung, die sich „Evil evil[.]example 0“ nennt (127[.]0[.]0[.]1)')
    expect(body).toContain(`${PUBLIC_URL}/console/acme/servers/main/clients`)
    expect(taken.filter(({ to }) => to[0]?.startsWith('audrey'))).toEqual([])
  })

  it('of many is one of five an hour, and none once it is allowed or blocked', async () => {
    const asked = await ask(9)
    const occasions = async () => new Set((await sent()).map(({ occasion }) => occasion))
    for (const _ of [1, 2]) await alert()
    expect((await occasions()).size).toBe(5)
    await store().db.update(mails).set({ createdAt: sql`created_at - interval '61 minutes'` })
    const told = await occasions()
    const untold = asked.filter(({ id }) => !told.has(`client ${id}`))
    await store()
      .db.update(clients)
      .set({ blockedAt: new Date() })
      .where(eq(clients.id, untold[0]?.id ?? ''))
    await alert()
    expect((await occasions()).size).toBe(8)
    expect((await occasions()).has(`client ${untold[0]?.id}`)).toBe(false)
  })
})

describe('administrators', () => {
  it('are told once of a certificate and of a secret that end, and of dead letters; others are not told', async () => {
    const { taken, sendAll } = await server()
    const { organizationId } = await scope('acme')
    await member('olive', 'owner')
    await member('audrey', 'auditor')
    await store().db.insert(webhooks).values({
      id: 'w',
      organizationId,
      url: 'https://hook.example/',
      actions: [],
      secret: 's',
      cursor: 0,
      createdBy: 'o',
    })
    const at = store().db.clock.now()
    await store()
      .db.insert(webhookDeliveries)
      .values({ id: 'd', webhookId: 'w', sequence: 1, state: 'dead', nextAttemptAt: at, endedAt: at })
    const ends = new Date(at.getTime() + 5 * 86_400_000)
    const day = (days: number) => new Date(at.getTime() + days * 86_400_000).toISOString().slice(0, 10)
    await apply(changed('2027-03-31', day(13)))
    const services = { db: store().db, mailer: sender(), publicUrl: PUBLIC_URL }
    for (const _ of [1, 2]) {
      await lookAtCertificates(CONFIG, store().db, new AbortController().signal, async () => ends)
      await sendAlerts(services, await connectionEndStore(store().db).all())
    }
    await sendAll()
    const subjects = taken
      .filter(({ to }) => to[0] === 'olive@example.com')
      .map(({ raw }) => /^Subject: (.*)/m.exec(raw)?.[1])
    expect(subjects).toContain('Deliveries to a webhook were given up')
    expect(subjects).toContain(`The certificate of Okta ends on ${ends.toISOString().slice(0, 10)}`)
    expect(subjects).toContain(`The client secret of Okta ends on ${day(13)}`)
    expect(new Set(subjects).size).toBe(subjects.length)
    const later = await connectionEndStore(store().db).all()
    const far = later.map((one) => ({ ...one, certificate: null, secret: one.secret && day(15) }))
    const sent = (await rows()).length
    await sendAlerts(services, far)
    expect(await rows()).toHaveLength(sent)
    expect(taken.filter(({ to }) => to[0] === 'audrey@example.com')).toEqual([])
  })
})
