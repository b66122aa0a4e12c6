import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { PageShell } from '@/components/page-shell'
import { languageOf, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'

export const metadata: Metadata = { title: 'Not allowed' }

/** 403 for a browser. */
export default async function ForbiddenPage() {
  const language = languageOf((await headers()).get('accept-language'))
  const t = translator(messages, language)
  return (
    <div lang={language}>
      <PageShell>
        <h1>
          <strong>{t('forbidden.title')}</strong>
        </h1>
        <p className="lead">{t('forbidden.lead')}</p>
      </PageShell>
    </div>
  )
}
