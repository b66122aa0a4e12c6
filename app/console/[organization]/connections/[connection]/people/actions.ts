'use server'

import { consoleAction, text } from '@/app/console/console-action'
import { addPerson, removePerson, renewPasswordLink } from '@/lib/connections/platform-users'
import { routes } from '@/lib/routes'

export const add = consoleAction('manage_members', async ({ scope, management }, form) => {
  const person = { address: text(form, 'address'), name: text(form, 'name') }
  const { id: _, ...made } = await addPerson(scope, text(form, 'connection'), person, management)
  return { shown: { ...made, ...person } }
})

export const newLink = consoleAction('manage_members', async ({ scope, management }, form) => {
  const made = await renewPasswordLink(scope, text(form, 'connection'), text(form, 'id'), management)
  return { shown: { ...made, address: text(form, 'address') } }
})

export const remove = consoleAction('manage_members', async ({ scope, management }, form) => {
  const connection = text(form, 'connection')
  await removePerson(scope, connection, text(form, 'id'), management)
  return { goTo: routes.connectionPeople(scope.organization, connection) }
})
