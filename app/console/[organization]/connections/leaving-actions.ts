'use server'

import { consoleAction, text } from '@/app/console/console-action'
import { atFields, isChecked, requireConfirmation } from '@/app/console/form-values'
import { findConnection, setSignals, updateConnection } from '@/lib/connections/connections'
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

/** Without an issuer, no signals are taken. */
export const saveSignals = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'connection')
  const [issuer, jwksUri] = [text(form, 'signals_issuer'), text(form, 'signals_jwks_uri')]
  const given = { issuer, audience: text(form, 'signals_audience'), ...(jwksUri && { jwksUri }) }
  await atFields(
    () => setSignals(scope, slug, issuer ? given : undefined, management),
    ([, field]) => `signals_${String(field ?? 'issuer')}`,
  )
  return { goTo: routes.connection(scope.organization, slug, { saved: 'yes' }) }
})
