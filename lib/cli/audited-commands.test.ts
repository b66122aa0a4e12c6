import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Command } from 'commander'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditLog } from '@/drizzle/schema/audit-log'
import { operators } from '@/drizzle/schema/operators'
import { keyring } from '@/lib/crypto/keyring'
import { sealer } from '@/lib/crypto/seal'
import { closeDatabase, openDatabase } from '@/lib/store/database/database'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { EXAMPLE, SECRETS } from '@/lib/test-support/example'
import { addCommands } from './commands'
import { run } from './run'
import type { Surroundings } from './surroundings'

const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-audit-'))
const file = path.join(directory, 'vestibule.yaml')
const key = randomBytes(32).toString('base64')

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
  writeFileSync(file, EXAMPLE)
  await vestibule('apply', '-f', file)
  for (const name of ['root', 'other'])
    await store.db
      .insert(operators)
      .values({ id: name, name, email: `${name}@example.com`, isInstallationOperator: true })
})
afterAll(async () => {
  await store?.close()
  rmSync(directory, { recursive: true })
})

async function vestibule(...args: readonly string[]) {
  const printed = { out: '', err: '' }
  const code = await run(args, surroundings(printed))
  return { code, ...printed }
}

function surroundings(printed: { out: string; err: string }): Surroundings {
  const print = (stream: 'out' | 'err') => (line: string) => {
    printed[stream] += `${line}\n`
  }
  return {
    env: {
      PUBLIC_URL: 'https://auth.example.com',
      DATABASE_URL: store.url,
      VESTIBULE_KEYS: `k1:${key}`,
      ...SECRETS,
    },
    directory,
    out: print('out'),
    err: print('err'),
    start: () => Promise.reject(new Error('the server was started')),
    locate: async ({ databaseUrl = '' }) => ({ url: databaseUrl, close: async () => {} }),
    async open({ databaseUrl = '', keys = [] }) {
      const [db, ring] = [openDatabase(databaseUrl), keyring(keys)]
      return { db, managementDb: db, keyring: ring, sealer: sealer(ring), close: () => closeDatabase(db) }
    },
  }
}

/** Columns of what was seen at identity providers: no change of anybody. */
const SEEN = sql`array['certificate_ends', 'certificate_looked_at']`

