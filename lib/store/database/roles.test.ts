import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MigratedDatabase, startMigratedPostgres } from '@/test/postgres'

// That this role is enough to serve, every end-to-end test says: its application has no other.
describe('the role that serves', () => {
  let database: MigratedDatabase
  let client: postgres.Sql
  beforeAll(async () => {
    database = await startMigratedPostgres()
    client = postgres(database.runtimeUrl, { max: 1, onnotice: () => {} })
  })
  afterAll(async () => {
    await client.end()
    await database.close()
  })

  it('is no superuser, and owns nothing', async () => {
    const [role] = await client`
      select rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication,
        (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned,
        (select count(*)::int from pg_auth_members where member = pg_roles.oid) as memberships
      from pg_roles where rolname = current_user`
    expect(role).toEqual({
      rolname: 'vestibule_runtime',
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolbypassrls: false,
      rolreplication: false,
      owned: 0,
      memberships: 0,
    })
  })

  it('reads and changes the rows of every table', async () => {
    const tables = await client`
      select relname, array(
        select privilege_type from aclexplode(relacl) where grantee = current_user::regrole order by 1
      ) as granted
      from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`
    expect(tables.length).toBeGreaterThan(40)
    for (const { relname, granted } of tables)
      expect(granted, relname).toEqual(['DELETE', 'INSERT', 'SELECT', 'UPDATE'])
  })

  it.each([
    'create table mine (id text)',
    'create schema mine',
    'create function mine() returns int language sql as $$ select 1 $$',
    'alter table users add column mine text',
    'alter table users disable trigger all',
    'create index mine on users (id)',
    'drop table audit_log',
    'truncate audit_log',
    'select * from drizzle.__drizzle_migrations',
    'create role mine',
    'set role vestibule_owner',
    "copy (select 1) to program 'id'",
    "select pg_read_file('/etc/passwd')",
  ])('cannot %s', async (statement) => {
    await expect(client.unsafe(statement)).rejects.toMatchObject({ code: '42501' })
  })
})
