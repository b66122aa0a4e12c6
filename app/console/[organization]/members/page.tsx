import { InvitationLink } from '@/components/console/members/invitation-link'
import { MemberTable } from '@/components/console/members/member-table'
import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { Field, SelectField } from '@/components/ui/fields'
import { Moment } from '@/components/ui/moment'
import { Badge, Empty, Page, Section } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { rolesWithin } from '@/lib/access'
import { formVersion } from '@/lib/configuration/entries'
import { listMembers } from '@/lib/members/members'
import { memberEntry } from '@/lib/members/rules'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/members'
import { routes } from '@/lib/routes'
import { consolePage } from '../../console-page'
import { inviteMember, setRole, withdraw } from './actions'

/** Members of the organization, and its invitations. */
export default consolePage('manage_members', async ({ scope, operator, management, language }) => {
  const t = translator(messages, language)
  const { members, invitations } = await listMembers(scope, management)
  const { organization } = scope
  const roles = rolesWithin(scope.permissions)
  const changes = { organization, roles, setRole }
  return (
    <Page title={t('members.title')} lead={t('members.lead')}>
      {members.length === 0 ? (
        <Empty title={t('members.none')}>{t('members.noneHint')}</Empty>
      ) : (
        <MemberTable
          {...{ ...changes, language }}
          members={members.map((member) => ({ ...member, version: formVersion(memberEntry(member)) }))}
          self={operator.id}
        />
      )}
      {invitations.length > 0 && (
        <Section title={t('invitations.title')}>
          <Table
            caption={t('invitations.title')}
            rows={invitations}
            keyOf={({ id }) => id}
            columns={[
              { title: t('members.email'), long: true, cell: ({ email }) => <Clip>{email}</Clip> },
              { title: t('members.role'), cell: ({ role }) => <Badge>{t(`role.${role}`)}</Badge> },
              {
                title: t('invitations.by'),
                long: true,
                cell: ({ inviterName }) => <Clip>{inviterName}</Clip>,
              },
              {
                title: t('invitations.expires'),
                cell: ({ expiresAt }) => <Moment at={expiresAt} language={language} />,
              },
              {
                title: t('members.change'),
                cell: ({ id }) => (
                  <ActionButton action={withdraw} organization={organization} fields={{ id }}>
                    {t('invitations.withdraw')}
                  </ActionButton>
                ),
              },
            ]}
          />
        </Section>
      )}
      <Section title={t('invite.title')} lead={t('invite.lead')}>
        <ActionForm
          action={inviteMember}
          organization={organization}
          submit={t('invite.submit')}
          after={<InvitationLink language={language} again={routes.members(organization)} />}
        >
          <Field name="email" type="email" label={t('invite.email')} required />
          <SelectField
            name="role"
            label={t('invite.role')}
            defaultValue="auditor"
            options={roles.map((role) => ({ value: role, label: t(`hint.${role}`) }))}
          />
        </ActionForm>
      </Section>
    </Page>
  )
})
