import { freePort } from '@/test/free-port'
import { REDIRECT } from '../support/attack-login'
import { newSlug } from '../support/attack-server'
import { obtainTokens } from '../support/attack-tokens'
import { catchLastRedirect } from '../support/last-redirect'
import { samlConfiguration } from '../support/saml-configuration'
import { startSimpleSamlPhp } from '../support/simplesamlphp'
import { authorizeUrl, expect, makePkce, test } from '../support/test'

const slug = newSlug()

// It comes from Debian, and so only under `npm run matrix -- saml`.
test('a user logs in at SimpleSAMLphp', async ({ page, world }) => {
  test.skip(process.env.SAML_PROVIDER === undefined, 'npm run matrix -- saml')
  const provider = await startSimpleSamlPhp(await freePort(), `${world.app.url}/oauth/callback/${slug}`)
  try {
    await (await world.inside()).apply(samlConfiguration(slug, provider.metadata))
    const issuer = `${world.app.url}/s/${slug}`
    const { challenge, verifier } = makePkce()
    const url = authorizeUrl(issuer, { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: challenge })
    const back = await catchLastRedirect(page, REDIRECT)
    await page.goto(url)
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.locator('input[name=username]').fill('una')
    await page.locator('input[name=password]').fill('secret')
    await page.locator('input[name=password]').press('Enter')
    const code = new URL(await back()).searchParams.get('code') ?? ''
    const tokens = await obtainTokens(issuer, {
      code,
      verifier,
      clientId: 'cli',
      redirectUri: REDIRECT,
      reference: '',
    })
    expect(tokens.access_token).not.toBe('')
  } finally {
    provider.stop()
  }
})
