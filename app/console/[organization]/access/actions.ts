'use server'

import { setClientBlocked, setUserBlocked } from '@/lib/grants/block'
import { unlinkLogin } from '@/lib/grants/linked-logins'
import {
  revokeGrant,
  revokeGrantsOfClient,
  revokeGrantsOfServer,
  revokeGrantsOfUser,
} from '@/lib/grants/revoke'
import { eraseUser } from '@/lib/grants/user-data'
import { routes } from '@/lib/routes'
import { type ActionContext, consoleAction, text } from '../../console-action'

export const endGrant = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  await revokeGrant(scope, id, management)
  return { goTo: routes.grant(scope.organization, id, { ended: 1 }) }
})

export const endGrantsOfClient = consoleAction('revoke', endGrants(revokeGrantsOfClient, routes.client))
export const endGrantsOfUser = consoleAction('revoke', endGrants(revokeGrantsOfUser, routes.user))

export const endGrantsOfServer = consoleAction('revoke', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const number = await revokeGrantsOfServer(scope, slug, management)
  return { goTo: routes.grants(scope.organization, { server: slug, ended: number }) }
})

export const erase = consoleAction('manage_members', async ({ scope, management }, form) => {
  await eraseUser(scope, text(form, 'id'), management)
  return { goTo: routes.users(scope.organization, { erased: 1 }) }
})

/** Ends what came by the login. */
export const unlink = consoleAction('revoke', async ({ scope, management }, form) => {
  const id = text(form, 'id')
  const ended = await unlinkLogin(scope, id, text(form, 'login'), management)
  return { goTo: routes.user(scope.organization, id, { unlinked: ended }) }
})

export const blockClient = consoleAction('revoke', block(setClientBlocked, routes.client))
export const blockUser = consoleAction('revoke', block(setUserBlocked, routes.user))

function endGrants(revoke: typeof revokeGrantsOfClient, page: typeof routes.client) {
  return async ({ scope, management }: ActionContext, form: FormData) => {
    const id = text(form, 'id')
    return { goTo: page(scope.organization, id, { ended: await revoke(scope, id, management) }) }
  }
}

function block(setBlocked: typeof setClientBlocked, page: typeof routes.client) {
  return async ({ scope, management }: ActionContext, form: FormData) => {
    const id = text(form, 'id')
    await setBlocked(scope, id, text(form, 'blocked') === 'true', management)
    return { goTo: page(scope.organization, id) }
  }
}
