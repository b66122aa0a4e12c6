import { startPostgres } from '@/test/postgres'
import { obtainCode } from '../support/attack-login'
import { obtainTokens, refresh } from '../support/attack-tokens'
import { expect, test } from '../support/test'

// A test starts an application on the restored database.

test('a backup, restored elsewhere, refreshes the tokens of then', async ({ world }, testInfo) => {
  const { root } = world.issuers
  const tokens = await obtainTokens(root, await obtainCode(world))
  const file = testInfo.outputPath('vestibule.backup')
  const made = await world.app.cli(['backup', file])
  expect(made).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('Not in it: VESTIBULE_KEYS'),
  })
  // What happens afterwards is not in it.
  expect((await refresh(root, tokens.refresh_token)).status).toBe(200)

  const elsewhere = await startPostgres()
  const environment = { DATABASE_URL: elsewhere.url, DATABASE_MIGRATION_URL: elsewhere.url }
  const restored = await world.app.cli(['restore', file], '', environment)
  expect(restored).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('tables restored') })
  const { fetch, stop } = await world.sibling(environment)
  const form = { grant_type: 'refresh_token', client_id: 'cli', refresh_token: tokens.refresh_token }
  const answer = await fetch('/oauth/token', { method: 'POST', body: new URLSearchParams(form) })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ access_token: expect.any(String), scope: tokens.scope })
  await stop()
  await elsewhere.close()
})
