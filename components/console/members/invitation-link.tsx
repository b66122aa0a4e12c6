'use client'

import { useFormState } from '@/components/ui/action-form'
import { CopyText } from '@/components/ui/copy-text'
import type { Language } from '@/lib/messages/catalogue'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/members'
import { SentTo } from '../sent-to'

/** The link of an invitation that was just made, in the place of the form. */
export function InvitationLink({ language, again }: { readonly language: Language; readonly again: string }) {
  const { link = '', email = '' } = useFormState().shown ?? {}
  const t = translator(messages, language)
  return (
    <div className="form" role="status">
      <p className="callout-title">{t('invite.made', { email })}</p>
      <SentTo text={t('invite.sentTo')} />
      <CopyText text={link} label={t('copy')} copied={t('copied')} />
      <p>{t('invite.once')}</p>
      <p>
        <a href={again}>{t('invite.another')}</a>
      </p>
    </div>
  )
}
