import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { webhooks } from '@/drizzle/schema/webhooks'
import type { AuditRecord } from '@/lib/store/audit/audit-log'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { webhookRow } from '@/lib/store/test-support/webhooks'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import { type OrganizationScope, permissionsOf } from '../access'
import { applyConfiguration } from '../configuration/apply'
import { InvalidInput } from '../configuration/mistakes'
import { CONFIG, EXAMPLE, SECRETS } from '../test-support/example'
import { createServices } from '../test-support/management'
import { webhookQueue } from './queue'
import { streamSender } from './stream-sender'
import { sendSyslog, syslogFrame } from './syslog'
import { isHeader, isTemplate, renderBody } from './template'
import { changeWebhook, createWebhook, findWebhook } from './webhooks'

const RECORD: AuditRecord = {
  chain: 'acme',
  sequence: 7,
  at: new Date('2026-03-01T10:00:00.250Z'),
  actorKind: 'operator',
  actorName: '"},"event":"forged","x":{"y":"\\',
  action: 'grant.revoked',
  targetKind: 'server',
  targetName: 'main {entry}',
  detail: {},
  hash: 'h',
}

describe('a template', () => {
  it('is what Splunk, Datadog and Elastic want, whatever names others chose', () => {
    const splunk = JSON.parse(renderBody('{"time": {time}, "host": "vestibule", "event": {entry}}', RECORD))
    expect(splunk).toMatchObject({
      time: 1_772_359_200.25,
      event: { sequence: 7, actor: { name: RECORD.actorName } },
    })
    const datadog = JSON.parse(
      renderBody('[{"ddsource": "vestibule", "message": {entry}, "who": {actor}}]', RECORD),
    )
    expect(datadog).toEqual([expect.objectContaining({ who: RECORD.actorName, message: splunk.event })])
    expect(
      JSON.parse(renderBody('{"@timestamp": {at}, "vestibule": {entry}, "what": {target}}', RECORD)),
    ).toMatchObject({
      '@timestamp': '2026-03-01T10:00:00.250Z',
      what: 'main {entry}',
    })
  })

  it.each(['', '{', '{"a": "{entry}"}', '{"a": {constructor}}', '{"a": {secret}}', '{entry}{entry}'])(
    '%j makes no JSON, and is refused',
    (template) => expect(isTemplate(template)).toBe(false),
  )

  it.each([
    ['Authorization', 'Splunk 1\r\nHost: evil.example'],
    ['Host', 'internal.example'],
    ['Content-Length', '0'],
    ['transfer-encoding', 'chunked'],
    ['webhook-signature', 'v1,forged'],
    ['Bad Name', 'a'],
    ['X-Empty', ''],
  ])('takes no header %s: %j', (name, value) => expect(isHeader(name, value)).toBe(false))
})

describe('streams of an organization', () => {
  let store: PostgresUnderTest
  let acme: OrganizationScope
  const { management, scope } = createServices(() => store)
  beforeAll(async () => {
    store = await openStore()
    const { db, sealer } = store
    await applyConfiguration(EXAMPLE, { file: 'v.yaml', env: SECRETS, config: CONFIG, db, sealer })
    acme = await scope('acme')
  })
  afterAll(() => store?.close())
  beforeEach(() => store.db.delete(webhooks))

  const headers = { Authorization: 'Splunk secret-token' }
  const make = () =>
    createWebhook(
      acme,
      { url: 'https://splunk.example/', template: '{"event": {entry}}', headers },
      management(),
    )

  it('show their tokens to nobody, and the database holds them sealed', async () => {
    const made = await make()
    expect(JSON.stringify([made, await findWebhook(acme, made.id, management())])).not.toContain(
      'secret-token',
    )
    expect(made).toMatchObject({ hasHeaders: true, template: '{"event": {entry}}' })
    expect(JSON.stringify(await webhookRow(store, made.id))).not.toContain('secret-token')
    const auditor = { ...acme, permissions: permissionsOf('auditor') }
    expect(await findWebhook(auditor, made.id, management())).not.toHaveProperty('template')
  })

  it('do not bring their tokens along to another host', async () => {
    const { id } = await make()
    const change = (input: object) => changeWebhook(acme, id, input, management())
    expect((await change({ url: 'https://splunk.example/other' })).hasHeaders).toBe(true)
    expect((await change({ url: 'https://evil.example/' })).hasHeaders).toBe(false)
    expect((await change({ url: 'https://new.example/', headers })).hasHeaders).toBe(true)
  })

  it('are queued as webhooks are, with what their receiver wants', async () => {
    const { id } = await make()
    const queue = webhookQueue(store.db, store.sealer)
    const now = store.db.clock.now()
    await changeWebhook(acme, id, { actions: ['webhook.'] }, management())
    const held = await queue.lease(now)
    if (!held) throw new Error('there is nothing to send')
    await queue.fill(held, now)
    expect(await queue.begin(held, now)).toMatchObject({ headers, template: '{"event": {entry}}' })
  })

  it('reach the machine of the installation only for who runs it', async () => {
    const tenant = { ...acme, isInstallationOperator: false }
    for (const url of ['stdout://audit', 'file+jsonl://acme']) {
      await expect(createWebhook(tenant, { url }, management())).rejects.toThrow(InvalidInput)
      expect(
        await createWebhook({ ...acme, isInstallationOperator: true }, { url }, management()),
      ).toMatchObject({ url })
    }
    const other = await createWebhook(tenant, { url: 'syslog+tls://logs.example:6514' }, management())
    const moved = changeWebhook(tenant, other.id, { url: 'file+jsonl://acme' }, management())
    await expect(moved).rejects.toThrow(InvalidInput)
  })

  it.each([
    'file+jsonl://../../etc/passwd',
    'file+jsonl://a/../b',
    'file:///etc/passwd',
    'stdout://x',
    'syslog+tls://a/b',
    'syslog+tls://u:p@a',
    'syslog://a',
    'syslog+tls://[::1',
  ])('have no address %s', async (url) => {
    const operator = { ...acme, isInstallationOperator: true }
    await expect(createWebhook(operator, { url }, management())).rejects.toThrow(InvalidInput)
  })
})

