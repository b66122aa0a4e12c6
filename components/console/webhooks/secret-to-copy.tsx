import { ButtonLink, Callout } from '@/components/ui/page'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/webhooks'
import { NewKey } from '../keys/new-key'

/** The secret that the form has just made, and where to go when it is copied. */
export function SecretToCopy({ done, language }: { readonly done: string; readonly language: Language }) {
  const t = translator(messages, language)
  return (
    <Callout tone="good" title={t('secretTitle')}>
      <p>{t('secretLead')}</p>
      <NewKey copy={t('copy')} copied={t('copied')} />
      <p>
        <ButtonLink href={done} tone="plain">
          {t('done')}
        </ButtonLink>
      </p>
    </Callout>
  )
}
