import { BrandHeader, BrandLinks } from '@/components/brand-header'
import { ClientIdentity } from '@/components/client-identity'
import { Destination } from '@/components/destination'
import { ScopeList } from '@/components/scope-list'
import { Section } from '@/components/ui/page'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/consent'
import { messages as parts } from '@/lib/messages/console/branding'
import type { ConsentView } from '@/lib/oauth/consent/view'

type ConsentPreviewProps = { readonly view: ConsentView; readonly language: Language }

/** Pictures of the consent page, made of its own parts, in light and, in short, in dark: nothing can be pressed. */
export function ConsentPreview({ view, language }: ConsentPreviewProps) {
  const [t, p] = [translator(messages, language), translator(parts, language)]
  const { brand } = view.server
  return (
    <div className="brand-previews">
      {(['light', 'dark'] as const).map((scheme) => (
        <Section key={scheme} title={p(`branding.preview.${scheme}`)}>
          <div
            className={`brand-preview brand-${scheme}`}
            role="img"
            aria-label={`${p('branding.previewLabel')}, ${p(`branding.preview.${scheme}`)}`}
          >
            <BrandHeader brand={brand} preview />
            <div className="card">
              <ClientIdentity client={view.client} server={view.server} t={t} />
              {scheme === 'light' && (
                <>
                  <Destination redirect={view.redirect} kind={view.client.kind} t={t} />
                  <ScopeList {...view} t={t} />
                </>
              )}
              <div className="actions">
                <span className="button button-filled">{t('allow')}</span>
                <span className="button">{t('deny')}</span>
              </div>
            </div>
            {brand && <BrandLinks brand={brand} language={language} isPicture />}
          </div>
        </Section>
      ))}
    </div>
  )
}
