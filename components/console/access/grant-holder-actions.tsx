import type { ComponentProps } from 'react'
import { ActionButton } from '@/components/ui/action-form'
import { Section } from '@/components/ui/page'
import type { AccessTexts } from './access-tabs'

type Action = ComponentProps<typeof ActionButton>['action']

type GrantHolderActionsProps = {
  /** Slug. */
  readonly organization: string
  readonly id: string
  readonly isBlocked: boolean
  readonly grants: number
  readonly block: Action
  readonly end: Action
  readonly words: { readonly block: string; readonly end: string }
  readonly note?: string | undefined
  readonly t: AccessTexts
}

/** What can be done about a client or user. */
export function GrantHolderActions(props: GrantHolderActionsProps) {
  const { organization, id, isBlocked, grants, block, end, words, note, t } = props
  return (
    <Section title={t('actions')} lead={t('whatEndsLead')}>
      {note && <p>{note}</p>}
      <div className="in-line">
        {isBlocked ? (
          <ActionButton action={block} organization={organization} fields={{ id, blocked: 'false' }}>
            {t('unblock')}
          </ActionButton>
        ) : (
          <ActionButton
            action={block}
            organization={organization}
            fields={{ id, blocked: 'true' }}
            tone="danger"
            confirm={words.block}
          >
            {t('block')}
          </ActionButton>
        )}
        {grants > 0 && (
          <ActionButton
            action={end}
            organization={organization}
            fields={{ id }}
            tone="danger"
            confirm={t('endAllSure')}
          >
            {words.end}
          </ActionButton>
        )}
      </div>
    </Section>
  )
}
