import type { ComponentProps } from 'react'
import { ActionButton } from '@/components/ui/action-form'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import type { SeenLinkedLogin } from '@/lib/grants/linked-logins'
import type { AccessTexts } from './access-tabs'

type LinkedLoginsProps = {
  /** Slug. */
  readonly organization: string
  /** Id. */
  readonly user: string
  readonly logins: readonly SeenLinkedLogin[]
  /** Absent where the operator may not. */
  readonly unlink?: ComponentProps<typeof ActionButton>['action']
  readonly t: AccessTexts
}

/** Other logins that lead to a user; nothing where there are none. */
export function LinkedLogins({ organization, user, logins, unlink, t }: LinkedLoginsProps) {
  if (logins.length === 0) return null
  const undo = unlink && [
    {
      title: t('actions'),
      cell: ({ id }: SeenLinkedLogin) => (
        <ActionButton
          action={unlink}
          organization={organization}
          fields={{ id: user, login: id }}
          tone="danger"
          confirm={t('unlinkSure')}
        >
          {t('unlink')}
        </ActionButton>
      ),
    },
  ]
  return (
    <Section title={t('linkedLogins')} lead={t('linkedLoginsLead')}>
      <Table
        caption={t('linkedLogins')}
        rows={logins}
        keyOf={({ id }) => id}
        columns={[
          {
            title: t('login'),
            long: true,
            cell: ({ email, name, subject }) => <Clip>{email ?? name ?? subject}</Clip>,
          },
          {
            title: t('source'),
            long: true,
            cell: ({ identitySource }) => <Clip>{identitySource}</Clip>,
          },
          { title: t('subject'), long: true, cell: ({ subject }) => <Clip>{subject}</Clip> },
          {
            title: t('linkedSince'),
            cell: ({ linkedAt }) => linkedAt && <Moment at={linkedAt} language={t.language} />,
          },
          ...(undo ?? []),
        ]}
      />
    </Section>
  )
}
