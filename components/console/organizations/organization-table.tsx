import { Moment } from '@/components/ui/moment'
import { Badge } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import type { OrganizationHealth } from '@/lib/accounts/operators'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/console'
import { routes } from '@/lib/routes'

type Texts = Translate<keyof (typeof messages)['en']>

type OrganizationTableProps = { readonly rows: readonly OrganizationHealth[]; readonly t: Texts }

/** Organizations with their health, what needs attention first. */
export function OrganizationTable({ rows, t }: OrganizationTableProps) {
  return (
    <Table
      caption={t('organizations.title')}
      keyOf={({ id }) => id}
      hrefOf={({ slug }) => routes.organization(slug)}
      rows={rows}
      columns={[
        {
          title: t('organizations.name'),
          long: true,
          cell: ({ slug, name }) => (
            <a href={routes.organization(slug)}>
              <Clip>{name}</Clip>
            </a>
          ),
        },
        { title: t('organizations.health'), long: true, cell: (row) => <Health row={row} t={t} /> },
        {
          title: t('organizations.lastLogin'),
          cell: ({ lastLoginAt }) =>
            lastLoginAt ? <Moment at={lastLoginAt} language={t.language} /> : t('organizations.never'),
        },
        {
          title: t('organizations.logins'),
          isNumber: true,
          cell: ({ completed }) => <Count of={completed} t={t} />,
        },
        {
          title: t('organizations.failed'),
          isNumber: true,
          cell: ({ failed }) => <Count of={failed} t={t} />,
        },
      ]}
    />
  )
}

/** What an operator should do something about, in one word and a link. */
function Health({ row, t }: { readonly row: OrganizationHealth; readonly t: Texts }) {
  const { slug, failing, ending, failed, isSetUp } = row
  if (failing)
    return (
      <>
        <Badge tone="problem">{t('organizations.failing')}</Badge>
        <a className="quiet" href={routes.connection(slug, failing.slug)}>
          <Clip>{failing.name}</Clip>
        </a>
      </>
    )
  if (ending)
    return (
      <>
        <Badge tone={ending.isOver ? 'problem' : 'warning'}>
          {t(`organizations.${ending.what}.${ending.isOver ? 'ended' : 'ends'}`, { date: ending.on })}
        </Badge>
        <a className="quiet" href={routes.connection(slug, ending.slug)}>
          <Clip>{ending.name}</Clip>
        </a>
      </>
    )
  if (!isSetUp) return <Badge>{t('organizations.unfinished')}</Badge>
  if (failed > 0)
    return (
      <a href={routes.logins(slug, { outcome: 'failed' })}>
        <Badge tone="warning">{t('organizations.failures')}</Badge>
      </a>
    )
  return <Badge tone="good">{t('organizations.healthy')}</Badge>
}

function Count({ of, t }: { readonly of: number; readonly t: Texts }) {
  return <span className="number">{of.toLocaleString(t.language)}</span>
}
