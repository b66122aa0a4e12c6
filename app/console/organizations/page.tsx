import { pageLanguage } from '@/app/page-language'
import { ActionForm } from '@/components/console/action-form'
import { Field } from '@/components/console/fields'
import { Frame } from '@/components/console/frame'
import { Empty, Page, Section } from '@/components/console/page'
import { Table } from '@/components/console/table'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { messages as memberMessages } from '@/lib/messages/members'
import { routes } from '@/lib/routes'
import { accounts } from '@/lib/services/services'
import { signedIn } from '../console-page'
import { signOut } from '../sign-in/actions'
import { addOrganization } from './actions'

const SHOWN = 100

type Props = { readonly searchParams: Promise<{ readonly q?: string | string[] }> }

/** What the operator may see. */
export default async function OrganizationsPage({ searchParams }: Props) {
  const [operator, spoken, { q }] = [await signedIn(), await pageLanguage(), await searchParams]
  const t = translator(messages, spoken)
  const search = typeof q === 'string' ? q.trim() : ''
  const rows = await (await accounts()).organizations(operator, search || undefined, SHOWN)
  return (
    <Frame language={spoken} operator={operator} signOut={signOut}>
      <Page
        title={t('organizations.title')}
        actions={
          operator.isInstallationOperator && (
            <a href={routes.operators()}>{translator(memberMessages, spoken)('operators.title')}</a>
          )
        }
      >
        <search>
          <form className="filter" method="get">
            <label htmlFor="q">{t('organizations.search')}</label>
            <input id="q" name="q" type="search" className="input" defaultValue={search} />
            <button type="submit" className="btn btn-plain">
              {t('organizations.submitSearch')}
            </button>
          </form>
        </search>
        {rows.length === 0 ? (
          <Empty title={t(search ? 'organizations.notFound' : 'organizations.none')}>
            {!search && t('organizations.noneHint', { email: operator.email })}
          </Empty>
        ) : (
          <Table
            caption={t('organizations.title')}
            keyOf={({ id }) => id}
            rows={rows}
            columns={[
              {
                title: t('organizations.name'),
                cell: ({ slug, name }) => (
                  <a href={routes.organization(slug)}>
                    <bdi>{name}</bdi>
                  </a>
                ),
              },
              { title: 'Slug', cell: ({ slug }) => <code>{slug}</code> },
              { title: t('organizations.role'), cell: ({ role }) => t(`role.${role ?? 'installation'}`) },
            ]}
          />
        )}
        {rows.length === SHOWN && <p className="page-lead">{t('organizations.more', { count: SHOWN })}</p>}
        {operator.isInstallationOperator && (
          <Section title={t('organizations.new')}>
            <ActionForm action={addOrganization} submit={t('organizations.create')}>
              <Field name="name" label={t('organizations.name')} required />
            </ActionForm>
          </Section>
        )}
      </Page>
    </Frame>
  )
}
