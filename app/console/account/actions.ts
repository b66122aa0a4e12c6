'use server'

import { headers } from 'next/headers'
import { qrCode } from '@/lib/accounts/qr-code'
import { routes } from '@/lib/routes'
import { accounts, signInProviders } from '@/lib/services/services'
import { operatorAction, Refusal, text } from '../console-action'
import { newPassword } from '../credentials'
import { callAccounts } from '../open-session'

const done = (what: string) => ({ goTo: routes.account({ done: what }) })

/** As it was typed: white space at its ends counts. */
const password = (form: FormData, name = 'password') => String(form.get(name) ?? '')

export const changePassword = operatorAction(async (_operator, form) => {
  const given = newPassword(form, 'newPassword')
  const body = { currentPassword: password(form), newPassword: given, revokeOtherSessions: true }
  await callAccounts('/change-password', body, 'account.wrongPassword')
  return done('password')
})

/** For who signs in with an account elsewhere, and has no password yet. */
export const choosePassword = operatorAction(async (_operator, form) => {
  const own = await accounts()
  const operator = await own.recent(await headers())
  if (!operator) throw new Refusal('provider.stale')
  if (!(await own.setFirstPassword(operator, newPassword(form, 'newPassword'))))
    throw new Refusal('account.refused')
  return done('chosen')
})

export const disconnect = operatorAction(async (operator, form) => {
  const { providers } = await signInProviders()
  const provider = providers.list.find(({ id }) => id === text(form, 'provider'))
  if (!provider) throw new Refusal('account.refused')
  const usable = providers.list.map(({ source }) => source)
  const outcome = await (await accounts()).disconnect(operator, provider.source, usable, provider.id)
  if (outcome === 'last') throw new Refusal('account.last')
  return done('disconnected')
})

export const enableFactor = operatorAction(async (_operator, form) => {
  const body = { password: password(form) }
  const answer = await callAccounts('/two-factor/enable', body, 'account.wrongPassword')
  const { totpURI, backupCodes } = answer as { totpURI: string; backupCodes: readonly string[] }
  const secret = new URL(totpURI).searchParams.get('secret') ?? ''
  const { path, side } = qrCode(totpURI)
  return {
    shown: { uri: totpURI, secret, qrPath: path, qrSide: String(side), backupCodes: backupCodes.join('\n') },
  }
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

export const removePasskey = operatorAction(async (operator, form) => {
  const usable = (await signInProviders()).providers.list.map(({ source }) => source)
  const outcome = await (await accounts()).removePasskey(operator, text(form, 'id'), usable)
  if (outcome === 'last') throw new Refusal('account.last')
  if (outcome === 'absent') throw new Refusal('account.refused')
  return done('passkey')
})

export const endOtherSessions = operatorAction(async () => {
  await callAccounts('/revoke-other-sessions', {}, 'account.refused')
  return done('sessions')
})
