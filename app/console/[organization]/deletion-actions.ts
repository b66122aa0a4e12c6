'use server'

import { InvalidInput } from '@/lib/configuration/mistakes'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/deletions'
import { deleteConnection, deleteServer } from '@/lib/organizations/deletions'
import { routes } from '@/lib/routes'
import { consoleAction, text } from '../console-action'
import { language } from '../console-page'

export const removeServer = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  await demandTyped(form, slug)
  await deleteServer(scope, slug, management)
  return { goTo: routes.servers(scope.organization) }
})

export const removeConnection = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'connection')
  await demandTyped(form, slug)
  await deleteConnection(scope, slug, management)
  return { goTo: routes.connections(scope.organization) }
})

/** A deletion needs a typed confirmation. */
async function demandTyped(form: FormData, slug: string): Promise<void> {
  if (text(form, 'confirm') === slug) return
  const t = translator(messages, await language())
  throw new InvalidInput([{ path: ['confirm'], message: t('confirmWrong') }])
}
