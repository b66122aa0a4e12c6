'use server'

import { routes } from '@/lib/routes'
import { publicAction, text } from '../console-action'
import { callAccounts, openSession } from '../open-session'
import { destination } from './destination'

export const signIn = publicAction(async (form) => {
  const password = String(form.get('password') ?? '')
  const { isSecondFactorMissing } = await openSession({ email: text(form, 'email'), password })
  return { goTo: isSecondFactorMissing ? routes.secondFactor() : destination(text(form, 'invitation')) }
})

export const signOut = publicAction(async () => {
  await callAccounts('/sign-out', {}, 'signIn.failed')
  return { goTo: routes.signIn() }
})
