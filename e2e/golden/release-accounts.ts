import { newVisitor } from '../support/attack-visitor'
import { totp } from '../support/totp'
import type { Installation } from './installation'
import { authorizeUrl, decide, openConsent, redemption } from './login'
import { OWNER } from './scenes/pages'
import type { Sheet } from './sheet'
import { submitForm } from './submit-form'

export type Api = (method: string, place: string, body?: object) => Promise<Record<string, string>>

/** A member, an invitation that waits, a second factor, a wrong password, a person without an identity provider. */
export async function fillAccounts(installation: Installation, sheet: Sheet, api: Api): Promise<void> {
  const { app } = installation
  const console = `${app.url}/console`
  await api('POST', 'invitations', { email: 'next@acme.example', role: 'auditor' })
  const { link = '' } = await api('POST', 'invitations', { email: 'member@acme.example', role: 'support' })
  const member = newVisitor()
  await submitForm(member, link, 'Create account and join', { password: 'a password of a member' })
  await submitForm(newVisitor(), `${console}/sign-in`, 'Sign in', {
    email: 'nobody@acme.example',
    password: 'a wrong one',
  })

  const account = `${console}/account`
  const shown = await submitForm(member, account, 'Show QR code', { password: 'a password of a member' })
  const html = await shown.text()
  const secret = /secret=([A-Z2-7]+)/.exec(html)?.[1] ?? ''
  await submitForm(member, account, 'Turn on', { code: totp(secret) }, html)
  // A code is good once: the next sign-in is with the next one.
  const again = newVisitor()
  const credentials = { email: 'member@acme.example', password: 'a password of a member' }
  await submitForm(again, `${console}/sign-in`, 'Sign in', credentials)
  await submitForm(again, `${console}/second-factor`, 'Continue', { code: totp(secret, 1) })

  const owner = newVisitor()
  await submitForm(owner, `${console}/sign-in`, 'Sign in', OWNER)
  const headers = { origin: app.url }
  await owner.go(`${console}/acme/connections/main/test`, { method: 'POST', headers })
  const people = `${console}/acme/connections/people/people`
  const added = await submitForm(owner, people, 'Add person', { address: 'ada@acme.example', name: 'Ada' })
  const choose = /http[^<"]+\/setup\/password\?link=[\w-]+/.exec(await added.text())?.[0] ?? ''
  await submitForm(newVisitor(), choose, 'Save', { password: 'a password of a person' })
  await logInHere(installation, sheet)
}

/** A login at our own accounts, in place of an identity provider's. */
async function logInHere(installation: Installation, sheet: Sheet): Promise<void> {
  const { app } = installation
  const issuer = `${app.url}/s/own`
  const visitor = newVisitor()
  const consent = await openConsent(sheet, 'a login here', authorizeUrl(issuer), visitor)
  const allowed = await decide(installation, sheet, visitor, consent, 'allow')
  const page = new URL(allowed.headers.get('location') ?? '')
  const form = Object.fromEntries(page.searchParams)
  const signIn = `${page.origin}${page.pathname}/sign-in`
  const person = { address: 'ada@acme.example', password: 'a password of a person' }
  const back = await visitor.submit(signIn, { ...form, ...person }, app.url)
  const answer = await sheet.ask('its callback', back.headers.get('location') ?? '', {}, visitor)
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  await sheet.ask('its tokens', `${issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(redemption(code)),
  })
}
