import { notFound } from 'next/navigation'
import { pageLanguage } from '@/app/page-language'
import { Frame } from '@/components/console/frame'
import { InvitationLink } from '@/components/console/members/invitation-link'
import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { Field } from '@/components/ui/fields'
import { Badge, Page, Section } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { PERMISSIONS, ROLES } from '@/lib/access'
import { type Language, type Translate, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/members'
import { listOperators } from '@/lib/operators/operators'
import { routes } from '@/lib/routes'
import { management } from '@/lib/services/services'
import { signedIn } from '../console-page'
import { signOut } from '../sign-in/actions'
import { change, invite, reset } from './actions'

type Row = Awaited<ReturnType<typeof listOperators>>[number]

/** All accounts of the console; to others than operators of the installation it does not exist. */
export default async function OperatorsPage() {
  const [operator, spoken] = [await signedIn(), await pageLanguage()]
  if (!operator.isInstallationOperator) notFound()
  const t = translator(messages, spoken)
  const actor = { kind: 'operator', id: operator.id, name: operator.email } as const
  const scope = { organizationId: null, actor, permissions: PERMISSIONS }
  return (
    <Frame language={spoken} operator={operator} signOut={signOut}>
      <Page title={t('operators.title')} lead={t('operators.lead')}>
        <Table<Row>
          caption={t('operators.title')}
          keyOf={({ id }) => id}
          rows={await listOperators(scope, await management())}
          columns={[
            { title: t('operators.email'), long: true, cell: ({ email }) => <Clip>{email}</Clip> },
            {
              title: t('operators.state'),
              cell: ({ disabledAt, isInstallationOperator }) => (
                <span className="in-line">
                  <Badge tone={disabledAt ? 'warning' : 'good'}>
                    {t(disabledAt ? 'operators.disabled' : 'operators.active')}
                  </Badge>
                  {isInstallationOperator && <Badge>{t('operators.runs')}</Badge>}
                </span>
              ),
            },
            {
              title: t('operators.factor'),
              cell: ({ hasTwoFactor }) => t(hasTwoFactor ? 'operators.on' : 'operators.off'),
            },
            {
              title: t('operators.organizations'),
              long: true,
              cell: ({ organizations }) => (
                <Clip>{organizations.map((one) => inWords(one, t)).join(', ') || '–'}</Clip>
              ),
            },
            { title: t('operators.change'), cell: (row) => <Changes row={row} language={spoken} /> },
          ]}
        />
        <Section title={t('operators.invite')} lead={t('operators.inviteLead')}>
          <ActionForm
            action={invite}
            submit={t('operators.inviteSubmit')}
            after={<InvitationLink language={spoken} again={routes.operators()} />}
          >
            <Field name="email" type="email" label={t('operators.email')} autoComplete="off" required />
          </ActionForm>
        </Section>
      </Page>
    </Frame>
  )
}

/** `acme: auditor` with the role as people call it. */
function inWords(membership: string, t: Translate<keyof (typeof messages)['en']>): string {
  const role = ROLES.find((known) => membership.endsWith(`: ${known}`))
  return role ? membership.slice(0, -role.length) + t(`role.${role}`) : membership
}

function Changes({ row, language }: { readonly row: Row; readonly language: Language }) {
  const t = translator(messages, language)
  const { id, email, isInstallationOperator, disabledAt } = row
  return (
    <details className="more">
      <summary aria-label={`${t('operators.change')}: ${email}`}>{t('operators.change')}</summary>
      <div className="members-change">
        <ActionForm
          action={reset}
          fields={{ id }}
          submit={t('operators.reset')}
          tone="plain"
          after={<InvitationLink language={language} again={routes.operators()} />}
        />
        {isInstallationOperator ? (
          <ActionButton
            action={change}
            fields={{ id, change: 'demote' }}
            confirm={t('operators.demoteConfirm', { email })}
          >
            {t('operators.demote')}
          </ActionButton>
        ) : (
          <ActionButton action={change} fields={{ id, change: 'promote' }}>
            {t('operators.promote')}
          </ActionButton>
        )}
        {!disabledAt && (
          <ActionButton
            action={change}
            fields={{ id, change: 'disable' }}
            tone="danger"
            confirm={t('operators.disableConfirm', { email })}
          >
            {t('operators.disable')}
          </ActionButton>
        )}
      </div>
    </details>
  )
}
