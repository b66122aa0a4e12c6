import { counted } from '@/components/console/access/client-table'
import { GrantHolderActions } from '@/components/console/access/grant-holder-actions'
import { GrantTable } from '@/components/console/access/grant-table'
import { Older } from '@/components/console/filter-fields'
import { Moment } from '@/components/console/moment'
import { Badge, Callout, Empty, Facts, Page, Section } from '@/components/console/page'
import { findUser, listGrants } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { routes } from '@/lib/routes'
import { consolePage } from '../../../../console-page'
import { blockUser, endGrantsOfUser } from '../../actions'

/** One user: what they have connected, and how to keep them out. */
export default consolePage('read', async ({ scope, management, params, query, language }) => {
  const t = translator(messages, language)
  const { organization } = scope
  const user = await findUser(scope, params.id ?? '', management)
  const wishes = { state: 'live', user: user.id, ...(query.after && { after: query.after }) } as const
  const { rows, next } = await listGrants(scope, wishes, management)
  const logins = routes.logins(organization, { user: user.id })
  return (
    <Page
      title={user.email ?? user.name ?? user.subject}
      up={{ href: routes.users(organization), label: t('tab.users') }}
      actions={user.blockedAt && <Badge tone="problem">{t('blocked')}</Badge>}
    >
      {query.ended && /^\d{1,9}$/.test(query.ended) && (
        <Callout tone="good" title={t('endedMany', { count: query.ended })}>
          {t('whatEndsLead')}
        </Callout>
      )}
      <Section title={t('facts')}>
        <Facts
          items={[
            ['id', <code key="id">{user.id}</code>],
            [t('source'), <bdi key="source">{user.identitySource}</bdi>],
            [t('subject'), <bdi key="subject">{user.subject}</bdi>],
            [t('lastLogin'), <Moment key="last" at={user.lastLoginAt} />],
            [t('grants'), counted(user.grants, t)],
            ...(user.blockedAt
              ? [[t('blockedSince'), <Moment key="blocked" at={user.blockedAt} />] as const]
              : []),
          ]}
        />
        <p>
          <a href={logins}>{t('showLoginsUser')}</a>
        </p>
      </Section>
      {scope.permissions.includes('revoke') && (
        <GrantHolderActions
          organization={organization}
          id={user.id}
          isBlocked={user.blockedAt !== null}
          grants={user.grants}
          block={blockUser}
          end={endGrantsOfUser}
          words={{ block: t('blockUserSure'), end: t('endAllUser') }}
          t={t}
        />
      )}
      {rows.length > 0 ? (
        <GrantTable organization={organization} grants={rows} of="user" t={t} />
      ) : (
        <Empty title={t('none')}>{t('noneHint')}</Empty>
      )}
      <Older query={{ ...query, ended: undefined }} next={next} label={t('next')} />
    </Page>
  )
})
