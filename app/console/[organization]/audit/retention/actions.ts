'use server'

import { setRetention } from '@/lib/organizations/retention'
import { routes } from '@/lib/routes'
import { consoleAction } from '../../../console-action'
import { retentionInForm } from './retention-form'

export const save = consoleAction('own', async ({ scope, management }, form) => {
  await setRetention(scope, retentionInForm(form), management)
  return { goTo: routes.retention(scope.organization, { saved: 1 }) }
})
