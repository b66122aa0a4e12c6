import { AccessTabs } from '@/components/console/access/access-tabs'
import { GrantTable } from '@/components/console/access/grant-table'
import { ActionButton } from '@/components/ui/action-form'
import { Choice, Older } from '@/components/ui/filter-fields'
import { Callout, Empty, Page } from '@/components/ui/page'
import { listGrants, listServers } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { consolePage } from '../../console-page'
import { endGrantsOfServer } from './actions'

const STATES = ['live', 'revoked', 'all'] as const

/** The section "Who is connected": grants, clients and users. */
export default consolePage('read', async ({ scope, management, query, language }) => {
  const t = translator(messages, language)
  const { organization } = scope
  const { server, after, ended } = query
  const state = STATES.find((one) => one === query.state) ?? 'live'
  const wishes = { state, ...(server && { server }), ...(after && { after }) }
  const [servers, { rows, next }] = await Promise.all([
    listServers(scope, management),
    listGrants(scope, wishes, management),
  ])
  const any = { value: '', label: t('any') }
  return (
    <Page title={t('title')} part={t('tab.grants')} lead={t('lead')}>
      <AccessTabs organization={organization} current="grants" t={t} />
      {ended && /^\d{1,9}$/.test(ended) && (
        <Callout tone="good" title={t('endedMany', { count: ended })}>
          {t('whatEndsLead')}
        </Callout>
      )}
      <form method="get" className="finder" aria-label={t('find')}>
        <Choice
          name="server"
          label={t('server')}
          value={server}
          options={[any, ...servers.map(({ slug, name }) => ({ value: slug, label: name }))]}
        />
        <Choice
          name="state"
          label={t('state')}
          value={state}
          options={STATES.map((value) => ({ value, label: t(`filter.${value}`) }))}
        />
        <div className="finder-actions">
          <button type="submit" className="btn btn-plain">
            {t('find')}
          </button>
        </div>
      </form>
      {rows.length > 0 ? (
        <GrantTable organization={organization} grants={rows} t={t} />
      ) : (
        <Empty title={t('none')}>{t('noneHint')}</Empty>
      )}
      <Older query={{ ...query, ended: undefined }} next={next} label={t('next')} />
      {server && state === 'live' && rows.length > 0 && scope.permissions.includes('revoke') && (
        <ActionButton
          action={endGrantsOfServer}
          organization={organization}
          fields={{ server }}
          tone="danger"
          confirm={`${t('endAllSure')} ${t('whatEndsLead')}`}
        >
          {t('endAllServer')}
        </ActionButton>
      )}
      <p className="field-hint">{t('lastUseHint')}</p>
    </Page>
  )
})
