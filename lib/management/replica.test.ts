import { expect, it, onTestFinished } from 'vitest'
import { openStore } from '@/lib/store/test-support/open-store'
import { newRequest } from '@/lib/store/test-support/store-under-test'
import { findLogin, listLogins } from '../logins/logins'
import { readOverview } from '../organizations/overview'
import { connectedServices } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { readBehind } from './replica'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

async function startReplica() {
  const replica = await openStore()
  let isOpen = true
  const close = async () => {
    if (isOpen) await replica.close()
    isOpen = false
  }
  onTestFinished(close)
  return { replica: replica.db, close }
}

it('lists and counts what the replica has, and finds by its reference what only the database has', async () => {
  await apply(EXAMPLE)
  const { request } = await newRequest(store(), { server: await server('main') })
  const [acme, plain] = [await scope('acme'), management()]
  const behind = { ...plain, replica: (await startReplica()).replica }
  const references = async (on: typeof plain) =>
    (await listLogins(acme, {}, on)).rows.map(({ reference }) => reference)
  expect(await references(plain)).toEqual([request.reference])
  expect(await references(behind)).toEqual([])
  expect(await findLogin(acme, request.reference, behind)).toMatchObject({ reference: request.reference })
  const { progress, totals } = await readOverview(acme, { period: 7 }, behind)
  expect(progress.server).toBe(true)
  expect(totals.completed).toBe(0)
})

it('reads from the database what fails on the replica, and says what fails on both', async () => {
  const { replica, close } = await startReplica()
  const both = { db: store().db, replica }
  const which = () => readBehind(both, async (db) => (db === replica ? 'replica' : 'database'))
  const asked = () => readBehind(both, (db) => db.execute('select 1').then(() => db))
  expect(await which()).toBe('replica')
  expect(await asked()).toBe(replica)
  await close()
  expect(await asked()).toBe(both.db)
  await expect(readBehind(both, () => Promise.reject(new Error('both')))).rejects.toThrow('both')
})
