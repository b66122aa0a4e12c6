'use server'

import { MIN_PASSWORD_LENGTH, passwordProblem } from '@/lib/accounts/password'
import { InvalidInput } from '@/lib/management/change-configuration'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/operator-account'
import { operatorAction, text } from '../console-action'
import { language } from '../console-page'
import { callAccounts } from '../open-session'

const done = (what: string) => ({ goTo: `/console/account?done=${what}` })

/** As it was typed: white space at its ends counts. */
const password = (form: FormData, name = 'password') => String(form.get(name) ?? '')

export const changePassword = operatorAction(async (_operator, form) => {
  const newPassword = password(form, 'newPassword')
  const problem = passwordProblem(newPassword)
  if (problem) {
    const key = problem === 'setup.passwordShort' ? 'password.short' : 'password.long'
    const message = translator(messages, await language())(key, { count: MIN_PASSWORD_LENGTH })
    throw new InvalidInput([{ path: ['newPassword'], message }])
  }
  const body = { currentPassword: password(form), newPassword, revokeOtherSessions: true }
  await callAccounts('/change-password', body, 'account.wrongPassword')
  return done('password')
})

export const enableFactor = operatorAction(async (_operator, form) => {
  const body = { password: password(form) }
  const answer = await callAccounts('/two-factor/enable', body, 'account.wrongPassword')
  const { totpURI, backupCodes } = answer as { totpURI: string; backupCodes: readonly string[] }
  const secret = new URL(totpURI).searchParams.get('secret') ?? ''
  return { shown: { uri: totpURI, secret, backupCodes: backupCodes.join('\n') } }
})

export const confirmFactor = operatorAction(async (_operator, form) => {
  await callAccounts('/two-factor/verify-totp', { code: text(form, 'code') }, 'second.refused')
  return done('factor-on')
})

export const disableFactor = operatorAction(async (_operator, form) => {
  await callAccounts('/two-factor/disable', { password: password(form) }, 'account.wrongPassword')
  return done('factor-off')
})

export const newBackupCodes = operatorAction(async (_operator, form) => {
  const body = { password: password(form) }
  const answer = await callAccounts('/two-factor/generate-backup-codes', body, 'account.wrongPassword')
  const { backupCodes } = answer as { backupCodes: readonly string[] }
  return { shown: { backupCodes: backupCodes.join('\n') } }
})

export const removePasskey = operatorAction(async (_operator, form) => {
  await callAccounts('/passkey/delete-passkey', { id: text(form, 'id') }, 'account.refused')
  return done('passkey')
})

export const endOtherSessions = operatorAction(async () => {
  await callAccounts('/revoke-other-sessions', {}, 'account.refused')
  return done('sessions')
})
