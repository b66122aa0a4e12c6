import { z } from 'zod'
import { NotFound, type OrganizationScope, ROLES } from '@/lib/access'
import { versionOf } from '@/lib/configuration/entries'
import type { Management } from '@/lib/management/management'
import { invite, withdrawInvitation } from '@/lib/members/invitations'
import { changeRole, listMembers, readDescent, removeMember } from '@/lib/members/members'
import { memberEntry } from '@/lib/members/rules'
import { PAGE_QUERY, pageByName } from '../page'
import { organizationRoute } from '../routing'
import {
  component,
  createdInvitation,
  instant,
  invitation,
  invitationList,
  member,
  memberChange,
  memberList,
  newInvitation,
} from '../schemas'

type Membership = Awaited<ReturnType<typeof listMembers>>

type Shown = Pick<Membership['invitations'][number], 'id' | 'email' | 'role' | 'expiresAt' | 'inviterName'>

const emailOf = ({ email }: { readonly email: string }) => email

const showMember = ({
  operatorId,
  email,
  name,
  role,
  hasTwoFactor,
  since,
}: Membership['members'][number]) => ({
  id: operatorId,
  email,
  name,
  role,
  has_two_factor: hasTwoFactor,
  since: since.toISOString(),
})

const shown = (member: Membership['members'][number]) => ({
  body: showMember(member),
  version: versionOf(memberEntry(member)),
})

const showInvitation = ({ id, email, role, expiresAt, inviterName }: Shown) => ({
  id,
  email,
  role,
  expires_at: expiresAt.toISOString(),
  created_by: inviterName,
})

const memberCredentials = component(
  'MemberCredentials',
  z.object({
    api_keys: z.array(
      z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES), created_by: z.string() }),
    ),
    setup_links: z.array(
      z.object({ id: z.string(), label: z.string(), connection_name: z.string(), created_by: z.string() }),
    ),
    invitations: z.array(z.object({ id: z.string(), email: z.string(), role: z.enum(ROLES) })),
    password_links: z
      .array(z.object({ person: z.string(), address: z.string() }))
      .describe('With which people of platform connections choose a password.'),
    known_secrets: z
      .array(
        z.object({
          kind: z
            .enum(['client', 'connection', 'registration', 'resource', 'scim', 'webhook'])
            .describe('What it is for; `connection`: at an identity provider, `resource`: of an MCP server.'),
          name: z.string().describe('What it belongs to, as in the audit log.'),
          since: instant,
        }),
      )
      .describe(
        'Secrets that they were shown or entered and that still work: these do not end, replace them.',
      ),
  }),
)

const showDescent = ({
  apiKeys,
  setupLinks,
  invitations,
  passwordLinks,
  knownSecrets,
}: Awaited<ReturnType<typeof readDescent>>) => ({
  api_keys: apiKeys.map(({ id, name, role, createdBy }) => ({ id, name, role, created_by: createdBy })),
  setup_links: setupLinks.map(({ id, label, connectionName, createdBy }) => ({
    id,
    label,
    connection_name: connectionName,
    created_by: createdBy,
  })),
  invitations: invitations.map(({ id, email, role }) => ({ id, email, role })),
  password_links: passwordLinks.map(({ id, address }) => ({ person: id, address })),
  known_secrets: knownSecrets.map(({ kind, name, since }) => ({ kind, name, since: since.toISOString() })),
})

async function findMember(scope: OrganizationScope, id: string, management: Management) {
  const { members } = await listMembers(scope, management)
  const found = members.find(({ operatorId }) => operatorId === id)
  if (!found) throw new NotFound('member')
  return found
}

export const memberRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/members',
    operationId: 'listMembers',
    summary: 'Lists who belongs to an organization, in the order of their addresses',
    permission: 'manage_members',
    query: PAGE_QUERY,
    response: memberList,
    async handle({ scope, query, management }) {
      const { members } = await listMembers(scope, management)
      return pageByName(members, query, emailOf, showMember)
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/members/{member}',
    operationId: 'getMember',
    summary: 'Reads a member',
    versioned: true,
    permission: 'manage_members',
    response: member,
    handle: async ({ scope, params, management }) =>
      shown(await findMember(scope, params.member, management)),
  }),
  organizationRoute({
    method: 'PATCH',
    path: '/organizations/{organization}/members/{member}',
    operationId: 'updateMember',
    summary: 'Gives a member another role',
    versioned: true,
    permission: 'manage_members',
    body: memberChange,
    response: member,
    async handle({ scope, params, body, management }) {
      await changeRole(scope, params.member, body.role, management)
      return shown(await findMember(scope, params.member, management))
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/members/{member}/credentials',
    operationId: 'listMemberCredentials',
    summary:
      'Lists what a member made, and what was made with it: it ends when the member is removed; and secrets that they know, which do not',
    permission: 'manage_members',
    response: memberCredentials,
    async handle({ scope, params, management }) {
      return { body: showDescent(await readDescent(scope, params.member, management)) }
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/members/{member}',
    operationId: 'removeMember',
    summary: 'Takes a member out of an organization, at once, and ends the credentials that they made',
    permission: 'manage_members',
    canRefuse: true,
    async handle({ scope, params, management }) {
      await removeMember(scope, params.member, management)
      return {}
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/invitations',
    operationId: 'listInvitations',
    summary: 'Lists open invitations, in the order of their addresses',
    permission: 'manage_members',
    query: PAGE_QUERY,
    response: invitationList,
    async handle({ scope, query, management }) {
      const { invitations } = await listMembers(scope, management)
      return pageByName(invitations, query, emailOf, showInvitation)
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/invitations/{invitation}',
    operationId: 'getInvitation',
    summary: 'Reads an open invitation',
    permission: 'manage_members',
    response: invitation,
    async handle({ scope, params, management }) {
      const { invitations } = await listMembers(scope, management)
      const found = invitations.find(({ id }) => id === params.invitation)
      if (!found) throw new NotFound('invitation')
      return { body: showInvitation(found) }
    },
  }),
  organizationRoute({
    method: 'POST',
    path: '/organizations/{organization}/invitations',
    operationId: 'createInvitation',
    summary: 'Invites somebody; the answer holds the link to pass on',
    permission: 'manage_members',
    body: newInvitation,
    response: createdInvitation,
    creates: 'always',
    async handle({ scope, body, management }) {
      const { link, sentTo, ...made } = await invite(scope, body, management)
      const shown = showInvitation({ ...made, inviterName: scope.actor.name })
      return { status: 201, body: { ...shown, link, ...(sentTo && { sent_to: sentTo }) } }
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/invitations/{invitation}',
    operationId: 'withdrawInvitation',
    summary: 'Takes an invitation back',
    permission: 'manage_members',
    async handle({ scope, params, management }) {
      await withdrawInvitation(scope, params.invitation, management)
      return {}
    },
  }),
]
