import type { SeenLogin } from '@/lib/logins/logins'
import { messages as reasons } from '@/lib/messages/reasons'
import { routes } from '@/lib/routes'
import { Moment } from '../moment'
import { Table } from '../table'
import { type LoginTexts, OutcomeBadge } from './outcome-badge'

type LoginTableProps = {
  /** Slug. */
  readonly organization: string
  readonly logins: readonly SeenLogin[]
  readonly t: LoginTexts
}

/** Logins, the newest first. */
export function LoginTable({ organization, logins, t }: LoginTableProps) {
  return (
    <Table
      caption={t('caption')}
      rows={logins}
      keyOf={({ id }) => id}
      columns={[
        { title: t('when'), cell: ({ createdAt }) => <Moment at={createdAt} language={t.language} /> },
        {
          title: t('reference'),
          cell: ({ reference }) => (
            <a href={routes.login(organization, reference)}>
              <code>{reference}</code>
            </a>
          ),
        },
        {
          title: t('client'),
          cell: ({ clientName, clientId }) => <bdi className="foreign">{clientName ?? clientId ?? '–'}</bdi>,
        },
        {
          title: t('user'),
          cell: ({ userEmail, userName, userId, loginHint }) => (
            <bdi className="foreign">{userEmail ?? userName ?? userId ?? loginHint ?? '–'}</bdi>
          ),
        },
        { title: t('server'), cell: ({ serverName }) => serverName },
        {
          title: t('outcome'),
          cell: ({ outcome, failure }) => (
            <>
              <OutcomeBadge outcome={outcome} t={t} />
              {failure && outcome !== 'completed' && (
                <span className="reason">{reasons[t.language][failure]}</span>
              )}
            </>
          ),
        },
      ]}
    />
  )
}
