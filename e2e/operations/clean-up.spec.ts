import { obtainCode } from '../support/attack-login'
import { obtainTokens, refresh } from '../support/attack-tokens'
import { manage, registerManaged } from '../support/registrations'
import { expect, test } from '../support/test'

test('an operator can clean up at any time, without an effect on live grants', async ({ world }) => {
  const { root } = world.issuers
  const waiting = await registerManaged(root)
  const client = await registerManaged(root)
  const { clientId } = client
  const tokens = await obtainTokens(root, await obtainCode(world, { clientId }))
  const underWay = await obtainCode(world, { clientId })
  // Beside the server's own, and another of the operator's.
  const runs = await Promise.all([world.app.cli(['clean-up']), world.app.cli(['clean-up'])])
  for (const { code, stdout, stderr } of runs) {
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines.every((line) => /^ *\d+ {2}[A-Za-z ]+$/.test(line))).toBe(true)
    for (const what of ['registrations that were never used', 'refresh tokens', 'timelines of logins'])
      expect(lines).toContain(`        0  ${what}`)
  }
  expect((await manage(waiting, 'GET')).status).toBe(200)
  expect((await refresh(root, tokens.refresh_token, { client_id: clientId })).status).toBe(200)
  await obtainTokens(root, underWay)
})
