'use server'

import { routes } from '@/lib/routes'
import { publicAction, text } from '../console-action'
import { callAccounts } from '../open-session'

/** Digits are from the authenticator; anything else is a backup code. */
export const enterSecondFactor = publicAction(async (form) => {
  const code = text(form, 'code')
  const path = /^\d{6}$/.test(code) ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code'
  await callAccounts(path, { code }, 'second.refused')
  return { goTo: routes.home() }
})
