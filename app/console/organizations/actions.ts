'use server'

import { Forbidden } from '@/lib/access'
import { createOrganization } from '@/lib/organizations/create-organization'
import { routes } from '@/lib/routes'
import { management } from '@/lib/services/services'
import { operatorAction, text } from '../console-action'

/** Only who runs the installation adds customers. */
export const addOrganization = operatorAction(async (operator, form) => {
  if (!operator.isInstallationOperator) throw new Forbidden('own')
  const actor = { kind: 'operator', id: operator.id, name: operator.email } as const
  return {
    goTo: routes.organization(
      await createOrganization(actor, { name: text(form, 'name') }, await management()),
    ),
  }
})
