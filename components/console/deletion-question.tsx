import type { ComponentProps, ReactNode } from 'react'
import { ActionForm } from '@/components/ui/action-form'
import { Field } from '@/components/ui/fields'
import { Callout } from '@/components/ui/page'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/deletions'

type DeletionQuestionProps = {
  readonly action: ComponentProps<typeof ActionForm>['action']
  /** Slug. */
  readonly organization: string
  readonly kind: 'server' | 'connection'
  /** What has to be typed. */
  readonly slug: string
  readonly language: Language
  /** What goes, and what stays. */
  readonly children: ReactNode
}

/** The last word before something is gone: its short name has to be typed. */
export function DeletionQuestion({
  action,
  organization,
  kind,
  slug,
  language,
  children,
}: DeletionQuestionProps) {
  const t = translator(messages, language)
  return (
    <div className="deletion">
      <Callout tone="warning">{children}</Callout>
      <ActionForm
        action={action}
        organization={organization}
        fields={{ [kind]: slug }}
        submit={t(`${kind}.submit`)}
        tone="danger"
      >
        <Field
          name="confirm"
          label={t('confirm')}
          hint={t('confirmHint', { slug })}
          autoComplete="off"
          spellCheck={false}
          required
        />
      </ActionForm>
    </div>
  )
}
