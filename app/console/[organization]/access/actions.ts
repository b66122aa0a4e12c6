'use server'

import { setClientBlocked, setUserBlocked } from '@/lib/grants/block'
import {
  revokeGrant,
  revokeGrantsOfClient,
  revokeGrantsOfServer,
  revokeGrantsOfUser,
} from '@/lib/grants/revoke'
import { routes } from '@/lib/routes'
import { consoleAction, text } from '../../console-action'

export const endGrant = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  await revokeGrant(scope, id, management)
  return { goTo: routes.grant(scope.organization, id, { ended: 1 }) }
})

export const endGrantsOfClient = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  const number = await revokeGrantsOfClient(scope, id, management)
  return { goTo: routes.client(scope.organization, id, { ended: number }) }
})

export const endGrantsOfUser = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  const number = await revokeGrantsOfUser(scope, id, management)
  return { goTo: routes.user(scope.organization, id, { ended: number }) }
})

export const endGrantsOfServer = consoleAction('revoke', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const number = await revokeGrantsOfServer(scope, slug, management)
  return { goTo: routes.grants(scope.organization, { server: slug, ended: number }) }
})

export const blockClient = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  await setClientBlocked(scope, id, text(form, 'blocked') === 'true', management)
  return { goTo: routes.client(scope.organization, id) }
})

export const blockUser = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  await setUserBlocked(scope, id, text(form, 'blocked') === 'true', management)
  return { goTo: routes.user(scope.organization, id) }
})
