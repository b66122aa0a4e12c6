'use server'

import { signalsInput } from '@/app/console/connection-form/read-form'
import { consoleAction, text } from '@/app/console/console-action'
import { atFields, isChecked, requireConfirmation } from '@/app/console/form-values'
import { findConnection, updateConnection } from '@/lib/connections/connections'
import { makeScimToken, removeScimToken } from '@/lib/connections/scim-token'
import { routes } from '@/lib/routes'
import { refuseScimLockOut } from '@/lib/servers/scim-lock-out'

/** The token is in the answer alone: no address, no cookie and no log has it. */
export const makeToken = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'connection')
  const { hasScimToken } = await findConnection(scope, slug, management)
  if (hasScimToken) requireConfirmation(form)
  return { shown: { token: await makeScimToken(scope, slug, management) } }
})

export const removeToken = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'connection')
  await removeScimToken(scope, slug, management)
  return { goTo: routes.connection(scope.organization, slug, { saved: 'yes' }) }
})

export const saveProvisioned = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'connection')
  const given = text(form, 'scim_match')
  const scimMatch = given === 'user_name' || given === 'email' ? given : 'external_id'
  const scimGroups = isChecked(form, 'scim_groups')
  await refuseScimLockOut(scope, slug, { scimGroups, isMeant: isChecked(form, 'meant') }, management)
  await atFields(() => updateConnection(scope, slug, { scimMatch, scimGroups }, management))
  return { goTo: routes.connection(scope.organization, slug, { saved: 'yes' }) }
})

export const saveSignals = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'connection')
  await atFields(
    () => updateConnection(scope, slug, { signals: signalsInput(form) }, management),
    ([, field]) => `signals_${String(field ?? 'issuer')}`,
  )
  return { goTo: routes.connection(scope.organization, slug, { saved: 'yes' }) }
})
