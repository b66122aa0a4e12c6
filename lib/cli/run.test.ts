import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eq, ne } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connections, organizations } from '@/drizzle/schema/organizations'
import { sealingKeys } from '@/drizzle/schema/sealing-keys'
import { servers } from '@/drizzle/schema/servers'
import { exportedEntry } from '@/lib/audit/exported-entry'
import { signCheckpoint } from '@/lib/crypto/audit-chain'
import { keyring } from '@/lib/crypto/keyring'
import { sealer } from '@/lib/crypto/seal'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { checkpointer } from '@/lib/store/audit/checkpoints'
import { insertConnection, openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { completedLogin, newRequest } from '@/lib/store/test-support/store-under-test'
import { EXAMPLE } from '@/lib/test-support/example'
import { commandLine } from './test-support/command-line'

const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-cli-'))
const file = path.join(directory, 'vestibule.yaml')
const key = randomBytes(32)

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(async () => {
  await store?.close()
  rmSync(directory, { recursive: true })
})

const vestibule = commandLine(() => store, path.dirname(file), key)

describe('vestibule', () => {
  it('shows differences, applies them, and is done', async () => {
    writeFileSync(file, EXAMPLE)
    const before = await vestibule(['diff', '-f', file])
    expect(before).toMatchObject({ code: 1, err: '' })
    expect(before.out).toContain(
      '+ server acme/main\n    issuer: https://auth.example.com\n    name: Acme MCP\n',
    )

    const applied = await vestibule(['apply', '-f', file])
    expect(applied).toMatchObject({ code: 0, err: '' })
    expect(applied.out).toContain('  https://auth.example.com/oauth/callback/acme-okta\n')
    expect(applied.out).toMatch(/\n10 created, 0 updated\n$/)

    expect(await vestibule(['diff', '-f', file])).toEqual({ code: 0, out: 'nothing to do\n', err: '' })
    expect(await vestibule(['apply', '-f', file])).toEqual({ code: 0, out: 'nothing to do\n', err: '' })
    expect(before.out + applied.out).not.toContain('S3CR3T')
  })

  it('applies rules that lock everybody out only where that is meant', async () => {
    writeFileSync(file, EXAMPLE)
    await vestibule(['apply', '-f', file])
    const [row] = await store.db.select().from(servers).where(eq(servers.slug, 'main'))
    const server = await store.servers.find(row?.id ?? '')
    if (!server) throw new Error('no server')
    const login = completedLogin(await newRequest(store, { server }))
    await store.logins.complete({ ...login, userClaims: { sub: 'alice' } }, new Date())
    writeFileSync(file, EXAMPLE.replace('mallory@acme.com', 'sub:alice'))
    for (const command of ['apply', 'diff']) {
      const refused = await vestibule([command, '-f', file])
      expect(refused).toMatchObject({ code: 2, out: '' })
      expect(refused.err).toMatch(/vestibule\.yaml:\d+:\d+: .*access: refuses all 1 users/)
    }
    expect((await store.servers.find(server.id))?.access).toEqual(server.access)
    const meant = await vestibule(['apply', '-f', file, '--allow-lock-out'])
    expect(meant).toMatchObject({ code: 0, err: '' })
    expect((await store.servers.find(server.id))?.access?.deny?.users).toEqual(['sub:alice'])
    expect(await vestibule(['apply', '-f', file])).toMatchObject({ code: 0, out: 'nothing to do\n' })
    writeFileSync(file, EXAMPLE)
    await vestibule(['apply', '-f', file, '--allow-lock-out'])
  })

  it('exports to a file or to standard output', async () => {
    const output = path.join(directory, 'export.yaml')
    expect(await vestibule(['export', '-o', output])).toEqual({ code: 0, out: '', err: '' })
    expect((await vestibule(['export'])).out).toBe(readFileSync(output, 'utf8'))
  })

  it('prints mistakes of the file to standard error and changes nothing', async () => {
    const wrong = path.join(directory, 'wrong.yaml')
    writeFileSync(wrong, 'organizations:\n  - slug: new\n')
    expect(await vestibule(['apply', '-f', wrong])).toEqual({
      code: 2,
      out: '',
      err: `${wrong}:2:5: organizations[0].name: is missing\n`,
    })
  })

  it('says what is wrong besides the file', async () => {
    const missing = path.join(directory, 'missing.yaml')
    expect(await vestibule(['apply', '-f', missing])).toMatchObject({
      code: 2,
      err: `${missing} does not exist\n`,
    })
    const usage = await vestibule(['aply'])
    expect(usage).toMatchObject({ code: 2, out: '' })
    expect(usage.err).toMatch(/^unknown command 'aply'\n/)
    expect(await vestibule(['--help'])).toMatchObject({ code: 0, err: '' })
    const down = { DATABASE_URL: 'postgres://user:p4ssw0rd@127.0.0.1:1/none' }
    const unreachable = await vestibule(['diff', '-f', file], down)
    expect(unreachable).toMatchObject({ code: 2, out: '', err: expect.stringContaining('does not answer') })
    expect(unreachable.err).not.toContain('p4ssw0rd')
  })

  it('refuses to seal with generated keys off this machine', async () => {
    const refused = await vestibule(['apply', '-f', file], { VESTIBULE_KEYS: '' })
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('VESTIBULE_KEYS is missing') })
  })

  it('names the key that is missing, or wrong, and no secret', async () => {
    const other = randomBytes(32).toString('base64')
    const missing = await vestibule(['diff', '-f', file], { VESTIBULE_KEYS: `k2:${other}` })
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('VESTIBULE_KEYS has no key "k1"') })
    const wrong = await vestibule(['diff', '-f', file], { VESTIBULE_KEYS: `k1:${other}` })
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('sealed with another key') })
  })
})

