import { pageLanguage } from '@/app/page-language'
import { Frame } from '@/components/console/frame'
import { OrganizationTable } from '@/components/console/organizations/organization-table'
import { ActionForm } from '@/components/ui/action-form'
import { Field } from '@/components/ui/fields'
import { ButtonLink, Empty, Page, Section } from '@/components/ui/page'
import { QuickSearch } from '@/components/ui/quick-search'
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
  const { rows, total } = await (await accounts()).organizations(operator, search || undefined, SHOWN)
  const runs = operator.isInstallationOperator
  return (
    <Frame language={spoken} operator={operator} signOut={signOut}>
      <Page
        title={t('organizations.title')}
        lead={t('organizations.lead')}
        actions={
          runs && (
            <>
              <ButtonLink href={routes.operators()} tone="plain">
                {translator(memberMessages, spoken)('operators.title')}
              </ButtonLink>
              <ButtonLink href="#new">{t('organizations.new')}</ButtonLink>
            </>
          )
        }
      >
        <QuickSearch
          name="q"
          label={t('organizations.search')}
          value={search}
          submit={t('organizations.submitSearch')}
        />
        {rows.length === 0 ? (
          <Empty title={t(search ? 'organizations.notFound' : 'organizations.none')}>
            {!search && t('organizations.noneHint', { email: operator.email })}
          </Empty>
        ) : (
          <OrganizationTable rows={rows} t={t} />
        )}
        {total > rows.length && (
          <p className="page-lead">{t('organizations.more', { count: rows.length, total })}</p>
        )}
        {runs && (
          <Section id="new" title={t('organizations.new')}>
            <ActionForm action={addOrganization} submit={t('organizations.create')}>
              <Field name="name" label={t('organizations.name')} required />
            </ActionForm>
          </Section>
        )}
      </Page>
    </Frame>
  )
}
