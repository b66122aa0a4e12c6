'use server'

import { Forbidden } from '@/lib/management/access'
import { createOrganization } from '@/lib/management/create-organization'
import { management } from '@/lib/services'
import { operatorAction, text } from '../console-action'

/** Only who runs the installation adds customers. */
export const addOrganization = operatorAction(async (operator, form) => {
  if (!operator.isInstallationOperator) throw new Forbidden('own')
  const actor = { kind: 'operator', id: operator.id, name: operator.email } as const
  return {
    goTo: `/console/${await createOrganization(actor, { name: text(form, 'name') }, await management())}`,
  }
})
