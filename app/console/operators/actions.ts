'use server'

import { pageLanguage } from '@/app/page-language'
import { Forbidden, NotFound, PERMISSIONS } from '@/lib/access'
import type { Operator } from '@/lib/accounts/operators'
import {
  changeOperator,
  inviteOperator,
  type OperatorLink,
  resetOperator,
  useOperatorLink,
} from '@/lib/operators/operators'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'
import { operatorAction, publicAction, text } from '../console-action'
import { newPassword } from '../credentials'

/** Only who runs the installation manages its accounts. */
async function scopeOf({ id, email, isInstallationOperator }: Operator) {
  if (!isInstallationOperator) throw new Forbidden('own')
  const actor = { kind: 'operator', id, name: email, language: await pageLanguage() } as const
  return { organizationId: null, actor, permissions: PERMISSIONS }
}

const shown = ({ link, email, sentTo }: OperatorLink) => ({
  shown: { link, email, ...(sentTo && { sentTo }) },
})

export const invite = operatorAction(async (operator, form) => {
  return shown(await inviteOperator(await scopeOf(operator), text(form, 'email'), await management()))
})

export const reset = operatorAction(async (operator, form) => {
  return shown(await resetOperator(await scopeOf(operator), text(form, 'id'), await management()))
})

export const change = operatorAction(async (operator, form) => {
  const wanted = (['promote', 'demote', 'disable'] as const).find((known) => known === text(form, 'change'))
  if (!wanted) throw new NotFound('operator')
  await changeOperator(await scopeOf(operator), text(form, 'id'), wanted, await management())
  return { goTo: routes.operators() }
})

/** With a link, and no session. */
export const choosePassword = publicAction(async (form) => {
  const password = newPassword(form)
  const hash = async () => (await accounts()).hashPassword(password)
  await useOperatorLink(text(form, 'token'), hash, await management())
  return { goTo: routes.signIn() }
})
