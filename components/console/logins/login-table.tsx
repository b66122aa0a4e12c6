import { ApplicationName } from '@/components/application-mark'
import { Moment } from '@/components/ui/moment'
import { Clip, Table } from '@/components/ui/table'
import type { SeenLogin } from '@/lib/logins/logins'
import { messages as reasons } from '@/lib/messages/reasons'
import { routes } from '@/lib/routes'
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
      hrefOf={({ reference }) => routes.login(organization, reference)}
      columns={[
        { title: t('when'), cell: ({ createdAt }) => <Moment at={createdAt} language={t.language} /> },
        {
          title: t('reference'),
          isTitle: true,
          cell: ({ reference }) => (
            <a href={routes.login(organization, reference)}>
              <code>{reference}</code>
            </a>
          ),
        },
        {
          title: t('client'),
          cell: ({ clientName, clientId }) => <ApplicationName clientId={clientId} name={clientName} />,
        },
        {
          title: t('user'),
          long: true,
          cell: ({ userEmail, userName, userId, loginHint }) => (
            <Clip>{userEmail ?? userName ?? userId ?? loginHint ?? '–'}</Clip>
          ),
        },
        { title: t('server'), cell: ({ serverName }) => <Clip>{serverName}</Clip> },
        {
          title: t('outcome'),
          cell: ({ outcome, failure }) => (
            <>
              <OutcomeBadge outcome={outcome} t={t} />
              {failure && outcome !== 'completed' && outcome !== 'denied' && (
                <span className="reason">{reasons[t.language][failure]}</span>
              )}
            </>
          ),
        },
      ]}
    />
  )
}
