import { newVisitor, type Visitor } from '../../support/attack-visitor'
import type { Installation } from '../installation'
import { answered, type Sheet } from '../sheet'
import { submitForm } from '../submit-form'

export const OWNER = { email: 'owner@example.com', password: 'correct horse battery staple' }

/** Pages in both languages: public ones, and those of an operator who has just set the installation up. */
export async function recordPages(sheet: Sheet, { app }: Installation): Promise<void> {
  const german = { 'accept-language': 'de' }
  for (const path of OF_EVERYBODY) {
    await sheet.ask(path, app.url + path)
    await sheet.ask(`${path} in German`, app.url + path, { headers: german })
  }
  const operator = newVisitor()
  await setUp(sheet, app.output(), operator)
  for (const path of OF_OPERATORS) await sheet.ask(path, app.url + path, {}, operator)
  for (const path of OF_OPERATORS)
    await sheet.ask(`${path} in German`, app.url + path, { headers: german }, operator)
}

/** The first operator comes in. */
async function setUp(sheet: Sheet, printed: string, operator: Visitor): Promise<void> {
  const link = /\S+\/console\/setup\?token=\S+/.exec(printed)?.[0] ?? ''
  await sheet.ask('the first visit', link, {}, operator)
  const made = await submitForm(operator, link, 'Create account', { ...OWNER, name: 'Operations' })
  const { status, headers } = made
  sheet.note('the first operator', answered({ status, headers, text: await made.text() }))
}

const OF_EVERYBODY = [
  '/',
  '/nowhere',
  '/account',
  '/oauth/device/done',
  '/oauth/consent?request=none',
  '/oauth/consent/open?request=none',
  '/console',
  '/console/sign-in',
  '/console/second-factor',
  '/console/invitations/guessed',
  '/console/setup?token=guessed',
  '/setup/connection/guessed',
  '/setup/connection/finished',
  '/setup/password?token=guessed',
  '/setup/password/done',
]

const OF_OPERATORS = [
  '/console',
  '/console/account',
  '/console/organizations',
  '/console/nothing',
  // Not the overview, whose days depend on the hour.
  ...[
    '/access',
    // Those of a file are as old as one another.
    '/access/clients?q=Living&server=first',
    '/access/users',
    '/access/users/none',
    '/audit?action=server.',
    '/audit?chain=installation',
    '/connections',
    '/connections/new',
    '/connections/main',
    '/connections/forge',
    '/connections/people/people',
    '/connections/main/delete',
    '/keys',
    '/logins',
    '/logins/none',
    '/members',
    '/servers',
    '/servers/new',
    '/servers/first',
    '/servers/first/next-steps',
    '/servers/first/settings',
    '/servers/first/scopes',
    '/servers/first/tokens',
    '/servers/first/clients',
    '/servers/first/clients/backend',
    '/branding',
    '/servers/first/branding',
    '/servers/first/doctor',
    '/servers/first/delete',
    '/setup-links',
    '/webhooks',
  ].map((path) => `/console/acme${path}`),
]
