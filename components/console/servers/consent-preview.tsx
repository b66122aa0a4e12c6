import { BrandHeader } from '@/components/brand-header'
import { ClientIdentity } from '@/components/client-identity'
import { Destination } from '@/components/destination'
import { ScopeList } from '@/components/scope-list'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/consent'
import type { ConsentView } from '@/lib/oauth/consent/view'

type ConsentPreviewProps = {
  readonly view: ConsentView
  readonly label: string
  readonly language: Language
}

/** A picture of the consent page, made of its own parts: nothing in it can be pressed. */
export function ConsentPreview({ view, label, language }: ConsentPreviewProps) {
  const t = translator(messages, language)
  return (
    <div className="brand-preview" role="img" aria-label={label}>
      <BrandHeader brand={view.server.brand} preview />
      <div className="card">
        <ClientIdentity client={view.client} server={view.server} t={t} />
        <Destination redirect={view.redirect} kind={view.client.kind} t={t} />
        <ScopeList {...view} t={t} />
        <div className="actions">
          <span className="button button-filled">{t('allow')}</span>
          <span className="button">{t('deny')}</span>
        </div>
      </div>
    </div>
  )
}
