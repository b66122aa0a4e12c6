'use server'

import { setClientBlocked, setUserBlocked } from '@/lib/grants/block'
import {
  revokeGrant,
  revokeGrantsOfClient,
  revokeGrantsOfServer,
  revokeGrantsOfUser,
} from '@/lib/grants/revoke'
import { consoleAction, text } from '../../console-action'

export const endGrant = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  await revokeGrant(scope, id, management)
  return { goTo: `/console/${scope.organization}/access/grants/${encodeURIComponent(id)}?ended=1` }
})

export const endGrantsOfClient = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  const number = await revokeGrantsOfClient(scope, id, management)
  return { goTo: `/console/${scope.organization}/access/clients/${encodeURIComponent(id)}?ended=${number}` }
})

export const endGrantsOfUser = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  const number = await revokeGrantsOfUser(scope, id, management)
  return { goTo: `/console/${scope.organization}/access/users/${encodeURIComponent(id)}?ended=${number}` }
})

export const endGrantsOfServer = consoleAction('revoke', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const number = await revokeGrantsOfServer(scope, slug, management)
  const query = new URLSearchParams({ server: slug, ended: String(number) })
  return { goTo: `/console/${scope.organization}/access?${query}` }
})

export const blockClient = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  await setClientBlocked(scope, id, text(form, 'blocked') === 'true', management)
  return { goTo: `/console/${scope.organization}/access/clients/${encodeURIComponent(id)}` }
})

export const blockUser = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  await setUserBlocked(scope, id, text(form, 'blocked') === 'true', management)
  return { goTo: `/console/${scope.organization}/access/users/${encodeURIComponent(id)}` }
})
