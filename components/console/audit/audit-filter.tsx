import { Choice, TextFilter } from '@/components/ui/filter-fields'
import { messages } from '@/lib/messages/audit'
import { type Language, translator } from '@/lib/messages/catalogue'

type AuditFilterProps = {
  readonly language: Language
  /** As they stand in the address. */
  readonly values: Readonly<Partial<Record<'chain' | 'action' | 'actor' | 'from' | 'until', string>>>
  readonly clear: string
}

/** How actions begin that are about the same. */
const ABOUT = [
  'server.',
  'connection.',
  'client.',
  'grant.',
  'token.',
  'user.',
  'person.',
  'provisioned_',
  'member.',
  'operator.',
  'api_key.',
  'setup_link.',
  'webhook.',
  'organization.',
  'installation.',
] as const

/** Which entries are shown: the address says it, so that it can be kept and passed on. */
export function AuditFilterForm({ language, values, clear }: AuditFilterProps) {
  const t = translator(messages, language)
  const { chain, action, actor, from, until } = values
  // An address may ask for any beginning of an action.
  const other = action && !ABOUT.some((about) => about === action) ? [{ value: action, label: action }] : []
  return (
    <search>
      <form method="get" className="finder">
        {chain && <input type="hidden" name="chain" value={chain} />}
        <Choice
          name="action"
          label={t('audit.filterAction')}
          value={action}
          options={[
            { value: '', label: t('audit.filterAll') },
            ...other,
            ...ABOUT.map((about) => ({ value: about, label: t(`about.${about}`) })),
          ]}
        />
        <TextFilter name="actor" label={t('audit.filterActor')} value={actor} />
        <TextFilter name="from" label={t('audit.from')} value={from} type="date" />
        <TextFilter name="until" label={t('audit.until')} value={until} type="date" />
        <div className="finder-actions">
          <button type="submit" className="btn btn-plain">
            {t('audit.submit')}
          </button>
          {(action ?? actor ?? from ?? until) && (
            <a className="btn btn-plain" href={clear}>
              {t('audit.clear')}
            </a>
          )}
        </div>
      </form>
    </search>
  )
}
