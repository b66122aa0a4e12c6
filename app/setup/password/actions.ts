'use server'

import { publicAction, Refusal, text } from '@/app/console/console-action'
import { newPassword } from '@/app/console/credentials'
import { routes } from '@/lib/routes'
import { platform } from '@/lib/services/services'

/** Sets a password with a link, which works once. */
export const choosePassword = publicAction(async (form) => {
  const password = await newPassword(form)
  const user = await (await platform()).choosePassword(text(form, 'link'), password)
  if (!user) throw new Refusal('setup.closed')
  return { goTo: routes.passwordDone() }
})
