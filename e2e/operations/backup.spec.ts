import { startPostgres } from '@/test/postgres'
import { obtainCode } from '../support/attack-login'
import { obtainTokens, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { expect, test } from '../support/test'

// A test starts an application on the restored database.

test('a backup, restored elsewhere, refreshes the tokens of then, and logs users in', async ({
  world,
}, testInfo) => {
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
  const ask = (form: Record<string, string>) =>
    fetch('/oauth/token', { method: 'POST', body: new URLSearchParams({ client_id: 'cli', ...form }) })
  const refreshed = await ask({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
  expect(refreshed.status).toBe(200)
  expect(await refreshed.json()).toMatchObject({ access_token: expect.any(String), scope: tokens.scope })
  // A browser for which the restored application is the one at our address.
  const visitor = newVisitor((url, request) =>
    url.startsWith(`${root}/`) ? fetch(url.slice(root.length), request) : hostFetch(url, request),
  )
  const { code, verifier, redirectUri } = await obtainCode(world, { visitor })
  const login = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri }
  const redeemed = await ask(login)
  expect(redeemed.status).toBe(200)
  expect(await redeemed.json()).toMatchObject({ refresh_token: expect.any(String) })
  await stop()
  await elsewhere.close()
})
