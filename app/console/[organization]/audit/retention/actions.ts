'use server'

import { setRetention } from '@/lib/organizations/retention'
import { routes } from '@/lib/routes'
import { consoleAction, text } from '../../../console-action'
import { number } from '../../../form-values'

const FIELDS = ['logins', 'audit_log', 'ended_grants'] as const

export const save = consoleAction('own', async ({ scope, management }, form) => {
  const given = FIELDS.filter((name) => text(form, name) !== '').map((name) => [name, number(form, name)])
  await setRetention(scope, Object.fromEntries(given), management)
  return { goTo: routes.retention(scope.organization, { saved: 1 }) }
})
