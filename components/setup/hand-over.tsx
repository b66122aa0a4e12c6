import type { ReactNode } from 'react'
import { CopyText } from '@/components/ui/copy-text'
import { Callout, Section } from '@/components/ui/page'
import { formatInstant } from '@/lib/messages/catalogue'
import type { SetupView } from '@/lib/setup-links/visit'
import type { SetupWords } from './progress'

type HandOverProps = {
  readonly view: SetupView
  /** What the identity provider is called. */
  readonly provider: string
  /** When a test passed last; absent: none did since the details were entered. */
  readonly testedAt: Date | undefined
  /** The button that ends the link. */
  readonly finish: ReactNode
  readonly t: SetupWords
}

/** What the customer's administrator keeps of it: for themselves, and for whoever looks after the provider next. */
export function HandOver({ view, provider, testedAt, finish, t }: HandOverProps) {
  const { organizationName, connectionName, connection, callbackUrl, invitedBy, label } = view
  const note = t(connection?.type === 'saml' ? 'note.saml' : 'note', {
    organization: organizationName,
    connection: connectionName,
    provider,
    client: connection?.clientId ?? '',
    callback: callbackUrl,
    test: testedAt ? t('note.tested', { at: formatInstant(testedAt, t.language) }) : t('note.untested'),
    label,
    inviter: invitedBy,
  })
  return (
    <Section title={t('finish.title')} lead={t('finish.lead')}>
      <div className="connections-part">
        <CopyText block text={note} label={t('copy')} copied={t('copied')} />
        {!testedAt && (
          <Callout tone="warning">
            <p>{t('finish.untested')}</p>
          </Callout>
        )}
        {finish}
      </div>
    </Section>
  )
}
