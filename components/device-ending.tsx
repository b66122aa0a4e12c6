import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/device'
import { PageShell } from './page-shell'

type Ending = 'connected' | 'not-connected' | 'unavailable'

/** The last page of a login for a device, which has no client to redirect to. */
export function DeviceEnding({ ending, language }: { readonly ending: Ending; readonly language: Language }) {
  const t = translator(messages, language)
  return (
    <div lang={language}>
      <PageShell title={t(`${ending}.title`)}>
        <h1>
          <strong>{t(`${ending}.title`)}</strong>
        </h1>
        <p className="lead">{t(`${ending}.lead`)}</p>
        {ending === 'unavailable' && (
          <p className="way-out">
            <a className="button" href="/oauth/device">
              {t('again')}
            </a>
          </p>
        )}
      </PageShell>
    </div>
  )
}
