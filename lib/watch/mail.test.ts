import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { serverBranding } from '@/drizzle/schema/server-branding'
import { servers } from '@/drizzle/schema/servers'
import { webhookDeliveries, webhooks } from '@/drizzle/schema/webhooks'
import type { Management } from '@/lib/management/management'
import { invite } from '@/lib/members/invitations'
import { people } from '@/lib/members/test-support/people'
import { COMMAND_LINE, PERMISSIONS } from '../access'
import { resetOperator } from '../operators/operators'
import { createSetupLink } from '../setup-links/links'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { sendAlerts } from './alerts'
import { certificateWatch } from './certificates'
import { decoded } from './test-support/mail-server'
import { mailSetUp, PUBLIC_URL } from './test-support/mail-set-up'

const { apply, store } = testInstallation()
const { account, member, scope, management: plain } = people(store)
const { lines, sender, server, rows, forget } = mailSetUp(store)

beforeEach(async () => {
  await apply(EXAMPLE)
  await forget()
})

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

describe('administrators', () => {
  it('are told once of a certificate that ends, and of dead letters; others are not told', async () => {
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
    const seen: string[] = []
    const ends = new Date(at.getTime() + 5 * 86_400_000)
    let asked = 0
    const watch = certificateWatch(
      { loopback: true, internalHosts: { rule: 'operator', listed: [] } },
      store().db,
      (connection) => void seen.push(connection),
      async () => {
        asked++
        return ends
      },
    )
    const services = { db: store().db, mailer: sender(), publicUrl: PUBLIC_URL }
    for (const _ of [1, 2]) await sendAlerts(services, await watch.look())
    await sendAll()
    expect(seen.length).toBe(2 * asked)
    const subjects = taken
      .filter(({ to }) => to[0] === 'olive@example.com')
      .map(({ raw }) => /^Subject: (.*)/m.exec(raw)?.[1])
    expect(subjects).toContain('Deliveries to a webhook were given up')
    expect(subjects).toContain(`The certificate of Okta ends on ${ends.toISOString().slice(0, 10)}`)
    expect(new Set(subjects).size).toBe(subjects.length)
    expect(taken.filter(({ to }) => to[0] === 'audrey@example.com')).toEqual([])
  })
})
