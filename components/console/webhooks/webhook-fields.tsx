import { Field } from '@/components/ui/fields'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/webhooks'

export type Words = Translate<keyof (typeof messages)['en']>

type WebhookFieldsProps = {
  readonly t: Words
  readonly initial?: { readonly url: string; readonly actions: readonly string[] }
}

/** Where a webhook sends, and what. */
export function WebhookFields({ t, initial }: WebhookFieldsProps) {
  return (
    <>
      <Field
        name="url"
        label={t('url')}
        hint={t('urlHint')}
        defaultValue={initial?.url}
        inputMode="url"
        spellCheck={false}
        autoComplete="off"
        required
      />
      <Field
        name="actions"
        label={t('actions')}
        hint={t('actionsHint')}
        defaultValue={initial?.actions.join(' ')}
        spellCheck={false}
        autoComplete="off"
      />
    </>
  )
}
