import { counted } from '@/components/console/access/client-table'
import { GrantHolderActions } from '@/components/console/access/grant-holder-actions'
import { GrantTable } from '@/components/console/access/grant-table'
import { Older } from '@/components/console/filter-fields'
import { Moment } from '@/components/console/moment'
import { Badge, Callout, Empty, Facts, Page, Section } from '@/components/console/page'
import { findClient, listGrants } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { routes } from '@/lib/routes'
import { consolePage } from '../../../../console-page'
import { blockClient, endGrantsOfClient } from '../../actions'

/** One client of one server: what it is connected to, and how to keep it out. */
export default consolePage('read', async ({ scope, management, params, query, language }) => {
  const t = translator(messages, language)
  const { organization } = scope
  const client = await findClient(scope, params.id ?? '', management)
  const wishes = { state: 'live', client: client.id, ...(query.after && { after: query.after }) } as const
  const { rows, next } = await listGrants(scope, wishes, management)
  const logins = routes.logins(organization, { client: client.clientId })
  return (
    <Page
      title={client.name ?? client.clientId}
      up={{ href: routes.clients(organization), label: t('tab.clients') }}
      actions={client.blockedAt && <Badge tone="problem">{t('blocked')}</Badge>}
    >
      {query.ended && /^\d{1,9}$/.test(query.ended) && (
        <Callout tone="good" title={t('endedMany', { count: query.ended })}>
          {t('whatEndsLead')}
        </Callout>
      )}
      <Section title={t('facts')}>
        <Facts
          items={[
            ['client_id', <code key="id">{client.clientId}</code>],
            [t('known'), t(`clientKind.${client.kind}`)],
            [t('server'), client.serverName],
            [t('registered'), <Moment key="since" at={client.createdAt} />],
            [t('grants'), counted(client.grants, t)],
            ...(client.blockedAt
              ? [[t('blockedSince'), <Moment key="blocked" at={client.blockedAt} />] as const]
              : []),
          ]}
        />
        <p>
          <a href={logins}>{t('showLogins')}</a>
        </p>
      </Section>
      {scope.permissions.includes('revoke') && (
        <GrantHolderActions
          organization={organization}
          id={client.id}
          isBlocked={client.blockedAt !== null}
          grants={client.grants}
          block={blockClient}
          end={endGrantsOfClient}
          words={{ block: t('blockClientSure'), end: t('endAllClient') }}
          note={client.kind === 'registered' ? t('registersAnew') : undefined}
          t={t}
        />
      )}
      {rows.length > 0 ? (
        <GrantTable organization={organization} grants={rows} of="client" t={t} />
      ) : (
        <Empty title={t('none')}>{t('noneHint')}</Empty>
      )}
      <Older query={{ ...query, ended: undefined }} next={next} label={t('next')} />
    </Page>
  )
})
