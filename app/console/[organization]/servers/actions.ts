'use server'

import { brandInput } from '@/app/console/brand-input'
import { consoleAction, text } from '@/app/console/console-action'
import { atFields, isChecked, requireConfirmation } from '@/app/console/form-values'
import { routes } from '@/lib/routes'
import { refuseLockOut } from '@/lib/servers/access-trial'
import { saveBranding } from '@/lib/servers/branding'
import { createServer } from '@/lib/servers/create-server'
import { findServer, makeResourceSecret, updateServer } from '@/lib/servers/servers'
import {
  handoffInForm,
  policyInForm,
  scopeRows,
  scopesInForm,
  settingsInForm,
  tokensInForm,
} from './server-form'

export const protectServer = consoleAction('configure', async ({ scope, management }, form) => {
  const server = {
    name: text(form, 'name'),
    resource: text(form, 'resource'),
    connection: text(form, 'connection'),
  }
  const slug = await atFields(() => createServer(scope, server, management))
  return { goTo: routes.serverNextSteps(scope.organization, slug, { created: 1 }) }
})

export const saveSettings = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  await atFields(() => updateServer(scope, slug, settingsInForm(form), management))
  return { goTo: routes.serverSettings(scope.organization, slug, { saved: 1 }) }
})

/** What fields are called that have no value of their own. */
const SCOPE_FIELDS: Readonly<Record<string, string>> = { when: 'when_0_claim', translations: 'de' }

export const saveScopes = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const [filled, scopes] = [scopeRows(form), scopesInForm(form)]
  await refuseLockOut(scope, slug, { scopes }, isChecked(form, 'scopes'), management)
  await atFields(
    () => updateServer(scope, slug, { scopes }, management),
    ([, index, field]) => {
      const row = filled[Number(index)] ?? filled[0] ?? 0
      return `scope_${row}_${SCOPE_FIELDS[String(field)] ?? String(field ?? 'name')}`
    },
  )
  return { goTo: routes.serverScopes(scope.organization, slug, { saved: 1 }) }
})

export const saveTokens = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  await atFields(
    () => updateServer(scope, slug, tokensInForm(form), management),
    ([field]) => (field === 'resource_secret' ? 'token_format' : String(field)),
  )
  return { goTo: routes.serverTokens(scope.organization, slug, { saved: 1 }) }
})

export const saveHandoff = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  await atFields(
    () => updateServer(scope, slug, handoffInForm(form), management),
    () => 'handoff_scopes',
  )
  return { goTo: routes.serverTokens(scope.organization, slug, { saved: 1 }) }
})

/** The credential is in the answer alone: no address, no cookie and no log has it. */
export const makeSecret = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const { hasResourceSecret } = await findServer(scope, slug, management)
  if (hasResourceSecret) requireConfirmation(form)
  return { shown: { secret: await makeResourceSecret(scope, slug, management) } }
})

export const removeSecret = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  await updateServer(scope, slug, { resourceSecret: undefined }, management)
  return { goTo: routes.serverTokens(scope.organization, slug, { saved: 1 }) }
})

export const savePolicy = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const fields: Readonly<Record<string, string>> = {
    client_policy: 'hosts',
    registration: 'quota',
    client_admission: 'admitted_hosts',
  }
  await atFields(
    () => updateServer(scope, slug, policyInForm(form), management),
    ([field]) => fields[String(field)] ?? String(field),
  )
  return { goTo: routes.serverClients(scope.organization, slug, { saved: 1 }) }
})

export const saveBrand = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const input = await brandInput(form)
  await saveBranding(scope, slug, input, management)
  return { goTo: routes.serverBranding(scope.organization, slug, { saved: 1 }) }
})
