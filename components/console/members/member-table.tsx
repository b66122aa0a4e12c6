import { ActionForm } from '@/components/ui/action-form'
import { SelectField } from '@/components/ui/fields'
import type { FormState } from '@/components/ui/form-state'
import { Moment } from '@/components/ui/moment'
import { Badge, ButtonLink } from '@/components/ui/page'
import { Clip, type Column, Table } from '@/components/ui/table'
import type { Role } from '@/lib/access'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/members'
import { routes } from '@/lib/routes'

type Member = {
  readonly operatorId: string
  readonly email: string
  readonly role: Role
  readonly hasTwoFactor: boolean
  readonly since: Date
  /** Of what the form changes. */
  readonly version: string
}

type Action = (state: FormState | null, form: FormData) => Promise<FormState>

type MemberTableProps = {
  readonly language: Language
  readonly organization: string
  readonly members: readonly Member[]
  /** The operator who looks. */
  readonly self: string
  /** What they may give and take. */
  readonly roles: readonly Role[]
  readonly setRole: Action
}

/** Who belongs to an organization, with what may be done about it. */
export function MemberTable({ language, members, self, ...changes }: MemberTableProps) {
  const t = translator(messages, language)
  const columns: readonly Column<Member>[] = [
    {
      title: t('members.email'),
      long: true,
      cell: ({ operatorId, email }) => (
        <>
          <Clip>{email}</Clip>
          {operatorId === self && ` (${t('members.you')})`}
        </>
      ),
    },
    { title: t('members.role'), cell: ({ role }) => <Badge>{t(`role.${role}`)}</Badge> },
    {
      title: t('members.factor'),
      cell: ({ hasTwoFactor }) => (
        <Badge tone={hasTwoFactor ? 'good' : 'warning'}>
          {t(hasTwoFactor ? 'members.factorOn' : 'members.factorOff')}
        </Badge>
      ),
    },
    { title: t('members.since'), cell: ({ since }) => <Moment at={since} language={language} /> },
    {
      title: t('members.change'),
      cell: (member) => <Change {...{ ...changes, member, language }} />,
    },
  ]
  return (
    <Table
      caption={t('members.title')}
      rows={members}
      keyOf={({ operatorId }) => operatorId}
      columns={columns}
    />
  )
}

type ChangeProps = Omit<MemberTableProps, 'members' | 'self'> & { readonly member: Member }

function Change({ language, organization, member, roles, setRole }: ChangeProps) {
  const t = translator(messages, language)
  const { operatorId, email, role, version } = member
  if (!roles.includes(role)) return null
  const options = roles.map((value) => ({ value, label: t(`role.${value}`) }))
  return (
    <details className="more">
      <summary aria-label={`${t('members.change')}: ${email}`}>{t('members.change')}</summary>
      <div className="members-change">
        <ActionForm
          action={setRole}
          organization={organization}
          fields={{ operatorId, version }}
          submit={t('members.setRole')}
          tone="plain"
        >
          <SelectField
            name="role"
            label={t('members.roleOf', { email })}
            defaultValue={role}
            options={options}
          />
        </ActionForm>
        <ButtonLink href={routes.memberRemoval(organization, operatorId)} tone="plain">
          {t('members.remove')}
        </ButtonLink>
      </div>
    </details>
  )
}
