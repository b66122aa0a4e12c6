import { pageLanguage } from '@/app/page-language'
import { Frame } from '@/components/console/frame'
import { SearchResults } from '@/components/console/search/search-results'
import { Empty, Page } from '@/components/ui/page'
import { QuickSearch } from '@/components/ui/quick-search'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { accounts } from '@/lib/services/services'
import { signedIn } from '../console-page'
import { signOut } from '../sign-in/actions'

type Props = { readonly searchParams: Promise<{ readonly q?: string | string[] }> }

/** Longer than any name that there is. */
const LONGEST = 200

/** Goes to anything by a few letters; the switcher shows what this page finds. */
export default async function SearchPage({ searchParams }: Props) {
  const [operator, spoken, { q }] = [await signedIn(), await pageLanguage(), await searchParams]
  const t = translator(messages, spoken)
  const text = typeof q === 'string' ? q.replaceAll('\0', '').trim().slice(0, LONGEST) : ''
  const hits = text === '' ? [] : await (await accounts()).search(operator, text)
  return (
    <Frame language={spoken} operator={operator} signOut={signOut}>
      <Page title={t('search.title')} lead={t('search.lead')}>
        <QuickSearch name="q" label={t('search.placeholder')} value={text} submit={t('search.submit')} />
        {text !== '' && <SearchResults hits={hits} t={t} />}
        {text !== '' && hits.length === 0 && (
          <Empty title={t('search.nothing')}>{t('search.nothingHint')}</Empty>
        )}
      </Page>
    </Frame>
  )
}
