'use server'

import { NotFound } from '@/lib/access'
import { acceptInvitation, openInvitation } from '@/lib/members/accept-invitation'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'
import { operatorAction, publicAction, text } from '../../console-action'
import { newPassword } from '../../credentials'
import { openFirstSession } from '../../open-session'

/** For an existing account. */
export const accept = operatorAction(async ({ id, email }, form) => {
  const invitee = { kind: 'operator', id, email } as const
  return {
    goTo: routes.organization(await acceptInvitation(text(form, 'token'), invitee, await management())),
  }
})

/** For a new account: the address is the invitation's, whatever the form says. */
export const acceptAsNewcomer = publicAction(async (form) => {
  const services = await management()
  const token = text(form, 'token')
  const password = newPassword(form)
  const invitation = await openInvitation(token, services)
  if (!invitation) throw new NotFound('invitation')
  const passwordHash = await (await accounts()).hashPassword(password)
  const organization = await acceptInvitation(token, { kind: 'newcomer', way: { passwordHash } }, services)
  return openFirstSession({ email: invitation.email, password }, routes.organization(organization))
})
