import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/consent'
import { PageShell } from './page-shell'

/** Shown when the browser kept no cookie of ours: without one a foreign page could answer for the user. */
export function CookiesNeeded({ language = 'en' }: { readonly language?: Language }) {
  const t = translator(messages, language)
  return (
    <div lang={language}>
      <PageShell title={t('cookies.title')}>
        <h1>
          <strong>{t('cookies.title')}</strong>
        </h1>
        <p className="lead">{t('cookies.lead')}</p>
      </PageShell>
    </div>
  )
}
