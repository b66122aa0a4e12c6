import { Session } from 'node:inspector/promises'
import path from 'node:path'
import { getTableName, is, Table } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { answersIn, commonInput } from '@/app/console/connection-form/read-form'
import { updateConnection } from '@/lib/connections/connections'
import { changedAddress, findPreset } from '@/lib/connections/presets'
import type { Database, Transaction } from '@/lib/store/database/database'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'

const { apply, store } = testInstallation()
const { management, scope } = createServices(store)

/** What the console's form sends. */
function formOf(name: string): FormData {
  const form = new FormData()
  const fields = {
    name,
    issuer: 'https://acme.okta.com',
    client_id: '0oa123',
    client_secret: '',
    scopes: 'openid',
  }
  for (const [field, value] of Object.entries(fields)) form.set(field, value)
  return form
}

/** The same object, with one of its methods replaced. */
function withMethod<T extends Database | Transaction>(
  target: T,
  name: 'select' | 'from',
  replaced: (call: () => T, args: readonly unknown[]) => unknown,
): T {
  return new Proxy(target, {
    get(_, key) {
      const method = Reflect.get(target, key)
      if (typeof method !== 'function') return method
      if (key !== name) return method.bind(target)
      return (...args: readonly unknown[]) => replaced(() => Reflect.apply(method, target, args), args)
    },
  })
}

/** The same database; the tables of its transactions that are read are written down. */
function watched(db: Database, read: string[]): Database {
  const watchedSelect = (tx: Transaction) =>
    withMethod(tx, 'select', (select) =>
      withMethod(select(), 'from', (from, [table]) => {
        if (is(table, Table)) read.push(getTableName(table))
        return from()
      }),
    )
  return new Proxy(db, {
    get(target, key) {
      if (key !== 'transaction') return Reflect.get(target, key)
      const transaction: Database['transaction'] = (work, config) =>
        target.transaction((tx) => work(watchedSelect(tx)), config)
      return transaction
    },
  })
}

/** From the form to the database, as the console's action does it. */
async function save(name: string, services = management()) {
  const preset = findPreset('oidc')
  if (!preset) throw new Error('there is no preset for OpenID Connect')
  const form = formOf(name)
  const input = { ...commonInput(form, preset), ...changedAddress(preset, answersIn(form, preset)) }
  return updateConnection(await scope('acme'), 'okta', input, services)
}

/** Our files of which a function ran meanwhile. */
async function enteredFiles(work: () => Promise<unknown>): Promise<readonly string[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  await work()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  await session.post('Profiler.stopPreciseCoverage')
  session.disconnect()
  return result
    .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)))
    .map(({ url }) => path.relative(process.cwd(), url.replace('file://', '')))
    .filter((file) => /^(app|lib)\//.test(file) && !/test-support|\.test\./.test(file))
    .toSorted()
}

describe('saving a connection', () => {
  it('enters few files', async () => {
    await apply(EXAMPLE)
    await save('First')
    const files = await enteredFiles(() => save('Second'))
    expect(files).toContain('lib/configuration/change-configuration.ts')
    // 54, and what timers enter meanwhile.
    expect(files.length).toBeLessThanOrEqual(56)
  })

  it('reads the organization twice at most, and then what may conflict', async () => {
    await apply(EXAMPLE)
    const read: string[] = []
    const services = management()
    await save('Third', { ...services, db: watched(services.db, read) })
    const times = (table: string) => read.filter((name) => name === table).length
    expect(times('organizations')).toBeLessThanOrEqual(2)
    // Its own; what others have; and the names that deleted ones keep.
    for (const table of ['connections', 'servers']) expect(times(table)).toBe(3)
    expect(times('clients')).toBe(2)
  })
})