it('a file has a line for each entry, for its owner alone', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'streams-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const send = streamSender({ allowLoopback: false, publicUrl: 'https://auth.example.com', dataDir })
  const message = (body: string) => ({ id: 'msg_1', at: new Date(), body })
  for (const body of ['{"a":1}', '{"a":2}'])
    expect(await send('file+jsonl://acme', message(body), [])).toEqual({ status: 200 })
  const file = path.join(dataDir, 'audit', 'acme.jsonl')
  expect(await readFile(file, 'utf8')).toBe('{"a":1}\n{"a":2}\n')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await rm(path.join(dataDir, 'audit'), { recursive: true })
  const nowhere = streamSender({
    allowLoopback: false,
    publicUrl: 'https://auth.example.com',
    dataDir: '/dev/null',
  })
  expect(await nowhere('file+jsonl://acme', message('{}'), [])).toEqual({
    problem: 'it cannot be written (ENOTDIR)',
  })
})

describe('syslog', () => {
  const frame = syslogFrame('auth.example.com', {
    at: '2026-03-01T10:00:00.250Z',
    action: 'grant.revoked',
    body: '{"ü":"a\\n9 <0>1"}',
  })
  const policy = { allowLoopback: true, resolve: async () => ['127.0.0.1'] }

  it('frames are counted in octets, and say who, when and what', () => {
    const [, length = '', rest = ''] = /^(\d+) (.*)$/s.exec(frame.toString('latin1')) ?? []
    expect(rest.length).toBe(Number(length))
    expect(frame.toString()).toMatch(
      /^\d+ <110>1 2026-03-01T10:00:00\.250Z auth\.example\.com vestibule - grant\.revoked - \ufeff\{/,
    )
  })

  it('reaches a receiver whose certificate is trusted, and no other', async () => {
    const received: Buffer[] = []
    const authority = makeAuthority()
    const { key, cert } = authority.issue()
    const server = createServer({ key, cert }, (socket) =>
      socket.on('data', (chunk) => received.push(chunk)).on('error', () => {}),
    )
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const url = `syslog+tls://localhost:${(server.address() as AddressInfo).port}`
    expect(await sendSyslog(url, frame, policy)).toEqual({
      problem: expect.stringContaining('its certificate'),
    })
    expect(received).toEqual([])
    expect(await sendSyslog(url, frame, policy, authority.cert)).toEqual({ status: 200 })
    expect(Buffer.concat(received).toString()).toBe(frame.toString())
  })

  it('cannot be held up by a receiver that drips, before and after its handshake', async () => {
    const authority = makeAuthority()
    const drip = (socket: Socket, first: Buffer) => {
      const drops = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(drops)).on('error', () => {})
      socket.write(first)
      socket.resume()
    }
    // After the end of what it was sent, it goes on; or it begins a record of a handshake, which does not end.
    const options = { ...authority.issue(), allowHalfOpen: true }
    const record = Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0x00, 0x3f, 0xfc])
    const receivers = [
      createServer(options, (socket) => drip(socket, Buffer.of())),
      createTcpServer((socket) => drip(socket, record)),
    ]
    for (const receiver of receivers) {
      await once(receiver.listen(0, '127.0.0.1'), 'listening')
      onTestFinished(() => void receiver.close())
      const url = `syslog+tls://localhost:${(receiver.address() as AddressInfo).port}`
      expect(await sendSyslog(url, frame, { ...policy, timeout: 300 }, authority.cert)).toEqual({
        problem: 'it did not answer within 0.3 seconds',
      })
    }
  })

  it('is not sent into our own network, and a connection that is cut is no delivery', async () => {
    const url = 'syslog+tls://internal.example:6514'
    const internal = { allowLoopback: false, resolve: async () => ['10.0.0.1'] }
    expect(await sendSyslog(url, frame, internal)).toEqual({
      problem: 'its host name does not resolve to a public address',
    })
    const cut = createTcpServer((socket) => socket.destroy())
    await once(cut.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void cut.close())
    const { port } = cut.address() as AddressInfo
    expect(await sendSyslog(`syslog+tls://localhost:${port}`, frame, policy)).toEqual({
      problem: expect.stringContaining('connection'),
    })
  })
})
