import { newVisitor } from '../../support/attack-visitor'
import type { Installation } from '../installation'
import { authorizeUrl, decide, logIn, logInUpstream, openConsent, redemption } from '../login'
import type { Sheet } from '../sheet'

/** Logins that end in every way, and then what the operator reads about each. */
export async function recordLogins(sheet: Sheet, installation: Installation): Promise<void> {
  const { app, hostIssuer } = installation
  const references: Record<string, string> = {}
  const visitor = newVisitor()
  const good = await logIn(installation, sheet, 'a login', { visitor, parameters: { scope: 'openid email' } })
  references['a login'] = good.reference
  const redeem = (title: string, form: Record<string, string>) =>
    sheet.ask(title, `${app.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
  await redeem('its code with another verifier', redemption(good.code, { code_verifier: 'x'.repeat(43) }))
  await redeem('its code', redemption(good.code))
  await redeem('its code again', redemption(good.code))
  await sheet.ask('its callback again', good.callback, {}, visitor)
  await sheet.ask('its callback in another browser', good.callback)

  const denied = await openConsent(sheet, 'a login that is denied', authorizeUrl(app.url), visitor)
  references['a login that is denied'] = denied.reference
  await decide(installation, sheet, visitor, denied, 'deny')
  await decide(installation, sheet, visitor, denied, 'allow')

  const forged = await openConsent(sheet, 'a decision of another site', authorizeUrl(app.url), visitor)
  references['a decision of another site'] = forged.reference
  await decide(installation, sheet, visitor, forged, 'allow', 'https://evil.example')
  await decide(installation, sheet, newVisitor(), forged, 'allow')
  await decide(installation, sheet, visitor, forged, 'perhaps')

  references['a login that is refused'] = await recordRefused(sheet, installation)
  const down = await openConsent(sheet, 'a provider that is down', authorizeUrl(hostIssuer), visitor)
  references['a provider that is down'] = down.reference
  await decide(installation, sheet, visitor, down, 'allow')
  const abandoned = await openConsent(
    sheet,
    'a login that is left',
    authorizeUrl(`${app.url}/s/second`),
    visitor,
  )
  references['a login that is left'] = abandoned.reference

  await sheet.runAll(
    Object.entries(references).map(([title, reference]) => [
      `the timeline of ${title}`,
      ['timeline', reference],
    ]),
  )
}

/** The identity provider refuses, and sends an unexpected response. */
async function recordRefused(sheet: Sheet, installation: Installation): Promise<string> {
  const { app } = installation
  const visitor = newVisitor()
  const consent = await openConsent(sheet, 'a login that is refused', authorizeUrl(app.url), visitor)
  const allowed = await decide(installation, sheet, visitor, consent, 'allow')
  const callback = new URL(await logInUpstream(installation, visitor, allowed.headers.get('location') ?? ''))
  const { searchParams } = callback
  await sheet.ask(
    'the callback with another state',
    `${app.url}/oauth/callback/main-idp?code=x&state=x`,
    {},
    visitor,
  )
  await sheet.ask('the callback without a state', `${app.url}/oauth/callback/main-idp`, {}, visitor)
  await sheet.ask(
    'the callback of no connection',
    `${app.url}/oauth/callback/none?code=x&state=x`,
    {},
    visitor,
  )
  await sheet.ask('the callback in German', `${app.url}/oauth/callback/main-idp?code=x&state=x`, {
    headers: { 'accept-language': 'de' },
  })
  searchParams.delete('code')
  searchParams.set('error', 'access_denied')
  await sheet.ask('the callback of a refusal', callback.href, {}, visitor)
  return consent.reference
}
