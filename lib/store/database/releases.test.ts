import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportConfiguration } from '@/lib/configuration/export'
import { keyring as createKeyring } from '@/lib/crypto/keyring'
import { sealer as createSealer } from '@/lib/crypto/seal'
import { secrets } from '@/lib/crypto/secrets'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { auditChainStore } from '@/lib/store/audit/audit-log'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { apiKeyStore } from '@/lib/store/credentials/api-keys'
import { accessTokenStore } from '@/lib/store/oauth/access-tokens'
import { connectionConfigs } from '@/lib/store/oauth/connections'
import { refreshTokenStore } from '@/lib/store/oauth/refresh-tokens'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { upstreamTokenStore } from '@/lib/store/oauth/upstream-tokens'
import { startPostgres, type TestDatabase } from '@/test/postgres'
import { closeDatabase, type Database, openDatabase } from './database'
import { migrate } from './migrate'

const FIXTURES = 'drizzle/fixtures'
const MIGRATIONS = 'drizzle/migrations'

/** What `scripts/release-database.mjs` wrote beside the rows. */
type Release = {
  readonly version: string
  readonly at: string
  /** The tag of the last migration that it came with. */
  readonly lastMigration: string
  /** `id:base64` */
  readonly keys: string
  readonly upstreamSecret: string
  readonly apiKey: string
  readonly refreshToken: string
  readonly opaqueToken: string
}

const RELEASES = readdirSync(FIXTURES).flatMap((name) =>
  name.endsWith('.json') ? [JSON.parse(readFileSync(path.join(FIXTURES, name), 'utf8')) as Release] : [],
)

describe.each(RELEASES.map((release) => [release.version, release] as const))(
  'a database of %s',
  (_, release) => {
    let server: TestDatabase
    let db: Database
    let before: Tables
    let after: Tables
    const [id = '', key = ''] = release.keys.split(':')
    const keyring = createKeyring([{ id, key: Buffer.from(key, 'base64') }])
    const sealer = createSealer(keyring)

    beforeAll(async () => {
      server = await startPostgres()
      const sql = postgres(server.url, { max: 1, onnotice: () => {} })
      await load(sql, server.url, release)
      before = await readTables(sql)
      await migrate(server.url)
      after = await readTables(sql)
      await sql.end()
      db = openDatabase(server.url)
    })
    afterAll(async () => {
      await closeDatabase(db)
      await server.close()
    })

    it('keeps every row, in what both shapes have', () => {
      for (const [table, rows] of before) {
        const kept = after.get(table) ?? []
        const [first] = rows
        const columns = Object.keys(kept[0] ?? {}).filter((column) => first && column in first)
        const inBoth = (row: Row) => JSON.stringify(columns.map((column) => row[column] ?? null))
        const wanted = rows.map((row) => JSON.stringify(columns.map((column) => row[column] ?? null)))
        expect([table, kept.map(inBoth).toSorted()]).toEqual([table, wanted.toSorted()])
        expect([table, rows.length]).not.toEqual([table, 0])
      }
    })

    it('exports what it exported then, and how its servers look', async () => {
      const rows = await configurationStore(db, sealer).read()
      // Brands came into files after 0.1.0.
      const without = exportConfiguration({ ...rows, brands: [] })
      expect(without).toBe(readFileSync(path.join(FIXTURES, `${release.version}.yaml`), 'utf8'))
      expect(exportConfiguration(rows)).toContain(
        'branding:\n          name: Acme\n          accent: "#0c5a4a"',
      )
    })

    it('opens what was sealed', async () => {
      const connection = await connectionConfigs(db, sealer).find('main-idp')
      expect(connection).toMatchObject({ clientSecret: release.upstreamSecret })
      const found = await refreshTokenStore(db).find(hashSecret(release.refreshToken))
      const upstream = await upstreamTokenStore(db, sealer).read(found!.grant.id)
      expect(upstream).toMatchObject({ accessToken: expect.any(String) })
      const keys = signingKeyStore(db, sealer)
      const [signing] = await keys.list(found!.grant.serverId)
      expect((await keys.find(found!.grant.serverId, signing!.kid))?.privateJwk).toMatchObject({ kty: 'EC' })
    })

    it('takes the tokens and keys that it gave out', async () => {
      const now = new Date()
      const store = refreshTokenStore(db)
      const found = await store.find(hashSecret(release.refreshToken))
      const { token } = found!
      const next = secrets(keyring).deriveRefreshToken(release.refreshToken, token.nonce, token.keyId)
      const successor = { ...token, hash: hashSecret(next), issuedAt: now }
      expect(await store.rotate(token.hash, { successor, grace: 60 })).toBe('rotated')
      expect(await store.find(successor.hash)).toMatchObject({ grant: { id: found!.grant.id } })
      expect(await accessTokenStore(db).find(hashSecret(release.opaqueToken))).not.toBeNull()
      expect(await apiKeyStore(db).use(hashSecret(release.apiKey), now)).toMatchObject({ name: 'release' })
    })

    it('has an audit log whose chains hold', async () => {
      const { firstBroken } = auditChainStore(db)
      const chains = [...new Set(before.get('audit_log')?.map(({ chain }) => String(chain)))]
      expect(chains.length).toBeGreaterThan(2)
      expect(await Promise.all(chains.map(firstBroken))).toEqual(chains.map(() => null))
    })
  },
)

type Row = Readonly<Record<string, unknown>>
type Tables = ReadonlyMap<string, readonly Row[]>

/** Makes the tables as the release had them, and puts its rows into them as if they had been written just now. */
async function load(sql: Sql, url: string, { version, at, lastMigration }: Release): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestibule-migrations-'))
  cpSync(MIGRATIONS, folder, { recursive: true })
  const journal = path.join(folder, 'meta/_journal.json')
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8'))
  const last = entries.findIndex(({ tag }: { readonly tag: string }) => tag === lastMigration)
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, last + 1) }))
  await migrate(url, folder)
  rmSync(folder, { recursive: true })
  await sql.unsafe(readFileSync(path.join(FIXTURES, `${version}.sql`), 'utf8'))
  // Not the audit log, whose hashes hold its times.
  const times = await sql`select table_name, column_name from information_schema.columns
    where table_schema = 'public' and data_type = 'timestamp with time zone' and table_name <> 'audit_log'
      and is_generated = 'NEVER'`
  for (const { table_name: table, column_name: column } of times)
    await sql`update ${sql(table)} set ${sql(column)} = ${sql(column)} + (now() - ${at}::timestamptz)`
}

async function readTables(sql: Sql): Promise<Tables> {
  const tables = await sql`select tablename as name from pg_tables where schemaname = 'public'`
  const read = async (name: string) => [name, [...(await sql`select * from ${sql(name)}`)] as Row[]] as const
  return new Map(await Promise.all(tables.map(({ name }) => read(name))))
}
