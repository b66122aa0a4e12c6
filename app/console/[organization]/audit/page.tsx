import { AuditFilterForm } from '@/components/console/audit/audit-filter'
import { AuditTable } from '@/components/console/audit/audit-table'
import { ButtonLink, Callout, Empty, Page } from '@/components/ui/page'
import { Tabs } from '@/components/ui/tabs'
import { checkAuditLog, readAuditLog } from '@/lib/audit/audit-log'
import { messages } from '@/lib/messages/audit'
import { type Translate, translator } from '@/lib/messages/catalogue'
import { routes } from '@/lib/routes'
import { consolePage } from '../../console-page'
import { queryOf } from './query'

/** What happened in the organization, and who did it. */
export default consolePage('read', async ({ scope, management, query, language }) => {
  const t = translator(messages, language)
  const { chain, filter, isWrong, values } = queryOf(query)
  const { entries, next } = await readAuditLog(scope, chain, filter, management)
  const checked = query.check ? await checkAuditLog(scope, chain, management) : null
  const own = chain === 'installation' ? { chain } : {}
  const isFiltered = Object.keys(filter).length > 0
  const tab = (title: string, of: typeof chain) => ({
    href: routes.auditLog(scope.organization, of === 'installation' ? { chain: of } : {}),
    title,
    current: chain === of,
  })
  return (
    <Page
      title={t('audit.title')}
      lead={t('audit.lead')}
      actions={
        <>
          <ButtonLink href={routes.auditLog(scope.organization, { ...own, check: '1' })} tone="plain">
            {t('audit.check')}
          </ButtonLink>
          <ButtonLink href={routes.auditExport(scope.organization, own)} tone="plain">
            {t('audit.export')}
          </ButtonLink>
          {scope.permissions.includes('own') && (
            <ButtonLink href={routes.retention(scope.organization)} tone="plain">
              {t('retention.title')}
            </ButtonLink>
          )}
        </>
      }
    >
      {scope.isInstallationOperator && (
        <Tabs
          label={t('audit.chains')}
          tabs={[tab(t('audit.organization'), 'organization'), tab(t('audit.installation'), 'installation')]}
        />
      )}
      {checked && <Checked {...{ t, checked }} />}
      <AuditFilterForm language={language} values={values} clear={routes.auditLog(scope.organization, own)} />
      {isWrong && <Callout tone="problem">{t('audit.wrongTime')}</Callout>}
      {entries.length > 0 ? (
        <AuditTable language={language} entries={entries} />
      ) : (
        <Empty title={t(isFiltered ? 'audit.nothing' : 'audit.none')}>
          {!isFiltered && t('audit.noneHint')}
        </Empty>
      )}
      <p className="form-actions">
        {next !== undefined && (
          <ButtonLink
            href={routes.auditLog(scope.organization, { ...values, before: String(next) })}
            tone="plain"
          >
            {t('audit.older')}
          </ButtonLink>
        )}
        {query.before && <a href={routes.auditLog(scope.organization, values)}>{t('audit.newest')}</a>}
      </p>
    </Page>
  )
})

type CheckedProps = {
  readonly t: Translate<keyof (typeof messages)['en']>
  readonly checked: Awaited<ReturnType<typeof checkAuditLog>>
}

/** What walking the chain has shown, and what it cannot show. */
function Checked({ t, checked: { broken, last } }: CheckedProps) {
  if (broken !== null)
    return (
      <Callout tone="problem" title={t('audit.broken', { sequence: broken })}>
        <p>{t('audit.brokenNote')}</p>
      </Callout>
    )
  return (
    <Callout tone="good" title={t('audit.intact', { count: last?.sequence ?? 0 })}>
      {last && <p className="breakable">{t('audit.last', { sequence: last.sequence, hash: last.hash })}</p>}
      <p>{t('audit.intactNote')}</p>
      <p>
        <a href={routes.auditKeys()}>{t('audit.keys')}</a>
      </p>
    </Callout>
  )
}
