import { pageLanguage } from '@/app/page-language'
import { ButtonLink, Page } from '@/components/ui/page'
import { translator } from '@/lib/messages/catalogue'
import { messages as console } from '@/lib/messages/console'
import { messages } from '@/lib/messages/error-pages'
import { routes } from '@/lib/routes'

/** 404 for what an organization does not have (any more): the way on stays beside it. */
export async function NoSuchThing() {
  const language = await pageLanguage()
  const t = translator(messages, language)
  return (
    <Page title={t('not_found.title')} lead={t('lost')}>
      <p>
        <ButtonLink href={routes.organizations()} tone="plain">
          {translator(console, language)('nav.organizations')}
        </ButtonLink>
      </p>
    </Page>
  )
}
