'use server'

import { ROLES } from '@/lib/access'
import { createApiKey, revokeApiKey } from '@/lib/api-keys/api-keys'
import { invalid } from '@/lib/configuration/mistakes'
import { routes } from '@/lib/routes'
import { consoleAction, text } from '../../console-action'

const DAY = 24 * 3600_000

/** Makes a key and shows it, this once. */
export const createKey = consoleAction('manage_members', async ({ scope, management }, form) => {
  const role = ROLES.find((known) => known === text(form, 'role'))
  if (!role) throw invalid('role', 'not_one_of', { values: ROLES })
  const days = Number(text(form, 'expires'))
  const expiresAt = days > 0 ? new Date(management.ports.clock().getTime() + days * DAY) : undefined
  const input = { name: text(form, 'name'), role, ...(expiresAt && { expiresAt }) }
  const { key } = await createApiKey(scope, input, management)
  return { shown: { key } }
})

export const revokeKey = consoleAction('manage_members', async ({ scope, management }, form) => {
  await revokeApiKey(scope, text(form, 'key'), management)
  return { goTo: routes.keys(scope.organization) }
})
