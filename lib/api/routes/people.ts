import { z } from 'zod'
import { NotFound } from '@/lib/access'
import { text } from '@/lib/configuration/schema/values'
import {
  addPerson,
  listPeople,
  type PasswordLink,
  type Person,
  removePerson,
  renewPasswordLink,
} from '@/lib/connections/platform-users'
import { omitNullish } from '@/lib/omit-nullish'
import { PAGE_QUERY, pageByName } from '../page'
import { organizationRoute } from '../routing'
import { component, endedGrants, instant, listOf, sentTo } from '../schemas'

const person = component(
  'Person',
  z.object({
    id: z.string(),
    address: z.string(),
    name: z.string(),
    has_password: z.boolean(),
    grants: z.int().describe('Live ones, which end when the account is removed.'),
    link_expires_at: instant.exactOptional().describe('Of the open link to choose a password.'),
  }),
)
const personList = listOf('PersonList', person)
const newPerson = component(
  'NewPerson',
  z.strictObject({ address: text(254), name: text(100).exactOptional() }),
)
const passwordLink = component(
  'PasswordLink',
  z.object({
    id: z.string(),
    link: z.string().describe('With which a password is chosen, once, within seven days. Never shown again.'),
    sent_to: sentTo,
  }),
)

const show = ({ id, address, name, hasPassword, grants, linkExpiresAt }: Person) =>
  omitNullish({
    id,
    address,
    name,
    has_password: hasPassword,
    grants,
    link_expires_at: linkExpiresAt?.toISOString(),
  })

const showLink = (id: string, { link, sentTo: address }: PasswordLink) => ({
  id,
  link,
  ...(address && { sent_to: address }),
})

const PATH = '/organizations/{organization}/connections/{connection}/people'

export const personRoutes = [
  organizationRoute({
    method: 'GET',
    path: PATH,
    operationId: 'listPeople',
    summary: 'Lists the accounts at a platform connection, in the order of their addresses',
    permission: 'read',
    query: PAGE_QUERY,
    response: personList,
    async handle({ scope, params, query, management }) {
      const { people } = await listPeople(scope, params.connection, management)
      return pageByName(people, query, ({ address }) => address, show)
    },
  }),
  organizationRoute({
    method: 'POST',
    path: PATH,
    operationId: 'createPerson',
    summary: 'Adds an account at a platform connection, whose user chooses the password',
    permission: 'manage_members',
    body: newPerson,
    response: passwordLink,
    creates: 'always',
    async handle({ scope, params, body, management }) {
      const added = { name: '', ...body }
      const { id, ...made } = await addPerson(scope, params.connection, added, management)
      return { status: 201, body: showLink(id, made) }
    },
  }),
  organizationRoute({
    method: 'GET',
    path: `${PATH}/{person}`,
    operationId: 'getPerson',
    summary: 'Reads an account at a platform connection',
    permission: 'read',
    response: person,
    async handle({ scope, params, management }) {
      const { people } = await listPeople(scope, params.connection, management)
      const found = people.find(({ id }) => id === params.person)
      if (!found) throw new NotFound('person')
      return { body: show(found) }
    },
  }),
  organizationRoute({
    method: 'POST',
    path: `${PATH}/{person}/link`,
    operationId: 'renewPasswordLink',
    summary: 'Makes a new link to choose a password; the one before is void',
    permission: 'manage_members',
    response: passwordLink,
    async handle({ scope, params, management }) {
      const made = await renewPasswordLink(scope, params.connection, params.person, management)
      return { body: showLink(params.person, made) }
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: `${PATH}/{person}`,
    operationId: 'removePerson',
    summary: 'Removes an account, and ends what its user connected',
    permission: 'manage_members',
    response: endedGrants,
    async handle({ scope, params, management }) {
      return { body: { count: await removePerson(scope, params.connection, params.person, management) } }
    },
  }),
]
