import type { ConnectionView } from '@/lib/connections/connections'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/connections/leaving'
import { CopyText } from '../copy-text'
import { Section } from '../page'

type LeavingProps = {
  readonly connection: Pick<ConnectionView, 'backChannelLogoutUrl'>
  readonly language: Language
}

/** What to enter at the identity provider, so that it says who has left; nothing where it cannot. */
export function Leaving({ connection: { backChannelLogoutUrl }, language }: LeavingProps) {
  const t = translator(messages, language)
  if (!backChannelLogoutUrl) return null
  return (
    <Section title={t('title')} lead={t('lead')}>
      <h3>{t('logout.title')}</h3>
      <div className="connections-registration">
        <CopyText text={backChannelLogoutUrl} label={t('copy')} copied={t('copied')} />
        <p>{t('logout.where')}</p>
      </div>
    </Section>
  )
}