describe('vestibule keys', () => {
  const states = (out: string) => out.match(/^(next|current|retired|expired) +\S+/gm) ?? []

  it('rotates a key once, however often it is asked to, and shows what there is', async () => {
    const { slug } = await store.newServer()
    expect((await vestibule(['keys', 'list', slug])).out).toContain('there is no key yet')
    expect(states((await vestibule(['keys', 'rotate', slug])).out)).toEqual([
      expect.stringContaining('current'),
    ])
    const rotated = await vestibule(['keys', 'rotate', slug])
    expect(rotated).toMatchObject({ code: 0, err: '' })
    expect(states(rotated.out)).toEqual([expect.stringContaining('current'), expect.stringContaining('next')])
    const again = await vestibule(['keys', 'rotate', slug])
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('on its way already') })
    expect(states(again.out)).toEqual(states(rotated.out))
    expect(states((await vestibule(['keys', 'list', slug])).out)).toEqual(states(rotated.out))
  })

  it('replaces all keys in an emergency, and says what that means', async () => {
    const { slug } = await store.newServer()
    await vestibule(['keys', 'rotate', slug])
    const [first, next] = states((await vestibule(['keys', 'rotate', slug])).out)
    const { code, out } = await vestibule(['keys', 'rotate', slug, '--now'])
    expect(code).toBe(0)
    expect(out).toContain('access tokens that they signed become useless')
    const kid = (state = '') => state.split(/ +/)[1]
    expect(out).toMatch(new RegExp(`^current +${kid(first)} .*published until `, 'm'))
    expect(out).not.toContain(kid(next))
    expect(states(out)).toHaveLength(2)
  })

  it('says so when there is no such server', async () => {
    expect(await vestibule(['keys', 'rotate', 'nobody'])).toEqual({
      code: 2,
      out: '',
      err: 'there is no server with the slug nobody\n',
    })
  })
})

describe('vestibule events', () => {
  it('shows the security events of one server, as a log is read, without control characters', async () => {
    const { id: serverId, slug } = await store.newServer()
    expect((await vestibule(['events', slug])).out).toBe('nothing has happened yet\n')
    const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second))
    const names = { serverId, grantId: 'the-grant', userId: 'the-user', clientId: 'evil\u001b[2J' }
    const { record } = store.securityEvents
    await record({ at: at(1), kind: 'token_handed_off', ...names, detail: 'files.read' })
    await record({ at: at(2), kind: 'grant_revoked', ...names, reason: 'revoked_by_client' })
    expect(await vestibule(['events', slug])).toEqual({
      code: 0,
      out: [
        '2026-03-01T10:00:01.000Z  token_handed_off            user=the-user  client=evil�[2J  grant=the-grant  files.read',
        '2026-03-01T10:00:02.000Z  grant_revoked               user=the-user  client=evil�[2J  grant=the-grant  revoked_by_client',
        '',
      ].join('\n'),
      err: '',
    })
    expect(await vestibule(['events', 'nobody'])).toMatchObject({ code: 2, out: '' })
  })
})

