import type { ReactNode } from 'react'
import { AccessTabs } from '@/components/console/access/access-tabs'
import { Older, TextFilter } from '@/components/ui/filter-fields'
import { Callout, Empty, Page } from '@/components/ui/page'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import type { ConsoleContext } from '../../console-page'

type ListPageProps = {
  readonly context: ConsoleContext
  readonly of: 'clients' | 'users'
  /** Filters besides the search. */
  readonly filters?: ReactNode
  /** The table; null when nothing was found. */
  readonly table: ReactNode
  readonly next: string | undefined
}

const SEARCH = {
  clients: ['searchClient', 'searchClientHint'],
  users: ['searchUser', 'searchUserHint'],
} as const

/** What is searched for. */
export const searchIn = ({ q }: ConsoleContext['query']) => q?.replaceAll('\0', '').trim() || undefined

/** A list of clients or users, to be searched. */
export function ListPage({ context: { scope, query, language }, of, filters, table, next }: ListPageProps) {
  const t = translator(messages, language)
  const text = searchIn(query)
  const [label, hint] = SEARCH[of]
  return (
    <Page title={t('title')} part={t(`tab.${of}`)} lead={t('lead')}>
      <AccessTabs organization={scope.organization} current={of} t={t} />
      {query.erased && (
        <Callout tone="good" title={t('erasedUser')}>
          {t('erasedUserLead')}
        </Callout>
      )}
      <form method="get" className="finder" aria-label={t('find')}>
        <TextFilter name="q" label={t(label)} hint={t(hint)} value={text} />
        {filters}
        <div className="finder-actions">
          <button type="submit" className="btn btn-plain">
            {t('find')}
          </button>
        </div>
      </form>
      {table ?? (
        <Empty title={text ? t('noneFound') : t('none')}>{text ? t('noneFoundHint') : t('noneHint')}</Empty>
      )}
      <Older query={{ ...query, erased: undefined }} next={next} label={t('more')} />
    </Page>
  )
}
