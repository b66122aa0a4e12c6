'use server'

import { Forbidden, NotFound, PERMISSIONS } from '@/lib/access'
import type { Operator } from '@/lib/accounts/operators'
import { changeOperator, inviteOperator, resetOperator, useOperatorLink } from '@/lib/operators/operators'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'
import { operatorAction, publicAction, text } from '../console-action'
import { newPassword } from '../credentials'

/** Only who runs the installation manages its accounts. */
function scopeOf({ id, email, isInstallationOperator }: Operator) {
  if (!isInstallationOperator) throw new Forbidden('own')
  const actor = { kind: 'operator', id, name: email } as const
  return { organizationId: null, actor, permissions: PERMISSIONS }
}

export const invite = operatorAction(async (operator, form) => {
  const { link, email } = await inviteOperator(scopeOf(operator), text(form, 'email'), await management())
  return { shown: { link, email } }
})

export const reset = operatorAction(async (operator, form) => {
  const { link, email } = await resetOperator(scopeOf(operator), text(form, 'id'), await management())
  return { shown: { link, email } }
})

export const change = operatorAction(async (operator, form) => {
  const wanted = (['promote', 'demote', 'disable'] as const).find((known) => known === text(form, 'change'))
  if (!wanted) throw new NotFound('operator')
  await changeOperator(scopeOf(operator), text(form, 'id'), wanted, await management())
  return { goTo: routes.operators() }
})

/** With a link, and no session. */
export const choosePassword = publicAction(async (form) => {
  const hash = await (await accounts()).hashPassword(newPassword(form))
  await useOperatorLink(text(form, 'token'), hash, await management())
  return { goTo: routes.signIn() }
})
