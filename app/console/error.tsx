'use client'

import { Callout } from '@/components/ui/page'
import { languageOf, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console/failure'

/** In the place of a page that could not be made. */
export default function ConsoleError({ reset }: { readonly reset: () => void }) {
  const t = translator(messages, languageOf(typeof navigator === 'undefined' ? null : navigator.language))
  return (
    <main className="content" lang={t.language}>
      <title>{`${t('title')} · Vestibule`}</title>
      <h1>{t('title')}</h1>
      <Callout tone="problem">
        <p>{t('lead')}</p>
      </Callout>
      <p>
        <button type="button" className="btn btn-primary" onClick={reset}>
          {t('again')}
        </button>
      </p>
    </main>
  )
}
