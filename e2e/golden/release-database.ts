/**
 * Writes `drizzle/fixtures/{version}`: the database of a release after everything that the golden recording does, and
 * some of what the recording leaves out; what it exports; and the secrets that open it. `scripts/release-database.mjs`
 * runs it in a checkout of that release.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import postgres from 'postgres'
import { addRows, dump, thinOut } from './dump'
import { type Installation, startInstallation, UPSTREAM_SECRET } from './installation'
import { logIn, redemption } from './login'
import { type Api, fillAccounts } from './release-accounts'
import { SCENES } from './scenes'
import { settled } from './settled'
import { json, type Sheet } from './sheet'

const [, , version = '', folder = 'drizzle/fixtures'] = process.argv
const keys = `release:${randomBytes(32).toString('base64')}`
const installation = await startInstallation({ VESTIBULE_KEYS: keys })
try {
  const sheet = installation.newSheet()
  for (const record of Object.values(SCENES)) await record(sheet, installation)
  const known = await leaveTokens(installation, sheet)
  await settled(installation.databaseUrl)
  const { stdout: yaml } = await installation.app.cli(['export'])
  await installation.app.stop()
  const { entries } = JSON.parse(readFileSync('drizzle/migrations/meta/_journal.json', 'utf8'))
  const facts = {
    version,
    at: new Date(),
    lastMigration: entries.at(-1).tag,
    keys,
    upstreamSecret: UPSTREAM_SECRET,
    ...known,
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/${version}.sql`, await dumpAll(installation.databaseUrl))
  writeFileSync(`${folder}/${version}.yaml`, yaml)
  writeFileSync(`${folder}/${version}.json`, `${JSON.stringify(facts, null, 2)}\n`)
} finally {
  await installation.close()
}

async function dumpAll(url: string): Promise<string> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await addRows(sql)
    await thinOut(sql)
    const { rows, empty } = await dump(sql)
    if (empty.length > 0) throw new Error(`nothing is in ${empty.join(', ')}`)
    return rows
  } finally {
    await sql.end()
  }
}

/** Live tokens of every kind, and whatever else only a signed-in user leaves behind. */
async function leaveTokens(installation: Installation, sheet: Sheet) {
  const { app } = installation
  const apiKey = (await app.cli(['api-keys', 'create', '--installation', '--name', 'release'])).stdout.trim()
  const api: Api = async (method, place, body) => {
    const answer = await sheet.ask(place, `${app.url}/api/v1/organizations/acme/${place}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (answer.status >= 400) throw new Error(`${place} answered ${answer.status}: ${answer.text}`)
    return json(answer)
  }
  await fillAccounts(installation, sheet, api)
  const webhook = await api('POST', 'webhooks', { url: 'http://127.0.0.1:9/hook', actions: [] })
  await api('POST', `webhooks/${webhook.id}/test`)
  await api('POST', 'setup-links', { label: 'Jane', connection: 'forge' })
  await api('PUT', 'servers/first/branding', { name: 'Acme', accent: '#0c5a4a' })
  const second = {
    name: 'Acme Partner MCP',
    resource: 'https://partners.acme.example/mcp',
    connection: 'main',
  }
  await api('PUT', 'servers/second', { ...second, token_format: 'opaque' })
  const redeem = async (at: string, scope: string) => {
    const login = await logIn(installation, sheet, 'a last login', { at, parameters: { scope } })
    const body = new URLSearchParams(redemption(login.code))
    return json(await sheet.ask('its tokens', `${at}/oauth/token`, { method: 'POST', body }))
  }
  const tokens = await redeem(app.url, 'openid profile:read')
  const { access_token: opaqueToken } = await redeem(`${app.url}/s/second`, '')
  return { apiKey, refreshToken: tokens.refresh_token, opaqueToken }
}
