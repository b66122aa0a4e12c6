import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operators, operatorTwoFactors } from '@/drizzle/schema/operators'
import { connections } from '@/drizzle/schema/organizations'
import { sealingCodecs } from '@/lib/accounts/sealing-codecs'
import { keyring } from '@/lib/crypto/keyring'
import { sealedWith, sealer } from '@/lib/crypto/seal'
import { insertConnection, openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { newId } from './ids'
import { keyNeeds, reseal } from './reseal'
import { COLUMNS } from './sealed-columns'
import { connectionSecretContext } from './sealed-contexts'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const entry = (id: string) => ({ id, key: Buffer.alloc(32, id) })
const OLD = keyring([entry('k1')])
const BOTH = keyring([entry('k2'), entry('k1')])
const NEW = keyring([entry('k2')])

/** A connection with a secret of this keyring. */
async function connectionOf(ring: typeof OLD, secret: string): Promise<string> {
  const { id } = await insertConnection(store.db, sealer(ring))
  await store.db
    .update(connections)
    .set({ clientSecret: sealer(ring).seal(secret, connectionSecretContext(id)) })
    .where(eq(connections.id, id))
  return id
}

async function secretOf(id: string): Promise<string> {
  const [row] = await store.db.select().from(connections).where(eq(connections.id, id))
  return row?.clientSecret ?? ''
}

async function secondFactorOf(ring: typeof OLD, secret: string): Promise<string> {
  const [id, operator] = [newId(), newId()]
  await store.db.insert(operators).values({ id: operator, name: 'O', email: `${operator}@example.com` })
  const { symmetricEncrypt } = await import('better-auth/crypto')
  const { accountSecrets, secretVersion } = await import('@/lib/accounts/auth-settings')
  const key = {
    keys: new Map(accountSecrets(ring, 'operator').map(({ version, value }) => [version, value])),
    currentVersion: secretVersion(ring.currentId),
  }
  const sealed = await symmetricEncrypt({ key, data: secret })
  await store.db
    .insert(operatorTwoFactors)
    .values({ id, userId: operator, secret: sealed, backupCodes: 'plain' })
  return id
}

describe('sealing anew', () => {
  it('leaves nothing that needs the old key, and everything opens with the new one alone', async () => {
    const ids = await Promise.all(['one', 'two', 'three'].map((secret) => connectionOf(OLD, secret)))
    const factor = await secondFactorOf(OLD, 'totp')
    const before = await keyNeeds(store.db, sealingCodecs(BOTH), BOTH.ids)
    expect(before.get('k1')).toEqual(
      expect.arrayContaining([
        { what: 'connection secrets', count: expect.any(Number) },
        { what: 'second factors', count: 1 },
      ]),
    )
    const { failed } = await reseal(store.db, sealingCodecs(BOTH), BOTH.ids, 0)
    expect(failed).toBe(0)
    const opened = await Promise.all(
      ids.map(async (id) => sealer(NEW).open(await secretOf(id), connectionSecretContext(id))),
    )
    expect(opened).toEqual(['one', 'two', 'three'])
    const [row] = await store.db.select().from(operatorTwoFactors).where(eq(operatorTwoFactors.id, factor))
    expect([await sealingCodecs(NEW).accounts.renew(row?.secret ?? '', ''), row?.backupCodes]).toEqual([
      expect.stringMatching(/^\$ba\$/),
      'plain',
    ])
    const after = (await keyNeeds(store.db, sealingCodecs(BOTH), BOTH.ids)).get('k1') ?? []
    expect(after.filter(({ what }) => what !== 'refresh tokens')).toEqual([])
    expect(await reseal(store.db, sealingCodecs(BOTH), BOTH.ids, 0)).toEqual({ count: 0, failed: 0 })
  })

  it('does not undo what is saved meanwhile, and passes over what does not open', async () => {
    const [changed, broken] = [await connectionOf(OLD, 'before'), await connectionOf(OLD, 'lost')]
    await store.db.execute(sql`update connections set client_secret = 'k1.AAAA' where id = ${broken}`)
    const codecs = sealingCodecs(BOTH)
    const saved = sealer(BOTH).seal('after', connectionSecretContext(changed))
    const slow = {
      ...codecs,
      sealed: {
        ...codecs.sealed,
        renew: async (value: string, context: string) => {
          // Somebody saves another secret between the look and the update.
          if (context === connectionSecretContext(changed))
            await store.db.update(connections).set({ clientSecret: saved }).where(eq(connections.id, changed))
          return codecs.sealed.renew(value, context)
        },
      },
    }
    const { failed } = await reseal(store.db, slow, BOTH.ids, 0)
    expect([await secretOf(changed), failed]).toEqual([saved, 1])
    expect(sealedWith(await secretOf(broken))).toBe('k1')
    await store.db.execute(sql`update connections set client_secret = null where id = ${broken}`)
  })

  it('goes on where it was stopped, and holds up nothing that is saved meanwhile', async () => {
    const ids = await Promise.all(['one', 'two', 'three'].map((secret) => connectionOf(OLD, secret)))
    const keys = async () => (await Promise.all(ids.map(secretOf))).map((value) => sealedWith(value))
    const codecs = sealingCodecs(BOTH)
    let renewed = 0
    await new Promise<void>((stopped) => {
      // The process ends while it seals the second of the three.
      const renew = (value: string, context: string) => {
        if (++renewed === 1) return codecs.sealed.renew(value, context)
        stopped()
        return new Promise<string>(() => {})
      }
      void reseal(store.db, { ...codecs, sealed: { ...codecs.sealed, renew } }, BOTH.ids, 0)
    })
    expect((await keys()).toSorted()).toEqual(['k1', 'k1', 'k2'])
    for (const id of ids)
      await store.db.update(connections).set({ name: 'saved meanwhile' }).where(eq(connections.id, id))
    expect(await reseal(store.db, codecs, BOTH.ids, 0)).toEqual({ count: 2, failed: 0 })
    expect(await keys()).toEqual(['k2', 'k2', 'k2'])
  })

  it('knows every column that is sealed: each context has one', () => {
    const contexts = readFileSync('lib/store/database/sealed-contexts.ts', 'utf8')
    const named = [...contexts.matchAll(/`(\w+):.*?(\w+|\$\{column\})`/g)].map(([, table, column]) => [
      table,
      column,
    ])
    expect(named.length).toBeGreaterThan(5)
    for (const [table, column] of named) {
      const known = COLUMNS.filter((one) => one.table === table).map((one) => one.column)
      expect(known, `${table}.${column}`).toContain(column?.startsWith('$') ? 'access_token' : column)
    }
    const schemas = readdirSync('drizzle/schema').map((file) =>
      readFileSync(path.join('drizzle/schema', file), 'utf8'),
    )
    for (const { column } of COLUMNS) expect(schemas.join('\n')).toContain(`'${column}'`)
  })
})
