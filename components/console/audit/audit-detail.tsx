import type { messages } from '@/lib/messages/audit'
import type { Translate } from '@/lib/messages/catalogue'
import type { AuditRow } from './audit-row'

/** One setting that changed, as the entry holds it. A secret says only that it was added, changed or removed. */
type ChangedField = {
  readonly field: string
  readonly before?: unknown
  readonly after?: unknown
  readonly secret?: string
}

type AuditDetailProps = { readonly entry: AuditRow; readonly t: Translate<keyof (typeof messages)['en']> }

/** What exactly changed, before and after, and whatever else the entry holds. */
export function AuditDetail({ entry: { action, detail }, t }: AuditDetailProps) {
  const { fields, ...others } = detail
  const changed = Array.isArray(fields) ? fields.filter(isChangedField) : []
  const rows = [
    ...changed.map(({ field, before, after, secret }) => ({
      name: field,
      before: before === undefined ? '' : textOf(before),
      after: secret ?? (after === undefined ? '' : textOf(after)),
    })),
    ...Object.entries(others).map(([name, value]) => ({ name, before: '', after: textOf(value) })),
  ]
  return (
    <details className="audit-detail">
      <summary>{t('audit.detail')}</summary>
      <dl>
        <dt>{t('audit.code')}</dt>
        <dd>
          <code>{action}</code>
        </dd>
        {rows.map(({ name, before, after }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              {before && (
                <del className="breakable">
                  <bdi>{before}</bdi>
                </del>
              )}{' '}
              <ins className="breakable">
                <bdi>{after}</bdi>
              </ins>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

const isChangedField = (value: unknown): value is ChangedField =>
  typeof value === 'object' && value !== null && 'field' in value && typeof value.field === 'string'

const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value) && value.every(isText)
      ? value.join(', ')
      : JSON.stringify(value)

const isText = (value: unknown): value is string => typeof value === 'string'
