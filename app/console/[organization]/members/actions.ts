'use server'

import { ROLES, type Role } from '@/lib/access'
import { invalid } from '@/lib/configuration/mistakes'
import { invite, withdrawInvitation } from '@/lib/members/invitations'
import { changeRole, removeMember } from '@/lib/members/members'
import { routes } from '@/lib/routes'
import { consoleAction, text } from '../../console-action'

export const inviteMember = consoleAction('manage_members', async ({ scope, management }, form) => {
  const email = text(form, 'email')
  const { link, sentTo } = await invite(scope, { email, role: role(form) }, management)
  return { shown: { link, email, ...(sentTo && { sentTo }) } }
})

export const withdraw = consoleAction('manage_members', async ({ scope, management }, form) => {
  await withdrawInvitation(scope, text(form, 'id'), management)
  return { goTo: routes.members(scope.organization) }
})

export const setRole = consoleAction('manage_members', async ({ scope, management }, form) => {
  await changeRole(scope, text(form, 'operatorId'), role(form), management)
  return { goTo: routes.members(scope.organization) }
})

export const remove = consoleAction('manage_members', async ({ scope, operator, management }, form) => {
  const operatorId = text(form, 'operatorId')
  await removeMember(scope, operatorId, management)
  const isGone = operatorId === operator.id && !operator.isInstallationOperator
  return { goTo: isGone ? routes.home() : routes.members(scope.organization) }
})

function role(form: FormData): Role {
  const found = ROLES.find((known) => known === text(form, 'role'))
  if (!found) throw invalid('role', 'not_a_role')
  return found
}
