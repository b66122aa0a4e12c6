'use server'

import { consoleAction, Refusal, text } from '@/app/console/console-action'
import { requireConfirmation } from '@/app/console/form-values'
import { allowClient } from '@/lib/clients/waiting-clients'
import { Outdated } from '@/lib/configuration/mistakes'
import { setClientBlocked } from '@/lib/grants/block'
import { routes } from '@/lib/routes'
import { makeRegistrationToken, removeRegistrationToken } from '@/lib/servers/registration-token'
import { findServer } from '@/lib/servers/servers'

export const allow = consoleAction('configure', async ({ scope, management }, form) => {
  await allowClient(scope, text(form, 'id'), management).catch((error: unknown) => {
    // It is another one than the page shows.
    throw error instanceof Outdated ? new Refusal('account.refused') : error
  })
  return { goTo: routes.serverClients(scope.organization, text(form, 'server'), { saved: 1 }) }
})

export const refuse = consoleAction('revoke', async ({ scope, management }, form) => {
  await setClientBlocked(scope, text(form, 'id'), true, management)
  return { goTo: routes.serverClients(scope.organization, text(form, 'server'), { saved: 1 }) }
})

/** The token is in the answer alone: no address, no cookie and no log has it. */
export const makeToken = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const { hasRegistrationToken } = await findServer(scope, slug, management)
  if (hasRegistrationToken) requireConfirmation(form)
  return { shown: { secret: await makeRegistrationToken(scope, slug, management) } }
})

export const removeToken = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  await removeRegistrationToken(scope, slug, management)
  return { goTo: routes.serverClients(scope.organization, slug, { saved: 1 }) }
})