describe('vestibule timeline', () => {
  const at = new Date('2026-03-01T10:00:00Z')

  it('tells how a login went and what to do', async () => {
    const server = await store.newServer()
    const reference = await store.requests.refuse({
      serverId: server.id,
      clientId: 'evil\u001b[2J\u202e',
      event: { at, step: 'authorize', outcome: 'failed', reason: 'unknown_client', detail: 'no such client' },
    })
    const { code, out } = await vestibule(['timeline', reference])
    expect(code).toBe(0)
    expect(out).toContain(`Reference:    ${reference}\n`)
    expect(out).toContain(`Server:       ${server.slug}\n`)
    expect(out).toContain('Client:       evil�[2J�\n')
    expect(out).toMatch(
      /2026-03-01T10:00:00\.000Z {2}authorize {2}failed {2}unknown_client {2}no such client\n {4}The client is not known/,
    )
  })

  it('forgives how a reference is typed', async () => {
    const server = await store.newServer()
    const event = { at, step: 'authorize', outcome: 'failed', reason: 'invalid_request' } as const
    const reference = await store.requests.refuse({ serverId: server.id, event })
    const typed = ` ${reference.toLowerCase().replace('-', '').replaceAll('0', 'o').replaceAll('1', 'l')}`
    expect((await vestibule(['timeline', typed])).out).toContain(reference)
  })

  it('says so when there is none', async () => {
    expect(await vestibule(['timeline', '0000-0000'])).toEqual({
      code: 2,
      out: '',
      err: 'there is no login with the reference 0000-0000\n',
    })
  })
})

describe('vestibule audit', () => {
  it('verifies an export with the public keys alone, and says what is wrong with it', async () => {
    const ring = keyring([{ id: 'k1', key }])
    const chain = randomBytes(8).toString('hex')
    await store.db.insert(organizations).values({ id: chain, slug: chain, name: chain })
    const at = new Date('2026-03-01T10:00:00Z')
    const entry = { chain, at, actorKind: 'system', actorName: 'V', action: 'server.updated', detail: {} }
    const target = { targetKind: 'server', targetName: 's' }
    const log = auditLogStore(store.db)
    await log.append([1, 2, 3].map(() => ({ ...entry, ...target })))
    const signed = await checkpointer(store.db, (end) => signCheckpoint(ring, end))()
    const sent = signed.find((each) => each.chain === chain)
    const lines = (await log.listAfter(chain, 0, 10)).map(
      (each) => `${JSON.stringify(exportedEntry(each))}\n`,
    )
    const keys = await vestibule(['audit', 'keys'])
    writeFileSync(path.join(directory, 'keys.json'), keys.out)
    writeFileSync(path.join(directory, 'log.jsonl'), lines.join(''))
    writeFileSync(path.join(directory, 'cut.jsonl'), lines.slice(0, 2).join(''))
    writeFileSync(path.join(directory, 'sent.log'), JSON.stringify({ level: 30, ...sent }))
    const offline = { DATABASE_URL: '', VESTIBULE_KEYS: '' }
    const verify = (...args: readonly string[]) =>
      vestibule(['audit', 'verify', ...args, '--keys', 'keys.json'], offline)
    expect(await verify('log.jsonl')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^4 entries, the last 4 \w{64}, signed up to 3\n$/),
    })
    expect(await verify('cut.jsonl', '--checkpoints', 'sent.log')).toMatchObject({
      code: 1,
      out: expect.stringContaining('the log ends before entry 3, which a checkpoint signed'),
    })
    writeFileSync(path.join(directory, 'keys.json'), '{"keys":[{}]}')
    expect((await verify('log.jsonl')).code).toBe(2)
  })
})

describe('vestibule keys of the installation', () => {
  it('seals anew, says what a key is needed for, and lets it go when that is nothing', async () => {
    const keys = { VESTIBULE_KEYS: `k2:${randomBytes(32).toString('base64')},k0:${key.toString('base64')}` }
    const { id } = await insertConnection(store.db, sealer(keyring([{ id: 'k0', key }])))
    await store.db.insert(sealingKeys).values({ keyId: 'k0' })
    const others = await store.db.select().from(connections).where(ne(connections.id, id))
    await store.db.update(connections).set({ clientSecret: null }).where(ne(connections.id, id))
    expect((await vestibule(['keys', 'list'], keys)).out).toMatch(/^k0 {2}opens {2}1 connection secrets$/m)
    expect(await vestibule(['keys', 'retire', 'k0'], keys)).toMatchObject({
      code: 2,
      err: 'k0 is still needed for 1 connection secrets: keys reseal, or wait\n',
    })
    expect((await vestibule(['keys', 'retire', 'k2'], keys)).err).toContain('put another in front')
    expect((await vestibule(['keys', 'reseal'], keys)).out).toContain('1 values sealed with the key k2')
    expect((await vestibule(['keys', 'list'], keys)).out).toMatch(/^k0 {2}opens {2}needed for nothing$/m)
    expect((await vestibule(['keys', 'retire', 'k0'], keys)).code).toBe(0)
    expect(await store.db.select().from(sealingKeys).where(eq(sealingKeys.keyId, 'k0'))).toEqual([])
    for (const { id: other, clientSecret } of others)
      await store.db.update(connections).set({ clientSecret }).where(eq(connections.id, other))
  })
})
