import { z } from 'zod'
import { versionOf } from '@/lib/configuration/entries'
import { eraseUser, exportUserData } from '@/lib/grants/user-data'
import {
  RETENTION,
  type RetentionInput,
  readRetention,
  retentionEntry,
  setRetention,
} from '@/lib/organizations/retention'
import { organizationRoute } from '../routing'
import { component } from '../schemas'

const retention = component('Retention', RETENTION)

const shownRetention = (body: RetentionInput) => ({ body, version: versionOf(retentionEntry(body)) })

const userData = component(
  'UserData',
  z
    .looseObject({
      user: z.looseObject({ id: z.string() }),
      grants: z.array(z.looseObject({ id: z.string() })),
      logins: z.array(z.looseObject({ reference: z.string() })),
    })
    .describe('Everything that is kept about a user, as it is stored.'),
)
const erasure = component(
  'Erasure',
  z.object({
    grants: z.int().describe('All have ended; what is left of them says when.'),
    logins: z.int(),
    audit_entries: z.int().describe('Those that named the user.'),
    blocked: z.boolean().describe('Whether they stay blocked, for which their subject is kept.'),
  }),
)

export const userDataRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/users/{user}',
    operationId: 'exportUserData',
    summary: 'Hands out everything that is kept about a user, by the `id` that grants have, and records that',
    permission: 'manage_members',
    response: userData,
    handle: async ({ scope, params, management }) => ({
      body: await exportUserData(scope, params.user, management),
    }),
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/users/{user}',
    operationId: 'eraseUser',
    summary:
      'Ends everything that a user connected, erases what is kept about them, for good, and records that',
    permission: 'manage_members',
    response: erasure,
    async handle({ scope, params, management }) {
      const { grants, logins, entries, unverifiable, blocked } = await eraseUser(
        scope,
        params.user,
        management,
      )
      return {
        body: { grants, logins, audit_entries: entries.length + unverifiable.length, blocked },
      }
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/retention',
    operationId: 'getRetention',
    summary: 'Says for how many days an organization keeps what is past',
    permission: 'read',
    response: retention,
    versioned: true,
    handle: async ({ scope, management }) => shownRetention(await readRetention(scope, management)),
  }),
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/retention',
    operationId: 'putRetention',
    summary: 'Sets for how many days an organization keeps logins, audit log and ended grants',
    permission: 'own',
    body: RETENTION,
    response: retention,
    versioned: true,
    handle: async ({ scope, body, management }) =>
      shownRetention(await setRetention(scope, body, management)),
  }),
]
