import { Session } from 'node:inspector/promises'
import path from 'node:path'
import { getTableName, is, Table } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { answersIn, commonInput } from '@/app/console/connection-form/read-form'
import type { OrganizationScope } from '@/lib/access'
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
async function save(name: string, acme: OrganizationScope, services = management()) {
  const preset = findPreset('oidc')
  if (!preset) throw new Error('there is no preset for OpenID Connect')
  const form = formOf(name)
  const input = { ...commonInput(form, preset), ...changedAddress(preset, answersIn(form, preset)) }
  return updateConnection(acme, 'okta', input, services)
}

/** Our files of which a function ran meanwhile. */
async function enteredFiles(work: () => Promise<unknown>): Promise<readonly string[]> {
  const session = new Session()
  session.connect()
  await session.post('Debugger.enable')
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  await work()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  await session.post('Profiler.stopPreciseCoverage')
  const files: string[] = []
  for (const { url, scriptId, functions } of result) {
    const file = path.relative(process.cwd(), url.replace('file://', ''))
    if (!/^(app|lib)\//.test(file) || /test-support|\.test\./.test(file)) continue
    const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId })
    const ran = functions
      .flatMap(({ ranges }) => ranges.filter(({ count }) => count > 0))
      .map(({ startOffset, endOffset }) => scriptSource.slice(startOffset, endOffset))
    // Vite makes each export a function, which runs where a constant is read.
    if (ran.some((text) => !/^\(\) ?=> ?\{\s*try ?\{ ?return [\w$]+;? ?\}/.test(text))) files.push(file)
  }
  session.disconnect()
  return files.toSorted()
}

describe('saving a connection', () => {
  it('enters few files', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    await save('First', acme)
    const files = await enteredFiles(() => save('Second', acme))
    expect(files).toContain('lib/configuration/change-configuration.ts')
    expect(files.length, files.join('\n')).toBeLessThanOrEqual(36)
  })

  it('reads the organization once', async () => {
    await apply(EXAMPLE)
    const read: string[] = []
    const services = management()
    await save('Third', await scope('acme'), { ...services, db: watched(services.db, read) })
    const times = (table: string) => read.filter((name) => name === table).length
    for (const table of ['connections', 'servers', 'clients']) expect(times(table)).toBe(1)
    // And whether it is still there, with the right to change it.
    expect(times('organizations')).toBe(2)
  })
})
