import { afterAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { serverSchema as ServerSchema } from '@/lib/configuration/schema/server'

const SCHEMA = '@/lib/configuration/schema/server'

// Nothing but the schema knows the new setting: no column, no list of fields. Test files share their modules.
vi.resetModules()
vi.doMock(SCHEMA, async (original) => {
  const { serverSchema } = await original<{ readonly serverSchema: typeof ServerSchema }>()
  return {
    serverSchema: (loopback: boolean) =>
      serverSchema(loopback).extend({ greetsTwice: z.boolean().default(false) }),
  }
})
afterAll(() => {
  vi.doUnmock(SCHEMA)
  vi.resetModules()
})

const { applyConfiguration } = await import('@/lib/configuration/apply')
const { exportConfiguration } = await import('@/lib/configuration/export')
const { findServer } = await import('@/lib/servers/servers')
const { changed, SECRETS } = await import('@/lib/test-support/example')
const { testApi } = await import('./test-support/api')

const { call, newKey, management, scope, store, rows } = testApi()

const apply = (text: string, dryRun = false) => {
  const { db, sealer } = store()
  const { config } = management()
  return applyConfiguration(text, { file: 'v.yaml', env: SECRETS, config, db, sealer, dryRun })
}
const FILE = changed('name: Acme MCP', 'name: Acme MCP\n        greets_twice: true')

it('a new boolean of a server needs its schema alone: file, plan, export, API, view and OpenAPI follow', async () => {
  const { changes } = await apply(FILE)
  const field = (value: boolean) => ({ field: 'greets_twice', after: value })
  expect(changes.find(({ name }) => name === 'acme/main')?.fields).toContainEqual(field(true))
  expect(changes.find(({ name }) => name === 'acme/second')?.fields).toContainEqual(field(false))
  expect((await apply(FILE)).changes).toEqual([])
  expect(exportConfiguration(await rows())).toContain('greets_twice: true')
  expect(await findServer(await scope('acme'), 'main', management())).toMatchObject({ greetsTwice: true })

  const address = '/organizations/acme/servers/main'
  const key = await newKey('acme')
  const read = await call('GET', address, { key })
  expect(read.body.greets_twice).toBe(true)
  const put = await call('PUT', address, { key, body: { ...read.body, greets_twice: false } })
  expect([put.status, put.body.greets_twice]).toEqual([200, false])
  const wrong = await call('PUT', address, { key, body: { ...read.body, greets_twice: 'often' } })
  expect(wrong.body.errors).toEqual([{ pointer: '/greets_twice', detail: 'must be true or false' }])
  const { body: document } = await call('GET', '/openapi.json', {})
  for (const name of ['Server', 'ServerInput'])
    expect(document.components.schemas[name].properties.greets_twice).toEqual({
      type: 'boolean',
      default: false,
    })
})

it('what was stored before there was a setting has its default', async () => {
  await apply(FILE)
  await store().db.execute(`update servers set settings = settings - 'greetsTwice'`)
  expect(await findServer(await scope('acme'), 'main', management())).toMatchObject({ greetsTwice: false })
  const [change] = (await apply(FILE, true)).changes
  expect(change?.fields).toEqual([{ field: 'greets_twice', before: false, after: true }])
})
