import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { createApiKey } from '@/lib/api-keys/api-keys'
import { createConnection } from '@/lib/connections/connections'
import { addPerson } from '@/lib/connections/platform-users'
import { createOrganization } from '@/lib/organizations/create-organization'
import { renameOrganization } from '@/lib/organizations/organizations'
import { createServer } from '@/lib/servers/create-server'
import { updateServer } from '@/lib/servers/servers'
import { createSetupLink } from '@/lib/setup-links/links'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { InvalidInput, sentenceOf } from './mistakes'

const { apply, refusal, rows, store } = testInstallation()
const { management, scope } = createServices(store)

/** Looks like `Acme Inc`, or turns what stands behind it around. */
const POSING = [
  'Acme\u200B Inc',
  '\u202EcnI emcA',
  'Acme\u00AD Inc',
  'Acme Inc\u{E0041}',
  'Acme \uD800Inc',
  'Acme\u2800Inc',
]

async function mistakesOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof InvalidInput)) throw new Error('was not refused', { cause: error })
  return error.mistakes.map(({ path, code }) => `${path.join('.')} ${code}`)
}

const SERVER = { resource: 'https://posing.example/mcp', connection: 'okta' }

it.each(POSING)('nothing gets a name that poses as another: %j', async (name) => {
  await apply(EXAMPLE)
  const [acme, services] = [await scope('acme'), management()]
  const platform = { type: 'platform', slug: 'people', name: 'People' } as const
  await createConnection(acme, platform, services)
  const before = await rows()
  const refused = [
    await mistakesOf(createOrganization(acme.actor, { name, slug: 'posing' }, services)),
    await mistakesOf(renameOrganization(acme, name, services)),
    await mistakesOf(createConnection(acme, { ...platform, slug: 'other', name }, services)),
    await mistakesOf(createServer(acme, { ...SERVER, name, slug: 'posing' }, services)),
    await mistakesOf(createApiKey(acme, { name, role: 'auditor' }, services)),
    await mistakesOf(addPerson(acme, 'people', { address: 'p@acme.example', name }, services)),
  ]
  expect(refused.flat()).toEqual(refused.map(() => 'name invisible_character'))
  const link = createSetupLink(acme, { label: name, newConnection: 'Okta' }, services)
  expect(await mistakesOf(link)).toEqual(['label invisible_character'])
  const scopes = [{ name: 'files:read', description: name }]
  expect(await mistakesOf(updateServer(acme, 'second', { scopes }, services))).toEqual([
    'scopes.0.description invisible_character',
  ])
  const address = addPerson(
    acme,
    'people',
    { address: `${name.replace(' ', '')}@acme.example`, name: '' },
    services,
  )
  expect(await mistakesOf(address)).toEqual(['address invisible_character'])
  expect(await rows()).toEqual(before)
})

it('a file says which character it is, and where', async () => {
  const line = EXAMPLE.split('\n').findIndex((each) => each.includes('name: Acme MCP')) + 1
  expect(await refusal(EXAMPLE.replace('name: Acme MCP', 'name: "Acme\\u200B MCP"'))).toEqual([
    `v.yaml:${line}:15: organizations[0].servers[0].name: contains U+200B, which is not seen or turns the text around it: leave it out`,
  ])
})

it('names of every script, with emoji, are names', async () => {
  await apply(EXAMPLE)
  for (const name of ['会議アシスタント', 'مساعد الاجتماعات', 'Zoë’s 🤖 “bot”', 'Familie 👨‍👩‍👧', '❤️ Acme'])
    await renameOrganization(await scope('acme'), name, management())
  expect((await rows()).organizations.map(({ name }) => name)).toContain('❤️ Acme')
})

it('a name that was stored before goes on working, and is not taken for another thing', async () => {
  await apply(EXAMPLE)
  await store().db.execute(sql`update servers set name = ${'Acme\u200B MCP'} where slug = 'main'`)
  const stored = EXAMPLE.replace('name: Acme MCP', 'name: "Acme\\u200B MCP"')
  expect((await apply(stored)).changes).toEqual([])
  const acme = await scope('acme')
  await renameOrganization(acme, 'Acme renamed', management())
  await updateServer(acme, 'main', { accessTokenLifetime: 600 }, management())
  const main = (await rows()).servers.find(({ slug }) => slug === 'main')
  expect([main?.name, main?.accessTokenLifetime]).toEqual(['Acme\u200B MCP', 600])
  expect(await mistakesOf(renameOrganization(acme, 'Acme\u200C renamed', management()))).toEqual([
    'name invisible_character',
  ])
})

it('a slug of a page of the console is refused by every way', async () => {
  await apply(EXAMPLE)
  const [acme, services] = [await scope('acme'), management()]
  const connection = { type: 'platform', slug: 'new', name: 'New' } as const
  expect(await mistakesOf(createConnection(acme, connection, services))).toEqual(['slug slug_reserved'])
  expect(await mistakesOf(createServer(acme, { ...SERVER, name: 'New', slug: 'new' }, services))).toEqual([
    'slug slug_reserved',
  ])
  expect(
    await mistakesOf(createOrganization(acme.actor, { name: 'X', slug: 'operators' }, services)),
  ).toEqual(['slug slug_reserved'])
  expect(await refusal('organizations: [{ slug: operators, name: Operators }]')).toEqual([
    'v.yaml:1:25: organizations[0].slug: is the name of a page of the console: choose another',
  ])
  expect(sentenceOf({ path: ['slug'], code: 'slug_reserved' }, 'de')).toContain('Seite der Konsole')
  // A name alone finds a slug that is free.
  expect(await createServer(acme, { ...SERVER, name: 'New' }, services)).toBe('new-2')
  expect(await createConnection(acme, { type: 'platform', name: 'New' }, services)).toMatchObject({
    name: 'new-2',
  })
  expect(await mistakesOf(createOrganization(acme.actor, { name: 'Operators' }, services))).toEqual([
    'name organization_name_taken',
  ])
})