/** A fingerprint of every table but the audit log. */
async function contents(): Promise<string> {
  const tables = await store.db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'audit_log' order by 1`,
  )
  const hash = createHash('sha256')
  for (const { name } of tables) {
    const rows = await store.db.execute<{ row: string }>(
      sql`select (to_jsonb(t) - ${SEEN})::text as row from ${sql.identifier(name)} t order by 1`,
    )
    hash.update(JSON.stringify([name, rows.map(({ row }) => row)]))
  }
  return hash.digest('hex')
}

/** What the command line has written to the audit log. */
async function entries(): Promise<readonly string[]> {
  const rows = await store.db.select().from(auditLog).orderBy(auditLog.at, auditLog.sequence)
  return rows.filter(({ actorKind }) => actorKind === 'command_line').map(({ action }) => action)
}

type Scenario = {
  args(): readonly string[] | Promise<readonly string[]>
  /** The actions of its entries; none: it changes nothing. */
  readonly writes: readonly string[]
}

const changed = () => {
  writeFileSync(file, EXAMPLE.replace('name: Acme Inc', `name: Acme ${randomBytes(4).toString('hex')}`))
  return ['apply', '-f', file]
}

const COMMANDS: Readonly<Record<string, readonly Scenario[]>> = {
  apply: [{ args: changed, writes: ['organization.updated'] }],
  diff: [{ args: () => ['diff', ...changed().slice(1)], writes: [] }],
  export: [{ args: () => ['export'], writes: [] }],
  timeline: [{ args: () => ['timeline', 'abc'], writes: [] }],
  events: [{ args: () => ['events', 'main'], writes: [] }],
  doctor: [{ args: () => ['doctor', 'nowhere'], writes: [] }],
  'clean-up': [{ args: () => ['clean-up'], writes: ['installation.cleaned_up'] }],
  work: [{ args: () => ['work'], writes: [] }],
  migrate: [{ args: () => ['migrate'], writes: [] }],
  backup: [{ args: () => ['backup', 'copy'], writes: ['installation.backed_up'] }],
  restore: [{ args: () => ['restore', 'copy'], writes: [] }],
  'audit keys': [{ args: () => ['audit', 'keys'], writes: [] }],
  'audit export': [{ args: () => ['audit', 'export', 'installation'], writes: [] }],
  'audit verify': [{ args: () => ['audit', 'verify', 'none.jsonl', '--keys', 'none.json'], writes: [] }],
  'keys list': [
    { args: () => ['keys', 'list', 'main'], writes: [] },
    { args: () => ['keys', 'list'], writes: [] },
  ],
  'keys reseal': [{ args: () => ['keys', 'reseal'], writes: ['keys.resealed'] }],
  'keys retire': [
    { args: () => ['keys', 'retire', 'k1'], writes: [] },
    {
      async args() {
        await store.db.execute(sql`insert into sealing_keys (key_id) values ('k0') on conflict do nothing`)
        return ['keys', 'retire', 'k0']
      },
      writes: ['keys.retired'],
    },
  ],
  'keys rotate': [
    { args: () => ['keys', 'rotate', 'main'], writes: ['server.keys_changed'] },
    { args: () => ['keys', 'rotate', 'main', '--now'], writes: ['server.keys_changed'] },
  ],
  'operators list': [{ args: () => ['operators', 'list'], writes: [] }],
  'operators invite': [
    { args: () => ['operators', 'invite', 'new@example.com'], writes: ['operator.invited'] },
  ],
  'operators reset': [{ args: () => ['operators', 'reset', 'root@example.com'], writes: ['operator.reset'] }],
  'operators promote': [
    { args: () => ['operators', 'promote', 'root@example.com'], writes: ['operator.promoted'] },
  ],
  'operators demote': [
    { args: () => ['operators', 'demote', 'root@example.com'], writes: ['operator.demoted'] },
  ],
  'operators disable': [
    { args: () => ['operators', 'disable', 'root@example.com'], writes: ['operator.disabled'] },
  ],
  'installation-keys list': [{ args: () => ['api-keys', 'list', '--installation'], writes: [] }],
  'installation-keys create': [
    {
      args: () => ['api-keys', 'create', '--installation', '--name', 'ci'],
      writes: ['api_key.created'],
    },
  ],
  'installation-keys revoke': [
    {
      async args() {
        await vestibule('api-keys', 'create', '--installation', '--name', 'gone')
        const { out } = await vestibule('api-keys', 'list', '--installation')
        const id = /^(\S+)\s+gone/m.exec(out)?.[1] ?? ''
        return ['api-keys', 'revoke', id, '--installation']
      },
      writes: ['api_key.revoked'],
    },
  ],
}

it('every command on the database is here', () => {
  const program = new Command()
  addCommands(program, surroundings({ out: '', err: '' }), () => {})
  const names = program.commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands.map((verb) => `${command.name()} ${verb.name()}`),
  )
  expect(Object.keys(COMMANDS).toSorted()).toEqual(names.toSorted())
})

const scenarios = Object.values(COMMANDS).flat()

describe.each(scenarios.map((scenario, index) => [index, scenario] as const))('command %i', (_, scenario) => {
  it('leaves its entries in the audit log, or changes nothing', async () => {
    const args = await scenario.args()
    const [before, log] = [await contents(), await entries()]
    const { err } = await vestibule(...args)
    expect([args, (await entries()).slice(log.length)], err).toEqual([args, scenario.writes])
    if (scenario.writes.length === 0) expect(await contents()).toBe(before)
  })

  it('changes nothing when its entry cannot be written', async () => {
    if (scenario.writes.length === 0) return
    const args = await scenario.args()
    const before = await contents()
    await store.db.execute(sql`alter table audit_log add constraint full_disk check (false) not valid`)
    const { code } = await vestibule(...args)
    await store.db.execute(sql`alter table audit_log drop constraint full_disk`)
    expect([args, code]).toEqual([args, 2])
    expect(await contents()).toBe(before)
  })
})
