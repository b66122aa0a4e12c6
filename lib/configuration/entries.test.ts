import { describe, expect, it } from 'vitest'
import type { OrganizationScope } from '@/lib/access'
import { changeClient } from '@/lib/clients/server-clients'
import { findConnection, updateConnection } from '@/lib/connections/connections'
import { brandEntry, findBranding, saveBranding } from '@/lib/servers/branding'
import { findServer, updateServer } from '@/lib/servers/servers'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { changeWebhook, createWebhook, findWebhook, webhookEntry } from '@/lib/webhooks/webhooks'
import {
  clientEntry,
  connectionEntry,
  type Entry,
  expectedByForm,
  expectedByHeader,
  formVersion,
  serverEntry,
  versionOf,
} from './entries'
import { Outdated } from './mistakes'

const { apply, store } = testInstallation()
const { management, scope } = createServices(store)

type Form = { readonly entry: Entry; save(scope: OrganizationScope, name: string): Promise<unknown> }

const serverNow = async (acme: OrganizationScope) => {
  const view = await findServer(acme, 'main', management())
  return serverEntry({ ...view, connection: view.connection.slug })
}

/** Forms of the console: what each shows, and what it saves. */
const FORMS: Readonly<Record<string, (acme: OrganizationScope) => Promise<Form>>> = {
  connection: async (acme) => ({
    entry: connectionEntry(await findConnection(acme, 'okta', management())),
    save: (scope, name) => updateConnection(scope, 'okta', { name }, management()),
  }),
  server: async (acme) => ({
    entry: await serverNow(acme),
    save: (scope, name) => updateServer(scope, 'main', { name }, management()),
  }),
  client: async (acme) => {
    const [client] = (await findServer(acme, 'main', management())).clients
    if (!client) throw new Error('the example has no client')
    const { hasSecret: _, ...description } = client
    return {
      entry: clientEntry(client),
      save: (scope, name) => changeClient(scope, 'main', { ...description, name }, management()),
    }
  },
  branding: async (acme) => ({
    entry: brandEntry(await findBranding(acme, 'main', management())),
    save: (scope, name) => saveBranding(scope, 'main', { name, accent: '', accentDark: '' }, management()),
  }),
  webhook: async (acme) => {
    const { id } = await createWebhook(acme, { url: 'https://hooks.example/' }, management())
    return {
      entry: webhookEntry(await findWebhook(acme, id, management())),
      save: (scope, name) => changeWebhook(scope, id, { url: `https://${name}.example/` }, management()),
    }
  },
}

const asked = (acme: OrganizationScope, version: string): OrganizationScope => {
  const expected = expectedByForm(version)
  if (!expected) throw new Error('the form says no version')
  return { ...acme, expected }
}

describe.each(Object.entries(FORMS))('the form of a %s', (_, open) => {
  it('saves what it was opened for, and of two at once only one', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    const { entry, save } = await open(acme)
    const version = formVersion(entry)
    const saved = await Promise.allSettled([
      save(asked(acme, version), 'one'),
      save(asked(acme, version), 'two'),
    ])
    expect(saved.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = saved.find((each) => each.status === 'rejected')
    const error = refused?.status === 'rejected' ? refused.reason : undefined
    if (!(error instanceof Outdated)) throw new Error('was refused otherwise', { cause: error })
    expect(error.mistakes).toHaveLength(1)
    // Shown what is stored, they may replace it.
    await save(asked(acme, `|${error.version}`), 'three')
  })
})

it('a form is not disturbed by what it does not show, nor by what it would save itself', async () => {
  await apply(EXAMPLE)
  const acme = await scope('acme')
  const version = formVersion(await serverNow(acme), ['name', 'aliases'])
  await updateServer(acme, 'main', { accessTokenLifetime: 600 }, management())
  await updateServer(asked(acme, version), 'main', { name: 'One' }, management())
  await updateServer(asked(acme, version), 'main', { name: 'One' }, management())
  await expect(updateServer(asked(acme, version), 'main', { name: 'Two' }, management())).rejects.toThrow(
    Outdated,
  )
})

it('a version depends on no order, and on every value', () => {
  expect(versionOf({ a: 1, b: { c: [1, 2], d: 3 } })).toBe(versionOf({ b: { d: 3, c: [1, 2] }, a: 1 }))
  expect(versionOf({ a: [1, 2] })).not.toBe(versionOf({ a: [2, 1] }))
  expect(versionOf({ a: 1, b: undefined })).toBe(versionOf({ a: 1 }))
})

it.each([
  ['"a"', ['a']],
  ['"a", "b"', ['a', 'b']],
  ['W/"a", "b"', ['b']],
  ['a', []],
])('If-Match: %s', (header, versions) => {
  expect(expectedByHeader(header)).toEqual({ versions })
})
