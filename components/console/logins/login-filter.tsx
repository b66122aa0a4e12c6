import { Choice, TextFilter } from '@/components/ui/filter-fields'
import type { SeenLogin } from '@/lib/logins/logins'
import { messages as reasonTexts } from '@/lib/messages/reasons'
import type { LoginTexts } from './outcome-badge'

type Query = Readonly<Record<string, string | undefined>>

type LoginFilterProps = {
  readonly query: Query
  readonly servers: readonly { readonly slug: string; readonly name: string }[]
  readonly outcomes: readonly SeenLogin['outcome'][]
  readonly reasons: readonly string[]
  /** Whether something is looked for. */
  readonly isSearch: boolean
  readonly t: LoginTexts
}

/** What to look for. A form that asks: the answer has an address that can be passed on. */
export function LoginFilter({ query, servers, outcomes, reasons, isSearch, t }: LoginFilterProps) {
  const sentences: Readonly<Record<string, string>> = reasonTexts[t.language]
  const any = { value: '', label: t('any') }
  return (
    <form method="get" className="finder" aria-label={t('filters')}>
      <TextFilter name="user" label={t('user')} hint={t('userHint')} value={query.user} />
      <TextFilter name="client" label={t('client')} hint={t('clientHint')} value={query.client} />
      <Choice
        name="outcome"
        label={t('outcome')}
        value={query.outcome}
        options={[any, ...outcomes.map((value) => ({ value, label: t(`outcome.${value}`) }))]}
      />
      <Choice
        name="server"
        label={t('server')}
        value={query.server}
        options={[any, ...servers.map(({ slug, name }) => ({ value: slug, label: name }))]}
      />
      <details className="more finder-more" open={Boolean(query.reason || query.from || query.until)}>
        <summary>{t('moreFilters')}</summary>
        <div>
          <Choice
            name="reason"
            label={t('reason')}
            value={query.reason}
            options={[any, ...reasons.map((value) => ({ value, label: sentences[value] ?? value }))]}
          />
          <TextFilter name="from" type="date" label={t('from')} value={query.from} />
          <TextFilter name="until" type="date" label={t('until')} value={query.until} />
        </div>
      </details>
      <div className="finder-actions">
        <button type="submit" className="btn btn-plain">
          {t('find')}
        </button>
        {isSearch && (
          <a className="btn btn-plain" href="?">
            {t('clear')}
          </a>
        )}
      </div>
    </form>
  )
}
