import { messages } from '@/lib/messages/audit'
import { type Language, translator } from '@/lib/messages/catalogue'

type AuditFilterProps = {
  readonly language: Language
  /** As they stand in the address. */
  readonly values: Readonly<Partial<Record<'chain' | 'action' | 'actor' | 'from' | 'until', string>>>
  readonly clear: string
}

const FIELDS = [
  ['action', 'audit.filterAction'],
  ['actor', 'audit.filterActor'],
  ['from', 'audit.from'],
  ['until', 'audit.until'],
] as const

/** Which entries are shown: the address says it, so that it can be kept and passed on. */
export function AuditFilterForm({ language, values, clear }: AuditFilterProps) {
  const t = translator(messages, language)
  return (
    <search>
      <form method="get" className="finder">
        {values.chain && <input type="hidden" name="chain" value={values.chain} />}
        {FIELDS.map(([name, label]) => (
          <div key={name} className="field">
            <label htmlFor={`audit-${name}`}>{t(label)}</label>
            <input
              id={`audit-${name}`}
              name={name}
              className="input"
              defaultValue={values[name]}
              placeholder={name === 'from' || name === 'until' ? '2026-01-31' : undefined}
            />
          </div>
        ))}
        <div className="finder-actions">
          <button type="submit" className="btn btn-plain">
            {t('audit.submit')}
          </button>
          {FIELDS.some(([name]) => values[name]) && (
            <a className="btn btn-plain" href={clear}>
              {t('audit.clear')}
            </a>
          )}
        </div>
      </form>
    </search>
  )
}
