import { Field, SelectField, TextArea } from '@/components/ui/fields'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/server-parts'
import type { ConditionView } from '@/lib/servers/access-form'

type ConditionFieldsProps = {
  /** Of the fields' names. */
  readonly prefix: string
  readonly condition: ConditionView
  /** Empty rows after those that are there, so that no script is needed to add one. */
  readonly more: number
  readonly t: Translate<keyof (typeof messages)['en']>
}

/** A condition on claims: rows, or the text of a file where rows cannot show it. */
export function ConditionFields({ prefix, condition, more, t }: ConditionFieldsProps) {
  const { join, rows, written, comparisons } = condition
  const options = comparisons.map((value) => ({ value, label: t(`users.comparison.${value}`) }))
  const joins = (['any', 'all'] as const).map((value) => ({ value, label: t(`users.join.${value}`) }))
  return (
    <>
      <SelectField
        name={`${prefix}_join`}
        label={t('users.join')}
        hint={t('users.claimHint')}
        defaultValue={join}
        options={joins}
      />
      {Array.from({ length: rows.length + more }, (_, number) => {
        const row = rows[number]
        const name = `${prefix}_${number}`
        return (
          <fieldset key={name} className="condition">
            <legend className="visually-hidden">{t('users.line', { number: number + 1 })}</legend>
            <Field
              name={`${name}_claim`}
              label={t('users.claim')}
              defaultValue={row?.claim}
              spellCheck={false}
            />
            <SelectField
              name={`${name}_comparison`}
              label={t('users.comparison')}
              defaultValue={row?.comparison}
              options={options}
            />
            <Field
              name={`${name}_value`}
              label={t('users.value')}
              defaultValue={row?.value}
              spellCheck={false}
            />
          </fieldset>
        )
      })}
      <details className="more" open={Boolean(written)}>
        <summary>{t('users.written')}</summary>
        <TextArea
          name={`${prefix}_written`}
          label={t('users.writtenLabel')}
          hint={t('users.writtenHint')}
          defaultValue={written}
          rows={3}
        />
      </details>
    </>
  )
}
