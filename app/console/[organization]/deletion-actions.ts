'use server'

import { invalid } from '@/lib/configuration/mistakes'
import { deleteConnection, deleteServer } from '@/lib/organizations/deletions'
import { routes } from '@/lib/routes'
import { consoleAction, text } from '../console-action'

export const removeServer = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  requireTyped(form, slug)
  await deleteServer(scope, slug, management)
  return { goTo: routes.servers(scope.organization) }
})

export const removeConnection = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'connection')
  requireTyped(form, slug)
  await deleteConnection(scope, slug, management)
  return { goTo: routes.connections(scope.organization) }
})

/** A deletion needs a typed confirmation. */
function requireTyped(form: FormData, slug: string): void {
  if (text(form, 'confirm') !== slug) throw invalid('confirm', 'not_the_short_name')
}
