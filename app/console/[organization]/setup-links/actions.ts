'use server'

import { invalid } from '@/lib/configuration/mistakes'
import { routes } from '@/lib/routes'
import { createSetupLink, revokeSetupLink } from '@/lib/setup-links/links'
import { consoleAction, text } from '../../console-action'

const DAY = 24 * 3600_000

/** What the list of connections has for one that is yet to be made. */
const NEW = ''

/** Makes a link and shows it, this once. */
export const createLink = consoleAction('configure', async ({ scope, management }, form) => {
  const connection = text(form, 'connection')
  const days = Number(text(form, 'expires'))
  if (!(days > 0)) throw invalid('expires', 'missing')
  const email = text(form, 'email')
  const { url, sentTo } = await createSetupLink(
    scope,
    {
      label: text(form, 'label'),
      ...(connection === NEW ? { newConnection: text(form, 'newConnection') } : { connection }),
      ...(email && { email }),
      expiresAt: new Date(management.ports.clock().getTime() + days * DAY),
    },
    management,
  )
  return { shown: { url, ...(sentTo && { sentTo }) } }
})

export const revokeLink = consoleAction('configure', async ({ scope, management }, form) => {
  await revokeSetupLink(scope, text(form, 'link'), management)
  return { goTo: routes.setupLinks(scope.organization) }
})
