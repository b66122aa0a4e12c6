import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { platformUsers } from '@/drizzle/schema/platform-accounts'
import { keyring } from '@/lib/crypto/keyring'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { insertConnection, openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { platformAccounts } from './platform'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

it('a link is as good as before when the store fails while a password is chosen with it', async () => {
  const { db, sealer } = store
  const { id: connectionId } = await insertConnection(db, sealer)
  await db.insert(platformUsers).values({
    id: 'alice',
    connectionId,
    name: 'Alice',
    email: 'alice@platform.invalid',
    address: 'alice@acme.example',
    linkHash: hashSecret('link'),
    linkExpiresAt: new Date(db.clock.now().getTime() + 3_600_000),
  })
  const accounts = platformAccounts({
    publicUrl: 'https://vestibule.example',
    db,
    keyring: keyring([{ id: 'k1', key: Buffer.alloc(32) }]),
    rateLimits: false,
  })
  const choose = () => accounts.choosePassword('link', 'correct horse battery staple')
  await db.execute(sql`create or replace function refuse() returns trigger language plpgsql as $$ begin
    raise 'out of time' using errcode = 'query_canceled';
  end $$`)
  await db.execute(sql`create trigger refuse before delete on sign_in_attempts execute function refuse()`)
  await expect(choose()).rejects.toBeInstanceOf(StoreUnavailable)
  await db.execute(sql`drop function refuse cascade`)
  expect(await choose()).toMatchObject({ id: 'alice' })
  expect(await choose()).toBeNull()
})
